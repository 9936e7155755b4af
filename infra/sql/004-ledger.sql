-- Every valid transaction, with the answer it was given. scanned_at is as corrected, in ISO 8601 with every digit it came
-- with, up to nanoseconds; flags is a JSON array, body the transaction as JSON.
CREATE TABLE wms.ledger (
  ledger_id bigint NOT NULL,
  transaction_id varchar(36) COLLATE Latin1_General_BIN2 NOT NULL,
  body_hash varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  outcome varchar(16) COLLATE Latin1_General_BIN2 NOT NULL,
  on_hand int NOT NULL,
  version int NOT NULL,
  scanned_at varchar(32) COLLATE Latin1_General_BIN2 NOT NULL,
  flags varchar(256) COLLATE Latin1_General_BIN2 NOT NULL,
  committed_at datetime2(3) NOT NULL,
  body nvarchar(max) NOT NULL,
  CONSTRAINT pk_ledger PRIMARY KEY (ledger_id),
  CONSTRAINT uq_ledger_transaction UNIQUE (transaction_id)
);
GO

-- What each transaction did to a position, in the order of scans, in which counts sum and histories are read. Figures are
-- pieces, those of the position are as it was after it; scan_key is the place of the transaction in that order,
-- recount_lock_id the lock of another during which it was scanned.
CREATE TABLE wms.movement (
  position_id int NOT NULL,
  scan_key varchar(256) COLLATE Latin1_General_BIN2 NOT NULL,
  version int NOT NULL,
  ledger_id bigint NOT NULL,
  kind varchar(8) COLLATE Latin1_General_BIN2 NOT NULL,
  quantity int NOT NULL,
  effective_change int NOT NULL,
  on_hand int NOT NULL,
  shortfall int NOT NULL,
  recount_lock_id varchar(128) COLLATE Latin1_General_BIN2 NULL,
  CONSTRAINT pk_movement PRIMARY KEY (position_id, scan_key),
  CONSTRAINT ck_movement_kind CHECK (kind IN ('delta', 'count'))
);
CREATE INDEX movement_to_recount ON wms.movement (position_id, scan_key) INCLUDE (recount_lock_id)
  WHERE recount_lock_id IS NOT NULL;
GO
