import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** The format of the tables; `upgrade.ts` makes it of the one before, which had no sorted index. */
export const FORMAT = 2;
/** "Cosm", so that a foreign SQLite file is recognised. */
const APPLICATION = 0x436f736d;

/** The folder cannot be used; the message is one plain line that says what to do. */
export class UnusableFolder extends Error {}

/**
 * Opens (or makes) `cosmos.sqlite` in `folder`.
 *
 * Durability: WAL with `synchronous=NORMAL`. Every acknowledged write is in the write-ahead log, handed to the operating system, before the
 * answer is sent; it survives `kill -9` of this process at any moment. A power cut may lose the last moments: out of scope on a
 * laptop, and an fsync for each write would cost several times the throughput. One process owns the file (`locking_mode=EXCLUSIVE`).
 * Throws `UnusableFolder`.
 */
export function openDatabaseFile(folder: string): DatabaseSync {
  const file = join(folder, 'cosmos.sqlite');
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;');
    database.exec('PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;');
    prepareSchema(database, file);
    return database;
  } catch (error) {
    database?.close();
    throw explain(error, folder, file);
  }
}

function explain(error: unknown, folder: string, file: string): Error {
  if (error instanceof UnusableFolder) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/locked|busy/.test(message)) {
    return new UnusableFolder(
      `The data folder ${folder} is in use by another process: stop it or name another with --data`,
    );
  }
  if (/not a database|malformed/.test(message)) {
    return new UnusableFolder(
      `${file} is not a Cosmos data file: delete it or name another folder with --data`,
    );
  }
  return new UnusableFolder(
    `The data folder ${folder} cannot be used (${message}): name another with --data`,
  );
}

function prepareSchema(database: DatabaseSync, file: string): void {
  const application = pragma(database, 'application_id');
  const format = pragma(database, 'user_version');
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get();
  if (application === 0 && format === 0 && tables?.n === 0) {
    database.exec(`
      BEGIN;
      PRAGMA application_id=${APPLICATION};
      PRAGMA user_version=${FORMAT};
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
      COMMIT;
    `);
    return;
  }
  if (application !== APPLICATION || (format !== FORMAT && format !== FORMAT - 1)) {
    throw new UnusableFolder(
      `${file} was written by another version (format ${format}, this one reads ${FORMAT}): delete it or name another folder with --data`,
    );
  }
}

/** A number in the head of the file. */
export function pragma(database: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
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
