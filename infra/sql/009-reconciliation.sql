-- What a reconciliation reads by: row versions of positions and of reservations, when a position came to be as it is, and
-- what an item is worth.

-- UTC commit time of the booking that gave the version.
ALTER TABLE wms.position ADD changed_at datetime2(3) NULL;
GO
UPDATE p SET changed_at = l.committed_at
  FROM wms.position AS p
  JOIN wms.movement AS m ON m.position_id = p.position_id AND m.version = p.version
  JOIN wms.ledger AS l ON l.ledger_id = m.ledger_id;
GO
-- Each warehouse is read by itself.
DROP INDEX position_by_row_version ON wms.position;
GO
CREATE INDEX position_changed ON wms.position (warehouse_id, row_version);
GO

-- Changes with every update, of what is on hand too.
ALTER TABLE wms.item_stock ADD row_version rowversion NOT NULL;
GO
CREATE INDEX stock_changed ON wms.item_stock (warehouse_id, row_version);
CREATE INDEX reserved_stock ON wms.item_stock (warehouse_id, item_id) INCLUDE (reserved) WHERE reserved > 0;
GO

-- Money a piece, where the details say.
ALTER TABLE wms.item ADD unit_price AS CAST(JSON_VALUE(details, '$.unitPrice') AS float);
GO
