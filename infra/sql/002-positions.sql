-- What is where. Quantities are pieces, times UTC.

-- The row that every booking updates first: bookings follow one another, so that no two can deadlock and what one has
-- read stays true until it commits. The last numbers given out stand beside it.
CREATE TABLE wms.booking_turn (
  id tinyint NOT NULL,
  turn bigint NOT NULL,
  last_position_id int NOT NULL,
  last_ledger_id bigint NOT NULL,
  last_allocation_number bigint NOT NULL,
  last_sequence bigint NOT NULL,
  CONSTRAINT pk_booking_turn PRIMARY KEY (id),
  CONSTRAINT ck_booking_turn_one_row CHECK (id = 1)
);
INSERT INTO wms.booking_turn (id, turn, last_position_id, last_ledger_id, last_allocation_number, last_sequence)
VALUES (1, 0, 0, 0, 0, 0);
GO

-- An empty lot_number is stock that is not kept by lot. on_hand - shortfall is the ledger's raw figure; count_key is the
-- place of the latest count in the order of scans. row_version changes with every update: what a reconciliation reads by.
CREATE TABLE wms.position (
  position_id int NOT NULL,
  warehouse_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  item_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  location_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  lot_number varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  on_hand int NOT NULL,
  shortfall int NOT NULL,
  version int NOT NULL,
  count_key varchar(256) COLLATE Latin1_General_BIN2 NULL,
  row_version rowversion NOT NULL,
  CONSTRAINT pk_position PRIMARY KEY NONCLUSTERED (position_id),
  CONSTRAINT uq_position_key UNIQUE CLUSTERED (warehouse_id, item_id, location_id, lot_number),
  CONSTRAINT ck_position_figures CHECK (on_hand >= 0 AND shortfall >= 0 AND (on_hand = 0 OR shortfall = 0))
);
CREATE INDEX position_of_item ON wms.position (item_id, warehouse_id, location_id, lot_number);
CREATE INDEX position_in_location ON wms.position (warehouse_id, location_id) WHERE on_hand > 0;
CREATE INDEX position_short ON wms.position (warehouse_id, item_id, location_id, lot_number) WHERE shortfall > 0;
CREATE INDEX position_by_row_version ON wms.position (row_version);
GO

-- Totals of the positions and open reservations of an item in a warehouse, kept in their transactions.
CREATE TABLE wms.item_stock (
  item_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  warehouse_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  on_hand bigint NOT NULL,
  reserved bigint NOT NULL,
  CONSTRAINT pk_item_stock PRIMARY KEY (item_id, warehouse_id),
  CONSTRAINT ck_item_stock_figures CHECK (on_hand >= 0 AND reserved BETWEEN 0 AND on_hand)
);
GO
