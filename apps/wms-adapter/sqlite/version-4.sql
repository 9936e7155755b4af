-- A file as the fourth version of the adapter wrote it.
CREATE TABLE warehouse (warehouse_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE item (item_id TEXT PRIMARY KEY, details TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE location (
  warehouse_id TEXT NOT NULL REFERENCES warehouse,
  location_id TEXT NOT NULL,
  details TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (warehouse_id, location_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE position (
  position_id INTEGER PRIMARY KEY,
  warehouse_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  location_id TEXT NOT NULL,
  lot_number TEXT NOT NULL,
  on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
  shortfall INTEGER NOT NULL CHECK (shortfall >= 0),
  version INTEGER NOT NULL,
  count_key TEXT,
  UNIQUE (warehouse_id, item_id, location_id, lot_number)
) STRICT;
CREATE INDEX position_of_item ON position (item_id, warehouse_id, location_id, lot_number);
CREATE TABLE ledger (
  ledger_id INTEGER PRIMARY KEY,
  transaction_id TEXT NOT NULL UNIQUE,
  body_hash TEXT NOT NULL,
  outcome TEXT NOT NULL,
  on_hand INTEGER NOT NULL,
  version INTEGER NOT NULL,
  committed_at TEXT NOT NULL,
  body TEXT NOT NULL
, scanned_at TEXT NOT NULL DEFAULT '', flags TEXT NOT NULL DEFAULT '[]') STRICT;
CREATE TABLE event (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'event' CHECK (kind IN ('event', 'decision'))) STRICT;
CREATE TABLE outbox (
  sequence INTEGER PRIMARY KEY REFERENCES event,
  committed_at TEXT NOT NULL,
  traceparent TEXT NOT NULL,
  tracestate TEXT
) STRICT;
CREATE TABLE parked_event (sequence INTEGER PRIMARY KEY REFERENCES event, reason TEXT NOT NULL) STRICT;
CREATE TABLE event_number (day TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE item_stock (
  item_id TEXT NOT NULL,
  warehouse_id TEXT NOT NULL,
  on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
  reserved INTEGER NOT NULL CHECK (reserved BETWEEN 0 AND on_hand),
  PRIMARY KEY (item_id, warehouse_id)
) STRICT, WITHOUT ROWID;
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
CREATE INDEX position_in_location ON position (warehouse_id, location_id);
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
  recount_lock_id TEXT,
  PRIMARY KEY (position_id, scan_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX movement_to_recount ON movement (position_id, scan_key, recount_lock_id)
  WHERE recount_lock_id IS NOT NULL;
CREATE INDEX short_position ON position (warehouse_id, item_id, location_id, lot_number) WHERE shortfall > 0;
CREATE TABLE "location_lock" (
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
CREATE TABLE "counted_position" (
  lock_id TEXT NOT NULL REFERENCES "location_lock",
  position_id INTEGER NOT NULL REFERENCES position,
  PRIMARY KEY (lock_id, position_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lock_of_location ON location_lock (warehouse_id, location_id, ends_at);
CREATE INDEX lock_by_end ON location_lock (ends_at);
CREATE TABLE master_data_version (version INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX item_by_version ON item (version);
CREATE UNIQUE INDEX location_by_version ON location (warehouse_id, version);
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
CREATE TABLE device_run (
  scanner_id TEXT NOT NULL,
  run TEXT NOT NULL,
  began_at REAL NOT NULL,
  PRIMARY KEY (scanner_id, run)
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox_claim (
  first_sequence INTEGER PRIMARY KEY,
  last_sequence INTEGER NOT NULL,
  relay_id TEXT NOT NULL,
  until TEXT NOT NULL
) STRICT;
INSERT INTO warehouse (warehouse_id) VALUES
  ('WH-001'),
  ('WH-002');
INSERT INTO item (item_id, details, version) VALUES
  ('ITEM-1', '{}', 1);
INSERT INTO location (warehouse_id, location_id, details, version) VALUES
  ('WH-001', 'A-05-02', '{}', 2),
  ('WH-001', 'B-01', '{}', 3),
  ('WH-002', 'A-05-02', '{}', 4);
INSERT INTO position (position_id, warehouse_id, item_id, location_id, lot_number, on_hand, shortfall, version, count_key) VALUES
  (1, 'WH-001', 'ITEM-1', 'A-05-02', '', 3, 0, 5, '2024-11-18T10:00:30.000000000Z	SCANNER-08		00000002-aaaa-4000-8000-000000000000'),
  (2, 'WH-001', 'ITEM-1', 'B-01', '', 0, 3, 2, NULL);
INSERT INTO ledger (ledger_id, transaction_id, body_hash, outcome, on_hand, version, committed_at, body, scanned_at, flags) VALUES
  (1, '00000001-aaaa-4000-8000-000000000000', '1eYq5QXuVu6uxpUuEANiwCQTq9nnQyd5n88pEx76vLA=', 'applied', 9, 1, '2024-11-18T12:00:00.000Z', '{"transactionId":"00000001-AAAA-4000-8000-000000000000","type":"receipt","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantity":9,"scannedAt":"2024-11-18T10:00:10Z","scannerId":"SCANNER-08","userId":"warehouse_user_23"}', '2024-11-18T10:00:10Z', '[]'),
  (2, '00000002-aaaa-4000-8000-000000000000', 'TVevhmSuSZ04zaJhxxcmlB/SieyoK39tv6pKnEdhaSI=', 'applied', 4, 2, '2024-11-18T12:00:00.000Z', '{"transactionId":"00000002-AAAA-4000-8000-000000000000","type":"count","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantity":4,"scannedAt":"2024-11-18T10:00:30Z","scannerId":"SCANNER-08","userId":"warehouse_user_23"}', '2024-11-18T10:00:30Z', '[]'),
  (3, '00000003-aaaa-4000-8000-000000000000', 'Y/3+c7ZzUXojvsyNdQ61BetDtakdglBJeI5MsyuRyWA=', 'applied', 4, 3, '2024-11-18T12:00:00.000Z', '{"transactionId":"00000003-AAAA-4000-8000-000000000000","type":"pick","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantity":3,"scannedAt":"2024-11-18T10:00:20Z","scannerId":"SCANNER-08","userId":"warehouse_user_23"}', '2024-11-18T10:00:20Z', '[]'),
  (4, '00000004-aaaa-4000-8000-000000000000', 'Pka1yAp1KpZhzzPE6h9JOV9hl1SyRyGRjHiiUMH/gDA=', 'applied', 5, 4, '2024-11-18T12:00:00.000Z', '{"transactionId":"00000004-AAAA-4000-8000-000000000000","type":"receipt","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantity":1,"scannedAt":"2024-11-18T10:00:40Z","scannerId":"SCANNER-08","userId":"warehouse_user_23"}', '2024-11-18T10:00:40Z', '[]'),
  (5, '00000005-aaaa-4000-8000-000000000000', 'zmsMCdJ7gTsZRKShc/D/iio3DICMVtR+qq0R0lbShfY=', 'applied', 3, 5, '2024-11-18T12:00:00.000Z', '{"transactionId":"00000005-AAAA-4000-8000-000000000000","type":"transfer","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantity":2,"toLocationId":"B-01","scannedAt":"2024-11-18T10:00:50Z","scannerId":"SCANNER-08","userId":"warehouse_user_23"}', '2024-11-18T10:00:50Z', '[]'),
  (6, '00000006-aaaa-4000-8000-000000000000', 'dreYHueWVvO3pOqdtmoYWvgb9IC27Wri0FdnFCnNIcw=', 'exception', 0, 2, '2024-11-18T12:00:00.000Z', '{"transactionId":"00000006-AAAA-4000-8000-000000000000","type":"pick","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"B-01","lotNumber":null,"quantity":5,"scannedAt":"2024-11-18T10:00:51Z","scannerId":"SCANNER-08","userId":"warehouse_user_23"}', '2024-11-18T10:00:51Z', '[]');
INSERT INTO movement (position_id, scan_key, version, ledger_id, kind, quantity, effective_change, on_hand, shortfall, recount_lock_id) VALUES
  (1, '2024-11-18T10:00:10.000000000Z	SCANNER-08		00000001-aaaa-4000-8000-000000000000', 1, 1, 'delta', 9, 9, 9, 0, NULL),
  (1, '2024-11-18T10:00:20.000000000Z	SCANNER-08		00000003-aaaa-4000-8000-000000000000', 3, 3, 'delta', -3, 0, 4, 0, NULL),
  (1, '2024-11-18T10:00:30.000000000Z	SCANNER-08		00000002-aaaa-4000-8000-000000000000', 2, 2, 'count', 4, -5, 4, 0, NULL),
  (1, '2024-11-18T10:00:40.000000000Z	SCANNER-08		00000004-aaaa-4000-8000-000000000000', 4, 4, 'delta', 1, 1, 5, 0, NULL),
  (1, '2024-11-18T10:00:50.000000000Z	SCANNER-08		00000005-aaaa-4000-8000-000000000000', 5, 5, 'delta', -2, -2, 3, 0, NULL),
  (2, '2024-11-18T10:00:50.000000000Z	SCANNER-08		00000005-aaaa-4000-8000-000000000000', 1, 5, 'delta', 2, 2, 2, 0, NULL),
  (2, '2024-11-18T10:00:51.000000000Z	SCANNER-08		00000006-aaaa-4000-8000-000000000000', 2, 6, 'delta', -5, -2, 0, 3, NULL);
INSERT INTO event (sequence, body, kind) VALUES
  (1, '{"eventId":"evt-20241118-000001","timestamp":"2024-11-18T12:00:00.000Z","eventType":"InventoryReceipt","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantityChange":9,"resultingOnHand":9,"transactionId":"00000001-AAAA-4000-8000-000000000000","scannerId":"SCANNER-08","userId":"warehouse_user_23","schemaVersion":1,"version":1,"scannedAt":"2024-11-18T10:00:10Z"}', 'event'),
  (2, '{"eventId":"evt-20241118-000002","timestamp":"2024-11-18T12:00:00.000Z","eventType":"InventoryCount","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantityChange":-5,"resultingOnHand":4,"transactionId":"00000002-AAAA-4000-8000-000000000000","scannerId":"SCANNER-08","userId":"warehouse_user_23","schemaVersion":1,"version":2,"scannedAt":"2024-11-18T10:00:30Z","scannedQuantity":4}', 'event'),
  (3, '{"eventId":"evt-20241118-000003","timestamp":"2024-11-18T12:00:00.000Z","eventType":"InventoryPick","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantityChange":0,"resultingOnHand":4,"transactionId":"00000003-AAAA-4000-8000-000000000000","scannerId":"SCANNER-08","userId":"warehouse_user_23","schemaVersion":1,"version":3,"scannedAt":"2024-11-18T10:00:20Z","scannedQuantity":-3}', 'event'),
  (4, '{"eventId":"evt-20241118-000004","timestamp":"2024-11-18T12:00:00.000Z","eventType":"InventoryReceipt","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantityChange":1,"resultingOnHand":5,"transactionId":"00000004-AAAA-4000-8000-000000000000","scannerId":"SCANNER-08","userId":"warehouse_user_23","schemaVersion":1,"version":4,"scannedAt":"2024-11-18T10:00:40Z"}', 'event'),
  (5, '{"eventId":"evt-20241118-000005","timestamp":"2024-11-18T12:00:00.000Z","eventType":"InventoryTransfer","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantityChange":-2,"resultingOnHand":3,"transactionId":"00000005-AAAA-4000-8000-000000000000","scannerId":"SCANNER-08","userId":"warehouse_user_23","schemaVersion":1,"version":5,"scannedAt":"2024-11-18T10:00:50Z","counterpart":{"locationId":"B-01","lotNumber":null,"quantityChange":2,"resultingOnHand":2,"version":1}}', 'event'),
  (6, '{"eventId":"evt-20241118-000006","timestamp":"2024-11-18T12:00:00.000Z","eventType":"InventoryTransfer","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"B-01","lotNumber":null,"quantityChange":2,"resultingOnHand":2,"transactionId":"00000005-AAAA-4000-8000-000000000000","scannerId":"SCANNER-08","userId":"warehouse_user_23","schemaVersion":1,"version":1,"scannedAt":"2024-11-18T10:00:50Z","counterpart":{"locationId":"A-05-02","lotNumber":null,"quantityChange":-2,"resultingOnHand":3,"version":5}}', 'event'),
  (7, '{"eventId":"evt-20241118-000007","timestamp":"2024-11-18T12:00:00.000Z","eventType":"InventoryPick","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"B-01","lotNumber":null,"quantityChange":-2,"resultingOnHand":0,"transactionId":"00000006-AAAA-4000-8000-000000000000","scannerId":"SCANNER-08","userId":"warehouse_user_23","schemaVersion":1,"version":2,"scannedAt":"2024-11-18T10:00:51Z","scannedQuantity":-5}', 'event'),
  (8, '{"allocationId":"ORDER-1:1:1","orderId":"ORDER-1","lineId":"1","itemId":"ITEM-1","warehouseId":"WH-001","sequence":1,"quantity":2,"picked":0,"status":"confirmed","decidedAt":"2024-11-18T12:00:00.000Z"}', 'decision'),
  (9, '{"eventId":"evt-20241118-000008","timestamp":"2024-11-18T12:00:00.000Z","eventType":"InventoryCountStarted","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantityChange":0,"resultingOnHand":3,"transactionId":"LOCK-1","scannerId":"SCANNER-08","userId":"user","schemaVersion":1,"version":5,"countLock":{"lockId":"LOCK-1","until":"2024-11-18T12:30:00.000Z"}}', 'event');
INSERT INTO outbox (sequence, committed_at, traceparent, tracestate) VALUES
  (4, '2024-11-18T12:00:00.000Z', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'vendor=1'),
  (5, '2024-11-18T12:00:00.000Z', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'vendor=1'),
  (6, '2024-11-18T12:00:00.000Z', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'vendor=1'),
  (7, '2024-11-18T12:00:00.000Z', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'vendor=1'),
  (8, '2024-11-18T12:00:00.000Z', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'vendor=1'),
  (9, '2024-11-18T12:00:00.000Z', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'vendor=1');
INSERT INTO event_number (day, last) VALUES
  ('20241118', 8);
INSERT INTO item_stock (item_id, warehouse_id, on_hand, reserved) VALUES
  ('ITEM-1', 'WH-001', 3, 2);
INSERT INTO allocation (allocation_number, allocation_id, order_id, line_id, item_id, warehouse_id, priority, ordered_at, requested, reserved, picked, status, sequence, decided_at, decision) VALUES
  (1, 'ORDER-1:1:1', 'ORDER-1', '1', 'ITEM-1', 'WH-001', 0, '2024-11-18T09:00:00.000Z', 2, 2, 0, 'confirmed', 1, '2024-11-18T12:00:00.000Z', '{"allocationId":"ORDER-1:1:1","orderId":"ORDER-1","lineId":"1","itemId":"ITEM-1","warehouseId":"WH-001","sequence":1,"quantity":2,"picked":0,"status":"confirmed","decidedAt":"2024-11-18T12:00:00.000Z"}');
INSERT INTO location_lock (lock_id, warehouse_id, location_id, scanner_id, user_id, started_at, until, ended_at, ended_because, taken_over_lock_id, take_over_reason) VALUES
  ('LOCK-1', 'WH-001', 'A-05-02', 'SCANNER-08', 'user', '2024-11-18T12:00:00.000Z', '2024-11-18T12:30:00.000Z', NULL, NULL, NULL, NULL);
INSERT INTO counted_position (lock_id, position_id) VALUES
  ('LOCK-1', 1);
INSERT INTO master_data_version (version) VALUES
  (4);
PRAGMA user_version = 4;
