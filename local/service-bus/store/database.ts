import type { DatabaseSync } from 'node:sqlite';
import { type DatabaseFile, openDatabaseFile } from '../../sqlite/database-file.ts';
import { StartError } from '../start-error.ts';

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

const file: DatabaseFile = {
  name: 'service-bus.sqlite',
  applicationId: 0x53_42_55_53,
  schemaVersion: 1,
  schema,
  synchronous: 'FULL',
  cacheKiB: 65_536,
  shrinks: true,
  product: 'Service Bus',
  StartError,
};

/**
 * Opens the broker's database in a folder, made when missing. Commits reach the disk before they return; the file belongs to one
 * broker at a time.
 * @throws StartError when the folder cannot be used, another broker has it, or its data are of another schema.
 */
export function openDatabase(folder: string): DatabaseSync {
  return openDatabaseFile(folder, file);
}
