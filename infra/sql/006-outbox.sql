-- The last event number that was given out on each day (UTC, YYYYMMDD).
CREATE TABLE wms.event_number (
  day char(8) COLLATE Latin1_General_BIN2 NOT NULL,
  last_number int NOT NULL,
  CONSTRAINT pk_event_number PRIMARY KEY (day)
);
GO

-- Every message ever written, in commit order: an inventory event or a decision on an allocation, as JSON. outbox and
-- parked_event say which of them the bus does not have.
CREATE TABLE wms.event (
  sequence bigint NOT NULL,
  kind varchar(8) COLLATE Latin1_General_BIN2 NOT NULL,
  body nvarchar(max) NOT NULL,
  CONSTRAINT pk_event PRIMARY KEY (sequence),
  CONSTRAINT ck_event_kind CHECK (kind IN ('event', 'decision'))
);
GO

-- Messages to be sent. One that is claimed is its relay's until the claim ends.
CREATE TABLE wms.outbox (
  sequence bigint NOT NULL,
  committed_at datetime2(3) NOT NULL,
  traceparent varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  tracestate nvarchar(512) NULL,
  relay_id varchar(128) COLLATE Latin1_General_BIN2 NULL,
  claimed_until datetime2(3) NULL,
  CONSTRAINT pk_outbox PRIMARY KEY (sequence)
);
CREATE INDEX outbox_of_relay ON wms.outbox (relay_id) WHERE relay_id IS NOT NULL;
GO

-- Messages that the bus will never take, and why.
CREATE TABLE wms.parked_event (
  sequence bigint NOT NULL,
  reason nvarchar(max) NOT NULL,
  CONSTRAINT pk_parked_event PRIMARY KEY (sequence)
);
GO
