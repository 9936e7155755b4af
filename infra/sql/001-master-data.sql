-- Warehouses, items and locations.
-- Identifiers are ASCII and case-sensitive: a binary collation, whatever the database's own is.

CREATE TABLE wms.warehouse (
  warehouse_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  CONSTRAINT pk_warehouse PRIMARY KEY (warehouse_id)
);
GO

-- Every PUT of an item or a location draws the next version. The row is updated first in each transaction that writes
-- master data, so that versions are committed in their order and such transactions follow one another.
CREATE TABLE wms.master_data_version (
  id tinyint NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT pk_master_data_version PRIMARY KEY (id),
  CONSTRAINT ck_master_data_version_one_row CHECK (id = 1)
);
INSERT INTO wms.master_data_version (id, version) VALUES (1, 0);
GO

-- details is a JSON object: description, barcodes, maxQuantity.
CREATE TABLE wms.item (
  item_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  details nvarchar(max) NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT pk_item PRIMARY KEY (item_id)
);
CREATE UNIQUE INDEX item_by_version ON wms.item (version);
GO

-- details is a JSON object: description.
CREATE TABLE wms.location (
  warehouse_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  location_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  details nvarchar(max) NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT pk_location PRIMARY KEY (warehouse_id, location_id)
);
CREATE UNIQUE INDEX location_by_version ON wms.location (warehouse_id, version);
GO
