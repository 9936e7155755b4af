import type { DatabaseSync } from 'node:sqlite';

/** Grows with every change of the tables; kept in the file's `user_version`. */
const SCHEMA_VERSION = 1;

/** Thrown for a file that this version of the adapter cannot use. The message says what to do. */
export class SchemaVersionError extends Error {
  override readonly name = 'SchemaVersionError';
}

const TABLES = `
CREATE TABLE warehouse (warehouse_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE item (item_id TEXT PRIMARY KEY, details TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE location (
  warehouse_id TEXT NOT NULL REFERENCES warehouse,
  location_id TEXT NOT NULL,
  details TEXT NOT NULL,
  PRIMARY KEY (warehouse_id, location_id)
) STRICT, WITHOUT ROWID;

-- Pieces. An empty lot_number is stock that is not kept by lot. on_hand − shortfall is the ledger's raw figure;
-- count_key is the place of the latest count in the order of scans.
CREATE TABLE position (
  position_id INTEGER PRIMARY KEY,
  warehouse_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  location_id TEXT NOT NULL,
  lot_number TEXT NOT NULL,
  on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
  shortfall INTEGER NOT NULL CHECK (shortfall >= 0),
  reserved INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL,
  count_key TEXT,
  UNIQUE (warehouse_id, item_id, location_id, lot_number)
) STRICT;
CREATE INDEX position_of_item ON position (item_id, warehouse_id, location_id, lot_number);

-- Every valid transaction, with the answer it was given.
CREATE TABLE ledger (
  ledger_id INTEGER PRIMARY KEY,
  transaction_id TEXT NOT NULL UNIQUE,
  body_hash TEXT NOT NULL,
  outcome TEXT NOT NULL,
  on_hand INTEGER NOT NULL,
  version INTEGER NOT NULL,
  committed_at TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

-- The deltas a later count has to sum, in the order of scans.
CREATE TABLE delta (
  position_id INTEGER NOT NULL REFERENCES position,
  scan_key TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  PRIMARY KEY (position_id, scan_key)
) STRICT, WITHOUT ROWID;

-- Every event ever written, in commit order; outbox and parked_event say which the bus does not have.
CREATE TABLE event (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE outbox (
  sequence INTEGER PRIMARY KEY REFERENCES event,
  committed_at TEXT NOT NULL,
  traceparent TEXT NOT NULL,
  tracestate TEXT
) STRICT;
CREATE TABLE parked_event (sequence INTEGER PRIMARY KEY REFERENCES event, reason TEXT NOT NULL) STRICT;
CREATE TABLE event_number (day TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Creates the tables in a new file. @throws SchemaVersionError when the file was written by another version. */
export function prepareSchema(connection: DatabaseSync, path: string): void {
  const version = connection.prepare('PRAGMA user_version').get()?.user_version;
  if (version === SCHEMA_VERSION) {
    return;
  }
  if (version !== 0) {
    throw new SchemaVersionError(
      `${path} has schema version ${version}, this adapter needs ${SCHEMA_VERSION}: set STOCKBRIDGE_DATA to another folder or empty it with "npm run reset"`,
    );
  }
  connection.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
}
