import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type DatabaseFile, openDatabaseFile } from '../sqlite/database-file.ts';

/** The format of the tables; `upgrade.ts` makes it of the one before, which had no sorted index. */
export const FORMAT = 2;

/** The folder cannot be used; the message is one plain line that says what to do. */
export class UnusableFolder extends Error {}

const schema = `
CREATE TABLE databases (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, changed INTEGER NOT NULL) STRICT;
CREATE TABLE containers (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  database INTEGER NOT NULL REFERENCES databases (number),
  id TEXT NOT NULL,
  definition TEXT NOT NULL,
  changed INTEGER NOT NULL,
  version INTEGER NOT NULL,
  reserved_lsn INTEGER NOT NULL,
  UNIQUE (database, id)
) STRICT;
`;

const file: DatabaseFile = {
  name: 'cosmos.sqlite',
  applicationId: 0x43_6f_73_6d,
  schemaVersion: FORMAT,
  upgradableFrom: FORMAT - 1,
  schema,
  synchronous: 'NORMAL',
  cacheKiB: 65_536,
  shrinks: false,
  product: 'Cosmos DB',
  StartError: UnusableFolder,
};

/**
 * Opens (or makes) `cosmos.sqlite` in `folder`. Every acknowledged write is in the write-ahead log, handed to the operating system,
 * before the answer is sent; it survives `kill -9` of this process at any moment. A power cut may lose the last moments: out of scope
 * on a laptop, and an fsync for each write would cost several times the throughput. One process owns the file.
 * Throws `UnusableFolder`.
 */
export function openDatabase(folder: string): DatabaseSync {
  return openDatabaseFile(folder, file);
}

/** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  let statements = prepared.get(database);
  if (statements === undefined) {
    statements = { begin: database.prepare('BEGIN IMMEDIATE'), commit: database.prepare('COMMIT') };
    prepared.set(database, statements);
  }
  statements.begin.run();
  let result: T;
  try {
    result = work();
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
  statements.commit.run();
  return result;
}

/** Prepared once, because a small write takes hardly longer than SQL takes to compile. */
const prepared = new WeakMap<DatabaseSync, { begin: StatementSync; commit: StatementSync }>();
