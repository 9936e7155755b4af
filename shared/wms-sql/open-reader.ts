import { resolve } from 'node:path';
import type sql from 'mssql';
import type { WmsSql } from '../ports/wms-sql.ts';
import { type Environment, SettingError } from '../settings.ts';
import type { RetryOptions } from './retrying.ts';

const ON_SERVER = 'WmsSqlConnection';
const IN_FILE = 'WmsSqlFile';
/** As the adapter takes it in its second mode, which reads the outbox of another WMS. */
const FILE_PREFIX = 'sqlite:';
const APPLICATION_NAME = 'stockbridge-reconciliation';

/**
 * The WMS database that reconciliation reads, by setting `WmsSqlConnection` (SQL Server, a login that may only read) or
 * `WmsSqlFile` (path of the adapter's SQLite file; `WmsSqlConnection` may be `sqlite:` and the path as well); undefined with neither. Nothing is opened before the first call, and
 * a database that is away then is tried anew by the next: the start does not need the WMS.
 *
 * @throws {SettingError} when both are set, or the connection string cannot be read
 */
export async function openWmsReader(environment: Environment): Promise<WmsSql | undefined> {
  const [connection, file] = [environment[ON_SERVER]?.trim(), environment[IN_FILE]?.trim()];
  if (connection && file) {
    throw new SettingError(
      `${ON_SERVER} and ${IN_FILE} are both set: keep the one that names the WMS's database`,
    );
  }
  if (connection?.startsWith(FILE_PREFIX)) return await inFile(resolve(connection.slice(FILE_PREFIX.length)));
  if (connection) return await onServer(connection);
  return file ? await inFile(resolve(file)) : undefined;
}

async function inFile(path: string): Promise<WmsSql> {
  const { openWmsSqlite } = await import('../wms-sqlite/wms-sqlite-reader.ts');
  return openWmsSqlite(path);
}

async function onServer(text: string): Promise<WmsSql> {
  // The driver is large, and only needed here.
  const [{ readConnectionString }, { openSqlPool }, { mssqlWmsSql }] = await Promise.all([
    import('./connection-string.ts'),
    import('./connection.ts'),
    import('./wms-sql-reader.ts'),
  ]);
  if (readConnectionString(ON_SERVER, text).readOnlyIntent) {
    throw new SettingError(
      `${ON_SERVER}: reconciliation needs the database as it is now, and a readable secondary is behind it: leave ApplicationIntent=ReadOnly out`,
    );
  }
  const connect = () => openSqlPool(text, { ...RETRY, applicationName: APPLICATION_NAME });
  return mssqlWmsSql(onceConnected(connect), RETRY);
}

/** The pool mends its own connections; only one that never came to be is opened anew. */
function onceConnected(connect: () => Promise<sql.ConnectionPool>): () => Promise<sql.ConnectionPool> {
  let pool: Promise<sql.ConnectionPool> | undefined;
  return () => {
    pool ??= connect().catch((error: unknown) => {
      pool = undefined;
      throw error;
    });
    return pool;
  };
}

const RETRY: RetryOptions = {
  random: Math.random,
  sleep: (milliseconds) => new Promise((resolveAfter) => setTimeout(resolveAfter, milliseconds)),
  // A run is tried again by the next: no call waits for long.
  tries: 4,
};
