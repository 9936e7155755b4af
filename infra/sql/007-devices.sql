-- Who may post. Of a device's key only the hash is kept; warehouse_ids is a JSON array.
CREATE TABLE wms.device (
  scanner_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  name nvarchar(128) NULL,
  warehouse_ids nvarchar(max) NOT NULL,
  key_hash varchar(128) COLLATE Latin1_General_BIN2 NOT NULL,
  registered_at datetime2(3) NOT NULL,
  revoked_at datetime2(3) NULL,
  last_seen_at datetime2(3) NULL,
  clock_offset_ms bigint NULL,
  CONSTRAINT pk_device PRIMARY KEY (scanner_id),
  CONSTRAINT uq_device_key UNIQUE (key_hash)
);
GO

CREATE TABLE wms.app_user (
  user_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  name nvarchar(128) NULL,
  role varchar(16) COLLATE Latin1_General_BIN2 NOT NULL,
  warehouse_ids nvarchar(max) NOT NULL,
  is_active bit NOT NULL,
  CONSTRAINT pk_app_user PRIMARY KEY (user_id)
);
GO

-- When a run of a device began: milliseconds since 1970, by the clock of the server. The first to tell decides.
CREATE TABLE wms.device_run (
  scanner_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  run varchar(128) COLLATE Latin1_General_BIN2 NOT NULL,
  began_at float(53) NOT NULL,
  CONSTRAINT pk_device_run PRIMARY KEY (scanner_id, run)
);
GO
