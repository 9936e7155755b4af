import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HostStartError } from '../startup-error.ts';

/** Name of the database file in the data folder. */
export const DATABASE_FILE = 'durable.sqlite';

const APPLICATION_ID = 0x44_54_46_58;
const SCHEMA_VERSION = 1;

/** A row of `instance` is one execution: `key` changes when the instance continues as new, so what is late for the old one finds nothing. */
const schema = `
CREATE TABLE instance (
  key INTEGER PRIMARY KEY,
  instance_id TEXT NOT NULL UNIQUE,
  execution_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  name TEXT NOT NULL,
  version TEXT,
  parent TEXT,
  status TEXT NOT NULL,
  input TEXT,
  custom_status TEXT,
  output TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX instance_created ON instance (created_at);
CREATE INDEX instance_status ON instance (status, instance_id);
CREATE TABLE history (
  instance INTEGER NOT NULL,
  episode INTEGER NOT NULL,
  events TEXT NOT NULL,
  PRIMARY KEY (instance, episode)
) WITHOUT ROWID;
CREATE TABLE inbox (
  id INTEGER PRIMARY KEY,
  instance INTEGER NOT NULL,
  event TEXT NOT NULL
);
CREATE INDEX inbox_instance ON inbox (instance);
CREATE TABLE activity (
  instance INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  input TEXT,
  PRIMARY KEY (instance, id)
) WITHOUT ROWID;
CREATE TABLE timer (
  instance INTEGER NOT NULL,
  id INTEGER NOT NULL,
  fire_at INTEGER NOT NULL,
  PRIMARY KEY (instance, id)
) WITHOUT ROWID;
CREATE INDEX timer_fire ON timer (fire_at);
`;

/**
 * Opens the task hub's database in the host's data folder. Commits outlive the process (WAL, synchronous NORMAL), not a loss of
 * power; the file belongs to one host at a time.
 * @throws HostStartError when the folder cannot be used, another host has it, or its data are of another schema.
 */
export function openDatabase(folder: string): DatabaseSync {
  const file = join(folder, DATABASE_FILE);
  try {
    mkdirSync(folder, { recursive: true });
    const database = new DatabaseSync(file);
    try {
      prepare(database, file);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw error instanceof HostStartError ? error : new HostStartError(reason(folder, file, error));
  }
}

function prepare(database: DatabaseSync, file: string): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA auto_vacuum = INCREMENTAL;');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000;');
  database.exec(
    'PRAGMA journal_size_limit = 33554432; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;',
  );
  database.exec('BEGIN IMMEDIATE');
  const version = pragma(database, 'user_version');
  if (database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n === 0) {
    database.exec(schema);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`);
  } else if (pragma(database, 'application_id') !== APPLICATION_ID) {
    throw new HostStartError(`${file} is not a task hub; use another data folder`);
  } else if (version !== SCHEMA_VERSION) {
    throw new HostStartError(
      `${file} has schema version ${version}, this host needs ${SCHEMA_VERSION}; remove it or use another data folder`,
    );
  }
  database.exec('COMMIT');
}

function pragma(database: DatabaseSync, name: 'application_id' | 'user_version'): number {
  const value = database.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === 'number' ? value : 0;
}

function reason(folder: string, file: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/database is locked/.test(message)) {
    return `The data folder ${folder} is in use by another Functions host; stop it or use another folder.`;
  }
  if (/not a database|malformed/.test(message)) {
    return `${file} is not a readable database (${message}); remove it or use another data folder.`;
  }
  return `Cannot use the data folder ${folder}: ${message}`;
}
