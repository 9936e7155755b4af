-- The last call of a scanner in which a scan was refused: no earlier one, which was under way for longer, books what it brings.

CREATE TABLE wms.refused_call (
  scanner_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  call_number bigint NOT NULL,
  CONSTRAINT pk_refused_call PRIMARY KEY (scanner_id)
);
GO
