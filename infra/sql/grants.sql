-- What the adapter's login may do once the tables are there: read and write rows, delete only from the outbox, runs of
-- devices, recount tasks and attempts to sign in, and change no table. Run by the owner of the database, again after each
-- migration; login is a user of this database:
--
--   sqlcmd -S HOST -d DATABASE -I -v login=stockbridge_adapter -i infra/sql/grants.sql

IF DATABASE_PRINCIPAL_ID('stockbridge_adapter_role') IS NULL CREATE ROLE stockbridge_adapter_role;
GO
GRANT SELECT ON SCHEMA::wms TO stockbridge_adapter_role;
GO
GRANT INSERT ON wms.warehouse TO stockbridge_adapter_role;
GRANT INSERT ON wms.item TO stockbridge_adapter_role;
GRANT INSERT ON wms.location TO stockbridge_adapter_role;
GRANT INSERT ON wms.position TO stockbridge_adapter_role;
GRANT INSERT ON wms.item_stock TO stockbridge_adapter_role;
GRANT INSERT ON wms.location_lock TO stockbridge_adapter_role;
GRANT INSERT ON wms.counted_position TO stockbridge_adapter_role;
GRANT INSERT ON wms.ledger TO stockbridge_adapter_role;
GRANT INSERT ON wms.movement TO stockbridge_adapter_role;
GRANT INSERT ON wms.allocation TO stockbridge_adapter_role;
GRANT INSERT ON wms.event_number TO stockbridge_adapter_role;
GRANT INSERT ON wms.event TO stockbridge_adapter_role;
GRANT INSERT ON wms.outbox TO stockbridge_adapter_role;
GRANT INSERT ON wms.parked_event TO stockbridge_adapter_role;
GRANT INSERT ON wms.device TO stockbridge_adapter_role;
GRANT INSERT ON wms.app_user TO stockbridge_adapter_role;
GRANT INSERT ON wms.device_run TO stockbridge_adapter_role;
GRANT INSERT ON wms.recount_investigation TO stockbridge_adapter_role;
GRANT INSERT ON wms.recount_task TO stockbridge_adapter_role;
GRANT INSERT ON wms.sign_in_attempt TO stockbridge_adapter_role;
GRANT INSERT ON wms.refused_call TO stockbridge_adapter_role;
GO
GRANT UPDATE ON wms.master_data_version TO stockbridge_adapter_role;
GRANT UPDATE ON wms.item TO stockbridge_adapter_role;
GRANT UPDATE ON wms.location TO stockbridge_adapter_role;
GRANT UPDATE ON wms.booking_turn TO stockbridge_adapter_role;
GRANT UPDATE ON wms.position TO stockbridge_adapter_role;
GRANT UPDATE ON wms.item_stock TO stockbridge_adapter_role;
GRANT UPDATE ON wms.location_lock TO stockbridge_adapter_role;
GRANT UPDATE ON wms.allocation TO stockbridge_adapter_role;
GRANT UPDATE ON wms.event_number TO stockbridge_adapter_role;
GRANT UPDATE ON wms.outbox TO stockbridge_adapter_role;
GRANT UPDATE ON wms.device TO stockbridge_adapter_role;
GRANT UPDATE ON wms.app_user TO stockbridge_adapter_role;
GRANT UPDATE ON wms.recount_investigation TO stockbridge_adapter_role;
GRANT UPDATE ON wms.refused_call TO stockbridge_adapter_role;
GRANT DELETE ON wms.outbox TO stockbridge_adapter_role;
GRANT DELETE ON wms.device_run TO stockbridge_adapter_role;
GRANT DELETE ON wms.recount_task TO stockbridge_adapter_role;
GRANT DELETE ON wms.sign_in_attempt TO stockbridge_adapter_role;
GO
ALTER ROLE stockbridge_adapter_role ADD MEMBER [$(login)];
GO
