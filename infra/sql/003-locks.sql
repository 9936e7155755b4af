-- Locations under count. A lock is kept when it has ended, by itself (until) or before that (ended_at); ends_at is the
-- earlier of the two.
CREATE TABLE wms.location_lock (
  lock_id varchar(128) COLLATE Latin1_General_BIN2 NOT NULL,
  warehouse_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  location_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  scanner_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  user_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  started_at datetime2(3) NOT NULL,
  until datetime2(3) NOT NULL,
  ended_at datetime2(3) NULL,
  ended_because varchar(16) COLLATE Latin1_General_BIN2 NULL,
  taken_over_lock_id varchar(128) COLLATE Latin1_General_BIN2 NULL,
  take_over_reason nvarchar(256) NULL,
  ends_at datetime2(3) NOT NULL,
  CONSTRAINT pk_location_lock PRIMARY KEY (lock_id),
  CONSTRAINT ck_location_lock_ended_because
    CHECK (ended_because IS NULL OR ended_because IN ('counted', 'released', 'taken-over'))
);
CREATE INDEX lock_of_location ON wms.location_lock (warehouse_id, location_id, ends_at);
CREATE INDEX lock_of_warehouse ON wms.location_lock (warehouse_id, ends_at);
CREATE INDEX lock_by_end ON wms.location_lock (ends_at);
GO

-- Positions that the cloud was told are under count by the lock.
CREATE TABLE wms.counted_position (
  lock_id varchar(128) COLLATE Latin1_General_BIN2 NOT NULL,
  position_id int NOT NULL,
  CONSTRAINT pk_counted_position PRIMARY KEY (lock_id, position_id)
);
GO
