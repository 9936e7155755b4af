import { DatabaseSync } from 'node:sqlite';
import { prepareSchema } from './schema.ts';

const CACHE_KIB = 32 * 1024;
/** While another process brings the tables to this version. */
const START_TIMEOUT_MS = 5_000;
/** While another process writes. Nothing else of this one goes on meanwhile, not even the answer that it lives. */
const BUSY_TIMEOUT_MS = 1_000;
/** Pages of 4 KiB in the log before they move into the file: fewer, larger moves, since hot pages are moved once. */
const CHECKPOINT_PAGES = 8_000;

/**
 * Opens the database file, creating it with its tables where there is none. A commit is on the disk when it returns
 * (write-ahead log, `synchronous = FULL`). A statement fails when another process keeps the file locked for a second.
 */
export function openConnection(path: string): DatabaseSync {
  const connection = new DatabaseSync(path);
  try {
    connection.exec(`
      PRAGMA busy_timeout = ${START_TIMEOUT_MS};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA cache_size = -${CACHE_KIB};
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA journal_size_limit = ${64 * 1024 * 1024};
    `);
    prepareSchema(connection, path);
    connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
