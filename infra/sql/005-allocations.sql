-- Reservations, in the order in which they were first seen; kept for good, since an allocation id is decided once.
-- decision is the last word on it, as JSON; status, sequence and decided_at are its. open_pieces are still to be picked.
CREATE TABLE wms.allocation (
  allocation_number bigint NOT NULL,
  allocation_id varchar(128) COLLATE Latin1_General_BIN2 NOT NULL,
  order_id varchar(128) COLLATE Latin1_General_BIN2 NOT NULL,
  line_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  item_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  warehouse_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  priority bigint NOT NULL,
  ordered_at datetime2(3) NOT NULL,
  requested bigint NOT NULL,
  reserved bigint NOT NULL,
  picked bigint NOT NULL,
  -- A filtered index cannot compare two columns.
  open_pieces bigint NOT NULL,
  status varchar(16) COLLATE Latin1_General_BIN2 NOT NULL,
  sequence int NOT NULL,
  decided_at datetime2(3) NOT NULL,
  decision nvarchar(max) NOT NULL,
  CONSTRAINT pk_allocation PRIMARY KEY (allocation_number),
  CONSTRAINT uq_allocation_id UNIQUE (allocation_id),
  CONSTRAINT ck_allocation_figures CHECK (picked BETWEEN 0 AND reserved AND open_pieces = reserved - picked)
);
CREATE INDEX allocation_of_item ON wms.allocation (item_id, warehouse_id, allocation_number);
CREATE INDEX allocation_of_order ON wms.allocation (order_id, item_id, warehouse_id);
CREATE INDEX allocation_open ON wms.allocation (item_id, warehouse_id, allocation_number) WHERE open_pieces > 0;
GO
