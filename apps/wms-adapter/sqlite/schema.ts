import type { DatabaseSync } from 'node:sqlite';
import { moveDeltas } from './move-deltas.ts';
import { RECONCILIATION } from './reconciliation-tables.ts';
import { RECOUNT_TASKS } from './recount-task-tables.ts';
import { REFUSED_CALLS } from './refused-call-tables.ts';
import { SIGN_IN } from './sign-in-tables.ts';
import { inTransaction } from './transaction.ts';
import { WAREHOUSE } from './warehouse-tables.ts';

/** Thrown for a file that this version of the adapter cannot use. The message says what to do. */
export class SchemaVersionError extends Error {
  override readonly name = 'SchemaVersionError';
}

const BOOKS = `
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

const ALLOCATIONS = `
-- What goes on the bus, by its topic: an inventory event or a decision on an allocation.
ALTER TABLE event ADD COLUMN kind TEXT NOT NULL DEFAULT 'event' CHECK (kind IN ('event', 'decision'));

-- Totals of the positions and open reservations of an item in a warehouse, kept in their transactions.
CREATE TABLE item_stock (
  item_id TEXT NOT NULL,
  warehouse_id TEXT NOT NULL,
  on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
  reserved INTEGER NOT NULL CHECK (reserved BETWEEN 0 AND on_hand),
  PRIMARY KEY (item_id, warehouse_id)
) STRICT, WITHOUT ROWID;
INSERT INTO item_stock
  SELECT item_id, warehouse_id, sum(on_hand), 0 FROM position GROUP BY item_id, warehouse_id;
-- Reservations are of the item in the warehouse, not of a position.
ALTER TABLE position DROP COLUMN reserved;

-- In the order in which they were first seen; kept for good, since an allocation id is decided once. decision is the
-- last word on it; status, sequence and decided_at are its.
CREATE TABLE allocation (
  allocation_number INTEGER PRIMARY KEY,
  allocation_id TEXT NOT NULL UNIQUE,
  order_id TEXT NOT NULL,
  line_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  warehouse_id TEXT NOT NULL,
  priority INTEGER NOT NULL,
  ordered_at TEXT NOT NULL,
  requested INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  picked INTEGER NOT NULL CHECK (picked BETWEEN 0 AND reserved),
  status TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  decided_at TEXT NOT NULL,
  decision TEXT NOT NULL
) STRICT;
CREATE INDEX allocation_of_item ON allocation (item_id, warehouse_id);
CREATE INDEX allocation_of_order ON allocation (order_id, item_id, warehouse_id);
CREATE INDEX open_allocation ON allocation (item_id, warehouse_id) WHERE reserved > picked;

CREATE TABLE location_lock (
  lock_id TEXT PRIMARY KEY,
  warehouse_id TEXT NOT NULL,
  location_id TEXT NOT NULL,
  scanner_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  until TEXT NOT NULL,
  UNIQUE (warehouse_id, location_id, scanner_id)
) STRICT, WITHOUT ROWID;
`;

const COUNTS = `
-- Positions that the cloud was told are under count, until the lock ends.
CREATE TABLE counted_position (
  lock_id TEXT NOT NULL REFERENCES location_lock ON DELETE CASCADE,
  position_id INTEGER NOT NULL REFERENCES position,
  PRIMARY KEY (lock_id, position_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX position_in_location ON position (warehouse_id, location_id);
`;

/** What each version of the tables added; a file's `user_version` says how many of them it has. */
const VERSIONS: readonly ((connection: DatabaseSync) => void)[] = [
  (connection) => connection.exec(BOOKS),
  (connection) => connection.exec(ALLOCATIONS),
  (connection) => connection.exec(COUNTS),
  (connection) => {
    connection.exec(WAREHOUSE);
    moveDeltas(connection);
  },
  (connection) => connection.exec(RECONCILIATION),
  (connection) => connection.exec(RECOUNT_TASKS),
  (connection) => connection.exec(SIGN_IN),
  (connection) => connection.exec(REFUSED_CALLS),
];

/**
 * Creates the tables in a new file, and brings an earlier version's file to this one, keeping what is in it.
 * @throws SchemaVersionError when the file was written by a later version.
 */
export function prepareSchema(connection: DatabaseSync, path: string): void {
  const version = versionOf(connection);
  if (version > VERSIONS.length) {
    throw new SchemaVersionError(
      `${path} has schema version ${version}, this adapter needs ${VERSIONS.length} or an earlier one: set STOCKBRIDGE_DATA to another folder or empty it with "npm run reset"`,
    );
  }
  if (version < VERSIONS.length) {
    inTransaction(connection, () => {
      // Read again: another process may have done it meanwhile.
      for (const add of VERSIONS.slice(versionOf(connection))) add(connection);
      connection.exec(`PRAGMA user_version = ${VERSIONS.length}`);
    });
  }
}

function versionOf(connection: DatabaseSync): number {
  return Number(connection.prepare('PRAGMA user_version').get()?.user_version);
}
