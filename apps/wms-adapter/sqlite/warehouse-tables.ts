/**
 * The fourth version of the tables: the movements of each position with what explains them, locks that are kept when
 * they have ended, versions of master data, devices and users, and claims on the outbox.
 */
export const WAREHOUSE = `
-- As corrected; in an older file what the device said, which was not corrected then.
ALTER TABLE ledger ADD COLUMN scanned_at TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN flags TEXT NOT NULL DEFAULT '[]';
UPDATE ledger SET scanned_at = json_extract(body, '$.scannedAt');

-- What each transaction did to a position, in the order of scans. Figures are pieces, those of the position are as it
-- was after it.
CREATE TABLE movement (
  position_id INTEGER NOT NULL REFERENCES position,
  scan_key TEXT NOT NULL,
  version INTEGER NOT NULL,
  ledger_id INTEGER NOT NULL REFERENCES ledger,
  kind TEXT NOT NULL CHECK (kind IN ('delta', 'count')),
  quantity INTEGER NOT NULL,
  effective_change INTEGER NOT NULL,
  on_hand INTEGER NOT NULL,
  shortfall INTEGER NOT NULL,
  -- The lock of another that ran when it was scanned or booked.
  recount_lock_id TEXT,
  PRIMARY KEY (position_id, scan_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX movement_to_recount ON movement (position_id, scan_key, recount_lock_id)
  WHERE recount_lock_id IS NOT NULL;
CREATE INDEX short_position ON position (warehouse_id, item_id, location_id, lot_number) WHERE shortfall > 0;

-- Kept when they have ended, by themselves (until) or before (ended_at).
CREATE TABLE kept_lock (
  lock_id TEXT PRIMARY KEY,
  warehouse_id TEXT NOT NULL,
  location_id TEXT NOT NULL,
  scanner_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  started_at TEXT NOT NULL,
  until TEXT NOT NULL,
  ended_at TEXT,
  ended_because TEXT CHECK (ended_because IN ('counted', 'released', 'taken-over')),
  taken_over_lock_id TEXT,
  take_over_reason TEXT,
  ends_at TEXT NOT NULL GENERATED ALWAYS AS (min(until, coalesce(ended_at, until))) VIRTUAL
) STRICT, WITHOUT ROWID;
INSERT INTO kept_lock (lock_id, warehouse_id, location_id, scanner_id, user_id, started_at, until)
  SELECT lock_id, warehouse_id, location_id, scanner_id, user_id,
    strftime('%Y-%m-%dT%H:%M:%fZ', until, '-30 minutes'), until
  FROM location_lock;
-- Positions that the cloud was told are under count by the lock.
CREATE TABLE kept_counted_position (
  lock_id TEXT NOT NULL REFERENCES kept_lock,
  position_id INTEGER NOT NULL REFERENCES position,
  PRIMARY KEY (lock_id, position_id)
) STRICT, WITHOUT ROWID;
INSERT INTO kept_counted_position SELECT lock_id, position_id FROM counted_position;
-- The children first: dropping a table deletes what refers to it.
DROP TABLE counted_position;
DROP TABLE location_lock;
ALTER TABLE kept_lock RENAME TO location_lock;
ALTER TABLE kept_counted_position RENAME TO counted_position;
CREATE INDEX lock_of_location ON location_lock (warehouse_id, location_id, ends_at);
CREATE INDEX lock_by_end ON location_lock (ends_at);

-- Every PUT of an item or a location draws the next version.
CREATE TABLE master_data_version (version INTEGER NOT NULL) STRICT;
ALTER TABLE item ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE location ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
UPDATE item SET version = numbered.version
  FROM (SELECT item_id, row_number() OVER (ORDER BY item_id) AS version FROM item) AS numbered
  WHERE numbered.item_id = item.item_id;
UPDATE location SET version = (SELECT count(*) FROM item) + numbered.version
  FROM (SELECT warehouse_id, location_id, row_number() OVER (ORDER BY warehouse_id, location_id) AS version
    FROM location) AS numbered
  WHERE numbered.warehouse_id = location.warehouse_id AND numbered.location_id = location.location_id;
INSERT INTO master_data_version SELECT (SELECT count(*) FROM item) + (SELECT count(*) FROM location);
CREATE UNIQUE INDEX item_by_version ON item (version);
CREATE UNIQUE INDEX location_by_version ON location (warehouse_id, version);

-- Of a key only the hash is kept. warehouse_ids is a JSON array.
CREATE TABLE device (
  scanner_id TEXT PRIMARY KEY,
  name TEXT,
  warehouse_ids TEXT NOT NULL,
  key_hash TEXT NOT NULL UNIQUE,
  registered_at TEXT NOT NULL,
  revoked_at TEXT,
  last_seen_at TEXT,
  clock_offset_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE app_user (
  user_id TEXT PRIMARY KEY,
  name TEXT,
  role TEXT NOT NULL,
  warehouse_ids TEXT NOT NULL,
  is_active INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- When a run of a device began: milliseconds since 1970, by the clock of the server.
CREATE TABLE device_run (
  scanner_id TEXT NOT NULL,
  run TEXT NOT NULL,
  began_at REAL NOT NULL,
  PRIMARY KEY (scanner_id, run)
) STRICT, WITHOUT ROWID;

-- Which relay works on which part of the outbox; the parts of different relays do not overlap. A row for each part
-- and not a mark on each message, so that a claim costs the same for a thousand messages as for one, and messages
-- that others hold are stepped over at once.
CREATE TABLE outbox_claim (
  first_sequence INTEGER PRIMARY KEY,
  last_sequence INTEGER NOT NULL,
  relay_id TEXT NOT NULL,
  until TEXT NOT NULL
) STRICT;
`;
