import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What a part keeps in its data folder, and how. */
export interface DatabaseFile {
  /** Name of the file in the data folder. */
  name: string;
  /** In the head of the file, so that a foreign one is recognised. */
  applicationId: number;
  schemaVersion: number;
  /** Older versions from this one on are opened as they are, for the caller to upgrade; absent: none. */
  upgradableFrom?: number;
  /** SQL that makes the tables of an empty file. */
  schema: string;
  /** FULL: commits are on the disk before they return. NORMAL: they outlive the process at any moment, not a loss of power. */
  synchronous: 'NORMAL' | 'FULL';
  cacheKiB: number;
  /** The file can give space back to the file system, as `GroupCommit` lets it. */
  shrinks: boolean;
  /** Whose file it is, for messages: `Service Bus`. */
  product: string;
  /** Of what is thrown; the message is one plain line that says what to do. */
  StartError: new (
    message: string,
  ) => Error;
}

/**
 * Opens the database of a data folder, both made when missing. Its journal is a write-ahead log; it belongs to one process at a time.
 * @throws `StartError` of the kind when the folder cannot be used, another process has it, or its data are of another kind or version.
 */
export function openDatabaseFile(folder: string, kind: DatabaseFile): DatabaseSync {
  const file = join(folder, kind.name);
  try {
    mkdirSync(folder, { recursive: true });
    const database = new DatabaseSync(file);
    try {
      configure(database, kind);
      prepareSchema(database, file, kind);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw error instanceof kind.StartError ? error : new kind.StartError(reason(folder, file, kind, error));
  }
}

function configure(database: DatabaseSync, { shrinks, synchronous, cacheKiB }: DatabaseFile): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  if (shrinks) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};`);
  database.exec('PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 33554432;');
  database.exec(`PRAGMA cache_size = -${cacheKiB}; PRAGMA temp_store = MEMORY;`);
}

function prepareSchema(database: DatabaseSync, file: string, kind: DatabaseFile): void {
  const { applicationId, schemaVersion, upgradableFrom = schemaVersion, product, StartError } = kind;
  database.exec('BEGIN IMMEDIATE');
  const version = pragma(database, 'user_version');
  if (database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n === 0) {
    database.exec(kind.schema);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion};`);
  } else if (pragma(database, 'application_id') !== applicationId) {
    throw new StartError(`${file} is not a ${product} database: name another folder with --data`);
  } else if (version < upgradableFrom || version > schemaVersion) {
    throw new StartError(
      `${file} has schema version ${version}, this ${product} needs ${schemaVersion}: remove it or name another folder with --data`,
    );
  }
  database.exec('COMMIT');
}

/** A number in the head of the file, or of its pages that hold nothing. */
export function pragma(
  database: DatabaseSync,
  name: 'application_id' | 'user_version' | 'freelist_count',
): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function reason(folder: string, file: string, { product }: DatabaseFile, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/database is locked/.test(message)) {
    return `The data folder ${folder} is in use by another ${product}: stop it or name another with --data`;
  }
  if (/not a database|malformed/.test(message)) {
    return `${file} is not a readable database (${message}): remove it or name another folder with --data`;
  }
  return `Cannot use the data folder ${folder} (${message}): name another with --data`;
}
