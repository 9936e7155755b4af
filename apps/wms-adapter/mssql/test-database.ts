import { randomBytes } from 'node:crypto';
import type sql from 'mssql';
import { openSqlPool } from '../../../shared/wms-sql/connection.ts';
import { type RetryOptions, retrying } from '../../../shared/wms-sql/retrying.ts';

/** The setting with the connection string of a server on which tests may create databases. */
export const TEST_SQL = 'STOCKBRIDGE_TEST_SQL';

/** Why tests on SQL Server are skipped; undefined where they run. */
export const SKIPPED = process.env[TEST_SQL]?.trim()
  ? undefined
  : `${TEST_SQL} holds no connection string of a SQL Server`;

export const RETRY: RetryOptions = {
  random: Math.random,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** A database of its own for one test file. */
export interface TestDatabase {
  readonly connectionString: string;
  /** A new pool of connections to it, signed in. */
  open(): Promise<sql.ConnectionPool>;
  /** A pool of its own for statements of the test itself; closed with the database. */
  shared(): Promise<sql.ConnectionPool>;
  drop(): Promise<void>;
}

/** Creates an empty database on the server of `STOCKBRIDGE_TEST_SQL`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env[TEST_SQL] ?? '';
  const name = `wms_test_${process.pid}_${randomBytes(3).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  // As docs/sql-server.md has it; Babelfish always works so.
  await onServer(
    server,
    `IF SERVERPROPERTY('BabelfishVersion') IS NULL EXEC('ALTER DATABASE ${name} SET READ_COMMITTED_SNAPSHOT ON')`,
  );
  const connectionString = withDatabase(server, name);
  let shared: Promise<sql.ConnectionPool> | undefined;
  return {
    connectionString,
    open: () => openPool(connectionString),
    shared() {
      shared ??= openPool(connectionString);
      return shared;
    },
    async drop() {
      await (await shared)?.close();
      // Sessions that were closed or killed a moment ago may still be there.
      await onServer(
        server,
        `IF SERVERPROPERTY('BabelfishVersion') IS NULL
          EXEC('ALTER DATABASE ${name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE')`,
      );
      await onServer(server, `DROP DATABASE ${name}`);
    },
  };
}

/** Takes all rows out of the tables of the adapter. */
export async function emptyTables(database: TestDatabase): Promise<void> {
  const pool = await database.shared();
  await pool.request().query(EMPTY);
}

/** What refers to another table comes before it. */
const FILLED_TABLES = [
  ...['recount_task', 'recount_investigation'],
  ...[
    'parked_event',
    'outbox',
    'event',
    'event_number',
    'movement',
    'ledger',
    'counted_position',
    'location_lock',
  ],
  ...[
    'allocation',
    'item_stock',
    'position',
    'location',
    'item',
    'warehouse',
    'device',
    'app_user',
    'sign_in_attempt',
    'device_run',
    'refused_call',
  ],
];

const EMPTY = `
  ${FILLED_TABLES.map((table) => `DELETE FROM wms.${table};`).join('\n')}
  UPDATE wms.master_data_version SET version = 0;
  UPDATE wms.booking_turn SET last_position_id = 0, last_ledger_id = 0, last_allocation_number = 0, last_sequence = 0;`;

/** A pool of connections, signed in. */
export function openPool(connectionString: string): Promise<sql.ConnectionPool> {
  return openSqlPool(connectionString, { ...RETRY, applicationName: 'Stockbridge test', setting: TEST_SQL });
}

async function onServer(connectionString: string, statement: string): Promise<void> {
  const pool = await openPool(connectionString);
  try {
    // Other test files create theirs at the same time (error 1807).
    await retrying(() => pool.request().batch(statement), RETRY);
  } finally {
    await pool.close();
  }
}

/** The last word on a keyword counts. */
function withDatabase(connectionString: string, name: string): string {
  return `${connectionString.replace(/;\s*$/, '')};Database=${name}`;
}
