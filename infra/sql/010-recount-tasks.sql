-- Recounts that investigations of the cloud ask for. Times are UTC.

-- The last step of each investigation that asked for counts or withdrew them: what comes of an earlier one is late.
CREATE TABLE wms.recount_investigation (
  investigation_id varchar(256) COLLATE Latin1_General_BIN2 NOT NULL,
  step_number bigint NOT NULL,
  CONSTRAINT pk_recount_investigation PRIMARY KEY (investigation_id)
);
GO

-- A position may be unknown here: it has no row in wms.position then. A count with a version above since_version has done
-- the task. No number is given out twice.
CREATE TABLE wms.recount_task (
  task_number int IDENTITY(1, 1) NOT NULL,
  investigation_id varchar(256) COLLATE Latin1_General_BIN2 NOT NULL,
  warehouse_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  item_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  location_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  lot_number varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  since_version int NOT NULL,
  asked_at datetime2(3) NOT NULL,
  asked_by nvarchar(256) NOT NULL,
  reason nvarchar(max) NOT NULL,
  CONSTRAINT pk_recount_task PRIMARY KEY (task_number),
  CONSTRAINT uq_recount_task UNIQUE (investigation_id, warehouse_id, item_id, location_id, lot_number)
);
CREATE INDEX recount_task_of_warehouse ON wms.recount_task (warehouse_id, task_number);
CREATE INDEX movement_of_count ON wms.movement (position_id, version) WHERE kind = 'count';
GO

-- Not on Babelfish, as in 008-foreign-keys.sql.
IF SERVERPROPERTY('BabelfishVersion') IS NULL
  ALTER TABLE wms.recount_task ADD CONSTRAINT fk_recount_task_investigation
    FOREIGN KEY (investigation_id) REFERENCES wms.recount_investigation (investigation_id);
GO
