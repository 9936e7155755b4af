import type { Sql } from './sql.ts';

/**
 * The tables, by the version that brought them; `PRAGMA user_version` says how far a database is. A version that was released
 * is never edited: what changes comes as another one.
 */
const VERSIONS: readonly string[] = [
  `
  CREATE TABLE scan (
    -- AUTOINCREMENT: a number is never given twice, also after the newest scan was forgotten.
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    transaction_id TEXT NOT NULL UNIQUE CHECK (transaction_id = lower(transaction_id)),
    state TEXT NOT NULL CHECK (state IN ('queued', 'synced', 'refused', 'dropped')),
    scanned_at TEXT NOT NULL,
    item_id TEXT NOT NULL,
    content TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- What became of it, as JSON.
    booked TEXT,
    refusal TEXT,
    dropped TEXT,
    replaced_by TEXT,
    replaces TEXT
  ) STRICT;
  CREATE INDEX scan_by_state ON scan (state, sequence);
  CREATE INDEX scan_waiting_by_item ON scan (item_id, sequence) WHERE state = 'queued';
  CREATE INDEX scan_synced_by_time ON scan (scanned_at) WHERE state = 'synced';

  -- What there is one of, as JSON.
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE item (
    item_id TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    -- 1: it is being replaced, and goes when all is there, unless it is told again.
    is_stale INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX stale_item ON item (item_id) WHERE is_stale = 1;
  CREATE TABLE barcode (
    code TEXT NOT NULL,
    item_id TEXT NOT NULL,
    PRIMARY KEY (code, item_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX barcode_by_item ON barcode (item_id);
  CREATE TABLE location (
    location_id TEXT NOT NULL,
    warehouse_id TEXT NOT NULL,
    is_stale INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (location_id, warehouse_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX stale_location ON location (location_id) WHERE is_stale = 1;

  CREATE TABLE position (
    warehouse_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    -- Empty for stock without a lot, so that it can be part of a key.
    lot_number TEXT NOT NULL,
    on_hand INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    version INTEGER NOT NULL,
    told_at TEXT NOT NULL,
    PRIMARY KEY (warehouse_id, item_id, location_id, lot_number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX position_by_location ON position (warehouse_id, location_id);

  CREATE TABLE pick_task (
    warehouse_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    allocation_id TEXT NOT NULL,
    content TEXT NOT NULL,
    open INTEGER NOT NULL,
    PRIMARY KEY (warehouse_id, place)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX pick_task_by_allocation ON pick_task (allocation_id);

  CREATE TABLE sign_in (
    badge TEXT PRIMARY KEY,
    valid_until TEXT NOT NULL,
    content TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE recount_task (
    warehouse_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    item_id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    -- Empty for stock without a lot, as in position.
    lot_number TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (warehouse_id, place)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX recount_task_by_position ON recount_task (warehouse_id, item_id, location_id, lot_number);
  `,
];

/**
 * Brings the tables to this version of the app, or makes them.
 * @throws Error for a database of a newer version, which this one would damage
 */
export function prepareSchema(sql: Sql): void {
  const found = Number(sql.all('PRAGMA user_version')[0]?.user_version ?? 0);
  if (found > VERSIONS.length)
    throw new Error(
      `The data on this device is of version ${found}, this app knows versions up to ${VERSIONS.length}: load the newer app again`,
    );
  for (const [index, script] of VERSIONS.entries()) {
    if (index < found) continue;
    sql.transaction(() => sql.script(`${script}; PRAGMA user_version = ${index + 1}`));
  }
}
