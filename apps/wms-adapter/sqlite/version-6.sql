-- A file as the sixth version of the adapter wrote it.
PRAGMA foreign_keys = OFF;
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
INSERT INTO "allocation" VALUES(1,'ORDER-1:1:1','ORDER-1','1','ITEM-1','WH-001',0,'2024-11-18T09:00:00.000Z',4,4,1,'confirmed',1,'2024-11-18T12:00:00.000Z','{"allocationId":"ORDER-1:1:1","orderId":"ORDER-1","lineId":"1","itemId":"ITEM-1","warehouseId":"WH-001","sequence":1,"quantity":4,"picked":0,"status":"confirmed","decidedAt":"2024-11-18T12:00:00.000Z"}');
INSERT INTO "allocation" VALUES(2,'ORDER-2:1:1','ORDER-2','1','ITEM-1','WH-001',5,'2024-11-18T09:00:00.000Z',2,2,0,'confirmed',1,'2024-11-18T12:00:00.000Z','{"allocationId":"ORDER-2:1:1","orderId":"ORDER-2","lineId":"1","itemId":"ITEM-1","warehouseId":"WH-001","sequence":1,"quantity":2,"picked":0,"status":"confirmed","decidedAt":"2024-11-18T12:00:00.000Z"}');
INSERT INTO "allocation" VALUES(3,'ORDER-3:1:1','ORDER-3','1','ITEM-1','WH-001',0,'2024-11-18T09:00:00.000Z',1,1,1,'confirmed',1,'2024-11-18T12:00:00.000Z','{"allocationId":"ORDER-3:1:1","orderId":"ORDER-3","lineId":"1","itemId":"ITEM-1","warehouseId":"WH-001","sequence":1,"quantity":1,"picked":0,"status":"confirmed","decidedAt":"2024-11-18T12:00:00.000Z"}');
CREATE TABLE app_user (
  user_id TEXT PRIMARY KEY,
  name TEXT,
  role TEXT NOT NULL,
  warehouse_ids TEXT NOT NULL,
  is_active INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "app_user" VALUES('user-23','Kim','supervisor','["WH-001"]',1);
CREATE TABLE "counted_position" (
  lock_id TEXT NOT NULL REFERENCES "location_lock",
  position_id INTEGER NOT NULL REFERENCES position,
  PRIMARY KEY (lock_id, position_id)
) STRICT, WITHOUT ROWID;
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
INSERT INTO "device" VALUES('SCANNER-08','Dock 3','["WH-001"]','hash-1','2024-11-18T12:00:00.000Z',NULL,NULL,NULL);
CREATE TABLE device_run (
  scanner_id TEXT NOT NULL,
  run TEXT NOT NULL,
  began_at REAL NOT NULL,
  PRIMARY KEY (scanner_id, run)
) STRICT, WITHOUT ROWID;
CREATE TABLE event (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'event' CHECK (kind IN ('event', 'decision'))) STRICT;
INSERT INTO "event" VALUES(1,'{"eventId":"evt-20241118-000001","timestamp":"2024-11-18T12:00:00.000Z","eventType":"InventoryReceipt","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantityChange":9,"resultingOnHand":9,"transactionId":"00000001-aaaa-4000-8000-000000000000","scannerId":"SCANNER-08","userId":"warehouse_user_23","schemaVersion":1,"version":1,"scannedAt":"2024-11-18T10:00:00Z"}','event');
INSERT INTO "event" VALUES(2,'{"allocationId":"ORDER-1:1:1","orderId":"ORDER-1","lineId":"1","itemId":"ITEM-1","warehouseId":"WH-001","sequence":1,"quantity":4,"picked":0,"status":"confirmed","decidedAt":"2024-11-18T12:00:00.000Z"}','decision');
INSERT INTO "event" VALUES(3,'{"allocationId":"ORDER-2:1:1","orderId":"ORDER-2","lineId":"1","itemId":"ITEM-1","warehouseId":"WH-001","sequence":1,"quantity":2,"picked":0,"status":"confirmed","decidedAt":"2024-11-18T12:00:00.000Z"}','decision');
INSERT INTO "event" VALUES(4,'{"allocationId":"ORDER-3:1:1","orderId":"ORDER-3","lineId":"1","itemId":"ITEM-1","warehouseId":"WH-001","sequence":1,"quantity":1,"picked":0,"status":"confirmed","decidedAt":"2024-11-18T12:00:00.000Z"}','decision');
INSERT INTO "event" VALUES(5,'{"eventId":"evt-20241118-000002","timestamp":"2024-11-18T12:00:00.000Z","eventType":"InventoryPick","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantityChange":-1,"resultingOnHand":8,"transactionId":"00000002-aaaa-4000-8000-000000000000","scannerId":"SCANNER-08","userId":"warehouse_user_23","schemaVersion":1,"version":2,"scannedAt":"2024-11-18T10:00:00Z","allocationId":"ORDER-1:1:1","orderId":"ORDER-1","lineId":"1","allocationPicked":1}','event');
INSERT INTO "event" VALUES(6,'{"eventId":"evt-20241118-000003","timestamp":"2024-11-18T12:00:00.000Z","eventType":"InventoryPick","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantityChange":-1,"resultingOnHand":7,"transactionId":"00000003-aaaa-4000-8000-000000000000","scannerId":"SCANNER-08","userId":"warehouse_user_23","schemaVersion":1,"version":3,"scannedAt":"2024-11-18T10:00:00Z","allocationId":"ORDER-3:1:1","orderId":"ORDER-3","lineId":"1","allocationPicked":1}','event');
CREATE TABLE event_number (day TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "event_number" VALUES('20241118',3);
CREATE TABLE item (item_id TEXT PRIMARY KEY, details TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 0, unit_price REAL GENERATED ALWAYS AS (details ->> '$.unitPrice') VIRTUAL) STRICT, WITHOUT ROWID;
INSERT INTO "item" VALUES('ITEM-1','{}',1);
CREATE TABLE item_stock (
  item_id TEXT NOT NULL,
  warehouse_id TEXT NOT NULL,
  on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
  reserved INTEGER NOT NULL CHECK (reserved BETWEEN 0 AND on_hand), row_version INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (item_id, warehouse_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "item_stock" VALUES('ITEM-1','WH-001',7,5,5);
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
INSERT INTO "ledger" VALUES(1,'00000001-aaaa-4000-8000-000000000000','OCQoCDb83TMCKmC0fZg9ndWPutHbGst4ZgEx0J/T0dM=','applied',9,1,'2024-11-18T12:00:00.000Z','{"transactionId":"00000001-aaaa-4000-8000-000000000000","type":"receipt","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantity":9,"scannedAt":"2024-11-18T10:00:00Z","scannerId":"SCANNER-08","userId":"warehouse_user_23"}','2024-11-18T10:00:00Z','[]');
INSERT INTO "ledger" VALUES(2,'00000002-aaaa-4000-8000-000000000000','ZEN7c8FrLpNAw9GidAXXmTwk8MqSnbwvX6c0UA40GUQ=','applied',8,2,'2024-11-18T12:00:00.000Z','{"transactionId":"00000002-aaaa-4000-8000-000000000000","type":"pick","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantity":1,"orderId":"ORDER-1","scannedAt":"2024-11-18T10:00:00Z","scannerId":"SCANNER-08","userId":"warehouse_user_23"}','2024-11-18T10:00:00Z','[]');
INSERT INTO "ledger" VALUES(3,'00000003-aaaa-4000-8000-000000000000','YuWT3MR9Yb3Hvy6dITYPJ7LFK8LPk+YRhLvs/KIo4Q4=','applied',7,3,'2024-11-18T12:00:00.000Z','{"transactionId":"00000003-aaaa-4000-8000-000000000000","type":"pick","itemId":"ITEM-1","warehouseId":"WH-001","locationId":"A-05-02","lotNumber":null,"quantity":1,"orderId":"ORDER-3","scannedAt":"2024-11-18T10:00:00Z","scannerId":"SCANNER-08","userId":"warehouse_user_23"}','2024-11-18T10:00:00Z','[]');
CREATE TABLE location (
  warehouse_id TEXT NOT NULL REFERENCES warehouse,
  location_id TEXT NOT NULL,
  details TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (warehouse_id, location_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "location" VALUES('WH-001','A-05-02','{}',2);
INSERT INTO "location" VALUES('WH-001','B-01','{}',3);
INSERT INTO "location" VALUES('WH-002','A-05-02','{}',4);
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
CREATE TABLE master_data_version (version INTEGER NOT NULL) STRICT;
INSERT INTO "master_data_version" VALUES(4);
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
INSERT INTO "movement" VALUES(1,'2024-11-18T10:00:00.000000000Z	SCANNER-08		00000001-aaaa-4000-8000-000000000000',1,1,'delta',9,9,9,0,NULL);
INSERT INTO "movement" VALUES(1,'2024-11-18T10:00:00.000000000Z	SCANNER-08		00000002-aaaa-4000-8000-000000000000',2,2,'delta',-1,-1,8,0,NULL);
INSERT INTO "movement" VALUES(1,'2024-11-18T10:00:00.000000000Z	SCANNER-08		00000003-aaaa-4000-8000-000000000000',3,3,'delta',-1,-1,7,0,NULL);
CREATE TABLE outbox (
  sequence INTEGER PRIMARY KEY REFERENCES event,
  committed_at TEXT NOT NULL,
  traceparent TEXT NOT NULL,
  tracestate TEXT
) STRICT;
INSERT INTO "outbox" VALUES(1,'2024-11-18T12:00:00.000Z','00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01','vendor=1');
INSERT INTO "outbox" VALUES(2,'2024-11-18T12:00:00.000Z','00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01','vendor=1');
INSERT INTO "outbox" VALUES(3,'2024-11-18T12:00:00.000Z','00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01','vendor=1');
INSERT INTO "outbox" VALUES(4,'2024-11-18T12:00:00.000Z','00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01','vendor=1');
INSERT INTO "outbox" VALUES(5,'2024-11-18T12:00:00.000Z','00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01','vendor=1');
INSERT INTO "outbox" VALUES(6,'2024-11-18T12:00:00.000Z','00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01','vendor=1');
CREATE TABLE outbox_claim (
  first_sequence INTEGER PRIMARY KEY,
  last_sequence INTEGER NOT NULL,
  relay_id TEXT NOT NULL,
  until TEXT NOT NULL
) STRICT;
CREATE TABLE parked_event (sequence INTEGER PRIMARY KEY REFERENCES event, reason TEXT NOT NULL) STRICT;
CREATE TABLE position (
  position_id INTEGER PRIMARY KEY,
  warehouse_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  location_id TEXT NOT NULL,
  lot_number TEXT NOT NULL,
  on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
  shortfall INTEGER NOT NULL CHECK (shortfall >= 0),
  version INTEGER NOT NULL,
  count_key TEXT, row_version INTEGER NOT NULL DEFAULT 0, changed_at TEXT,
  UNIQUE (warehouse_id, item_id, location_id, lot_number)
) STRICT;
INSERT INTO "position" VALUES(1,'WH-001','ITEM-1','A-05-02','',7,0,3,NULL,4,'2024-11-18T12:00:00.000Z');
CREATE TABLE recount_investigation (
  investigation_id TEXT PRIMARY KEY,
  step_number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE recount_task (
  task_number INTEGER PRIMARY KEY AUTOINCREMENT,
  investigation_id TEXT NOT NULL REFERENCES recount_investigation,
  warehouse_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  location_id TEXT NOT NULL,
  lot_number TEXT NOT NULL,
  since_version INTEGER NOT NULL,
  asked_at TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  UNIQUE (investigation_id, warehouse_id, item_id, location_id, lot_number)
) STRICT;
CREATE TABLE row_version (last INTEGER NOT NULL) STRICT;
INSERT INTO "row_version" VALUES(5);
CREATE TABLE warehouse (warehouse_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO "warehouse" VALUES('WH-001');
INSERT INTO "warehouse" VALUES('WH-002');
CREATE INDEX position_of_item ON position (item_id, warehouse_id, location_id, lot_number);
CREATE INDEX allocation_of_item ON allocation (item_id, warehouse_id);
CREATE INDEX allocation_of_order ON allocation (order_id, item_id, warehouse_id);
CREATE INDEX open_allocation ON allocation (item_id, warehouse_id) WHERE reserved > picked;
CREATE INDEX position_in_location ON position (warehouse_id, location_id);
CREATE INDEX movement_to_recount ON movement (position_id, scan_key, recount_lock_id)
  WHERE recount_lock_id IS NOT NULL;
CREATE INDEX short_position ON position (warehouse_id, item_id, location_id, lot_number) WHERE shortfall > 0;
CREATE INDEX lock_of_location ON location_lock (warehouse_id, location_id, ends_at);
CREATE INDEX lock_by_end ON location_lock (ends_at);
CREATE UNIQUE INDEX item_by_version ON item (version);
CREATE UNIQUE INDEX location_by_version ON location (warehouse_id, version);
CREATE INDEX position_changed ON position (warehouse_id, row_version);
CREATE INDEX stock_changed ON item_stock (warehouse_id, row_version);
CREATE INDEX reserved_stock ON item_stock (warehouse_id, item_id, reserved) WHERE reserved > 0;
CREATE INDEX recount_task_of_warehouse ON recount_task (warehouse_id, task_number);
CREATE INDEX movement_of_count ON movement (position_id, version) WHERE kind = 'count';
PRAGMA user_version = 6;
