-- Badges and PINs of users, attempts to sign in, and the order of a pick list.

ALTER TABLE wms.app_user ADD badge varchar(64) COLLATE Latin1_General_BIN2 NULL;
GO
-- Of a PIN only the hash is kept, with its salt and costs.
ALTER TABLE wms.app_user ADD pin_hash varchar(256) COLLATE Latin1_General_BIN2 NULL;
GO
CREATE UNIQUE INDEX user_of_badge ON wms.app_user (badge) WHERE badge IS NOT NULL;
GO

-- Those that were not right, or are not decided yet, of the last day. scanner_id: the device that asked, where it was one.
CREATE TABLE wms.sign_in_attempt (
  attempt_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  badge_hash varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
  scanner_id varchar(64) COLLATE Latin1_General_BIN2 NULL,
  attempted_at datetime2(3) NOT NULL,
  CONSTRAINT pk_sign_in_attempt PRIMARY KEY (attempt_id)
);
CREATE INDEX attempt_of_badge ON wms.sign_in_attempt (badge_hash);
CREATE INDEX attempt_of_device ON wms.sign_in_attempt (scanner_id) WHERE scanner_id IS NOT NULL;
CREATE INDEX attempt_by_time ON wms.sign_in_attempt (attempted_at);
GO

CREATE INDEX allocation_to_pick ON wms.allocation (warehouse_id, priority DESC, ordered_at, allocation_number)
  WHERE open_pieces > 0;
GO
