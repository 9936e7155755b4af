import type { DatabaseSync } from 'node:sqlite';
import { type DatabaseFile, openDatabaseFile } from '../../sqlite/database-file.ts';
import { HostStartError } from '../startup-error.ts';

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

const file: DatabaseFile = {
  name: 'durable.sqlite',
  applicationId: 0x44_54_46_58,
  schemaVersion: 1,
  schema,
  synchronous: 'NORMAL',
  cacheKiB: 32_768,
  shrinks: true,
  product: 'Functions host',
  StartError: HostStartError,
};

/**
 * Opens the task hub's database in the host's data folder. Commits outlive the process, not a loss of power; the file belongs to one
 * host at a time.
 * @throws HostStartError when the folder cannot be used, another host has it, or its data are of another schema.
 */
export function openDatabase(folder: string): DatabaseSync {
  return openDatabaseFile(folder, file);
}
