import { type Environment, SettingError } from '../../shared/settings.ts';
import { hasWmsSql, openWmsSql, WMS_SQL_SETTING } from '../../shared/wms-sql/connection.ts';
import type { RetryOptions } from '../../shared/wms-sql/retrying.ts';
import { dataFile } from './data-folder.ts';
import type { Database } from './database.ts';
import { openSqlServerDatabase } from './mssql/database.ts';
import { openSqliteDatabase } from './sqlite/database.ts';

const APPLICATION_NAME = 'Stockbridge WMS adapter';

/**
 * Opens the WMS database: on SQL Server where `WmsSqlConnection` is set, else the file in the data folder. Its tables are
 * brought to the version of this adapter.
 *
 * @throws SettingError, MigrationError, SchemaVersionError
 */
export async function openDatabase(environment: Environment, dataFolder: string): Promise<Database> {
  return hasWmsSql(environment)
    ? await openOnSqlServer(environment)
    : openSqliteDatabase(dataFile(dataFolder, 'wms.db'));
}

/**
 * Brings the tables on SQL Server to the version of this adapter, by a login that may create them, and does nothing else.
 *
 * @throws SettingError, MigrationError
 */
export async function migrateDatabase(environment: Environment): Promise<void> {
  if (environment.STOCKBRIDGE_WMS_OUTBOX) {
    throw new SettingError(
      'STOCKBRIDGE_WMS_OUTBOX is set: then the WMS database is another’s and only read; no tables are created in it',
    );
  }
  if (!hasWmsSql(environment)) {
    throw new SettingError(
      `set ${WMS_SQL_SETTING}; without it the adapter keeps its data in a file, which needs no --migrate`,
    );
  }
  await (await openOnSqlServer(environment)).close();
}

async function openOnSqlServer(environment: Environment): Promise<Database> {
  const pool = await openWmsSql(environment, { ...RETRY, applicationName: APPLICATION_NAME });
  return await openSqlServerDatabase(pool, RETRY);
}

const RETRY: RetryOptions = {
  random: Math.random,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
