-- What the login of the reconciliation may do: read what it compares, and nothing else. Run by the owner of the database
-- once the tables are there; login is a user of this database:
--
--   sqlcmd -S HOST -d DATABASE -I -v login=stockbridge_reader -i infra/sql/grants-reader.sql

IF DATABASE_PRINCIPAL_ID('stockbridge_reader_role') IS NULL CREATE ROLE stockbridge_reader_role;
GO
GRANT SELECT ON wms.position TO stockbridge_reader_role;
GRANT SELECT ON wms.item_stock TO stockbridge_reader_role;
GRANT SELECT ON wms.allocation TO stockbridge_reader_role;
GRANT SELECT ON wms.movement TO stockbridge_reader_role;
GRANT SELECT ON wms.ledger TO stockbridge_reader_role;
GRANT SELECT ON wms.outbox TO stockbridge_reader_role;
GRANT SELECT ON wms.item TO stockbridge_reader_role;
GO
ALTER ROLE stockbridge_reader_role ADD MEMBER [$(login)];
GO
