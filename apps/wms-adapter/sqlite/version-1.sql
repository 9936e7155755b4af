-- A file as the first version of the adapter wrote it.
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

INSERT INTO warehouse VALUES ('WH-001'), ('WH-002');
INSERT INTO item VALUES ('ITEM-1', '{}'), ('ITEM-2', '{}');
INSERT INTO location VALUES ('WH-001', 'A-05-02', '{}'), ('WH-001', 'B-01', '{}'), ('WH-002', 'A-05-02', '{}');
INSERT INTO position (warehouse_id, item_id, location_id, lot_number, on_hand, shortfall, version, count_key) VALUES
  ('WH-001', 'ITEM-1', 'A-05-02', '', 7, 0, 1, NULL),
  ('WH-001', 'ITEM-1', 'A-05-02', 'LOT-1', 2, 0, 1, NULL),
  ('WH-001', 'ITEM-1', 'B-01', '', 0, 3, 2, NULL),
  ('WH-002', 'ITEM-1', 'A-05-02', '', 5, 0, 1, NULL);
INSERT INTO event VALUES
  (1, '{"eventId":"evt-20241118-000001","timestamp":"2024-11-18T10:00:00.000Z"}'),
  (2, '{"eventId":"evt-20241118-000002","timestamp":"2024-11-18T10:00:01.000Z"}'),
  (3, '{"eventId":"evt-20241118-000003","timestamp":"2024-11-18T10:00:02.000Z"}');
INSERT INTO outbox VALUES (2, '2024-11-18T10:00:01.000Z', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', NULL);
INSERT INTO parked_event VALUES (3, 'too large');
INSERT INTO event_number VALUES ('20241118', 3);
PRAGMA user_version = 1;
