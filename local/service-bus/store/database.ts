import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from '../start-error.ts';

/** Name of the database file in the data folder. */
export const DATABASE_FILE = 'service-bus.sqlite';

const APPLICATION_ID = 0x53_42_55_53;
const SCHEMA_VERSION = 1;

const schema = `
CREATE TABLE entity (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  last_sequence INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE content (
  id INTEGER PRIMARY KEY,
  copies INTEGER NOT NULL,
  durable INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  time_to_live INTEGER,
  annotation_count INTEGER NOT NULL,
  annotations BLOB NOT NULL,
  bare BLOB NOT NULL
);
CREATE TABLE message (
  entity INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  state INTEGER NOT NULL,
  content INTEGER NOT NULL,
  delivery_count INTEGER NOT NULL,
  enqueued_at INTEGER NOT NULL,
  expires_at INTEGER,
  due_at INTEGER,
  enqueue_sequence INTEGER,
  dead_letter_source TEXT,
  PRIMARY KEY (entity, sequence)
) WITHOUT ROWID;
CREATE INDEX message_due ON message (entity, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX message_expiry ON message (entity, expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE message_id_history (
  entity INTEGER NOT NULL,
  message_id TEXT NOT NULL,
  forget_at INTEGER NOT NULL,
  PRIMARY KEY (entity, message_id)
) WITHOUT ROWID;
CREATE INDEX message_id_forget ON message_id_history (entity, forget_at);
CREATE TABLE subscription_rules (
  entity INTEGER PRIMARY KEY,
  configured TEXT NOT NULL,
  current TEXT NOT NULL
);
`;

/**
 * Opens the broker's database in a folder, made when missing. Commits reach the disk before they return (WAL,
 * synchronous FULL); the file belongs to one broker at a time.
 * @throws StartError when the folder cannot be used, another broker has it, or its data are of another schema.
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
    throw error instanceof StartError ? error : new StartError(reason(folder, file, error));
  }
}

function prepare(database: DatabaseSync, file: string): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA auto_vacuum = INCREMENTAL;');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;');
  database.exec(
    'PRAGMA journal_size_limit = 33554432; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;',
  );
  database.exec('BEGIN IMMEDIATE');
  const application = pragma(database, 'application_id');
  const version = pragma(database, 'user_version');
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n;
  if (tables === 0) {
    database.exec(schema);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION};`);
  } else if (application !== APPLICATION_ID) {
    throw new StartError(`${file} is not a Service Bus database; use another data folder`);
  } else if (version !== SCHEMA_VERSION) {
    throw new StartError(
      `${file} has schema version ${version}, this broker needs ${SCHEMA_VERSION}; remove the data folder or use another`,
    );
  }
  database.exec('COMMIT');
}

function pragma(database: DatabaseSync, name: 'application_id' | 'user_version' | 'freelist_count'): number {
  const value = database.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === 'number' ? value : 0;
}

/** Pages of the file that hold nothing. */
export function freePages(database: DatabaseSync): number {
  return pragma(database, 'freelist_count');
}

function reason(folder: string, file: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/database is locked/.test(message)) {
    return `the data folder ${folder} is in use by another Service Bus; stop it or use another folder`;
  }
  if (/not a database|malformed/.test(message)) {
    return `${file} is not a readable database (${message}); remove the data folder or use another`;
  }
  return `cannot use the data folder ${folder}: ${message}`;
}
