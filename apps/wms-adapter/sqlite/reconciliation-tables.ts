/**
 * The fifth version of the tables: what a reconciliation reads by. Rows are numbered in the order of commits, so that
 * what changed since a number is found by it, and positions say when they came to be as they are.
 */
export const RECONCILIATION = `
-- The last number that a row of position or item_stock was given. A file has one writer at a time, so that the numbers
-- are committed in their order.
CREATE TABLE row_version (last INTEGER NOT NULL) STRICT;

ALTER TABLE position ADD COLUMN row_version INTEGER NOT NULL DEFAULT 0;
-- UTC commit time of the booking that gave the version.
ALTER TABLE position ADD COLUMN changed_at TEXT;
UPDATE position SET row_version = position_id;
UPDATE position SET changed_at = booked.committed_at
  FROM (SELECT position_id, movement.version, committed_at FROM movement JOIN ledger USING (ledger_id)) AS booked
  WHERE booked.position_id = position.position_id AND booked.version = position.version;
CREATE INDEX position_changed ON position (warehouse_id, row_version);

-- Given when the reservations change: what is on hand changes with a position.
ALTER TABLE item_stock ADD COLUMN row_version INTEGER NOT NULL DEFAULT 0;
UPDATE item_stock SET row_version = (SELECT coalesce(max(position_id), 0) FROM position) + numbered.place
  FROM (SELECT item_id, warehouse_id, row_number() OVER (ORDER BY item_id, warehouse_id) AS place
    FROM item_stock) AS numbered
  WHERE numbered.item_id = item_stock.item_id AND numbered.warehouse_id = item_stock.warehouse_id;
CREATE INDEX stock_changed ON item_stock (warehouse_id, row_version);
CREATE INDEX reserved_stock ON item_stock (warehouse_id, item_id, reserved) WHERE reserved > 0;

INSERT INTO row_version
  SELECT (SELECT coalesce(max(position_id), 0) FROM position) + (SELECT count(*) FROM item_stock);

-- Money a piece, where the WMS says.
ALTER TABLE item ADD COLUMN unit_price REAL GENERATED ALWAYS AS (details ->> '$.unitPrice') VIRTUAL;
`;
