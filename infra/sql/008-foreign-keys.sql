-- What refers to what. Babelfish, on which the tests run too, loses the schema of the table that a foreign key refers to,
-- and cannot compare its texts under a collation other than its own: it goes without.
IF SERVERPROPERTY('BabelfishVersion') IS NULL
BEGIN
  ALTER TABLE wms.location ADD CONSTRAINT fk_location_warehouse
    FOREIGN KEY (warehouse_id) REFERENCES wms.warehouse (warehouse_id);
  ALTER TABLE wms.counted_position ADD CONSTRAINT fk_counted_position_lock
    FOREIGN KEY (lock_id) REFERENCES wms.location_lock (lock_id);
  ALTER TABLE wms.counted_position ADD CONSTRAINT fk_counted_position_position
    FOREIGN KEY (position_id) REFERENCES wms.position (position_id);
  ALTER TABLE wms.movement ADD CONSTRAINT fk_movement_position
    FOREIGN KEY (position_id) REFERENCES wms.position (position_id);
  ALTER TABLE wms.movement ADD CONSTRAINT fk_movement_ledger
    FOREIGN KEY (ledger_id) REFERENCES wms.ledger (ledger_id);
  ALTER TABLE wms.movement ADD CONSTRAINT fk_movement_recount_lock
    FOREIGN KEY (recount_lock_id) REFERENCES wms.location_lock (lock_id);
  ALTER TABLE wms.outbox ADD CONSTRAINT fk_outbox_event
    FOREIGN KEY (sequence) REFERENCES wms.event (sequence);
  ALTER TABLE wms.parked_event ADD CONSTRAINT fk_parked_event_event
    FOREIGN KEY (sequence) REFERENCES wms.event (sequence);
END;
GO
