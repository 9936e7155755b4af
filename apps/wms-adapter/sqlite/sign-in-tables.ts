/** The seventh version of the tables: badges and PINs of users, attempts to sign in, and the order of a pick list. */
export const SIGN_IN = `
ALTER TABLE app_user ADD COLUMN badge TEXT;
-- Of a PIN only the hash is kept, with its salt and costs.
ALTER TABLE app_user ADD COLUMN pin_hash TEXT;
CREATE UNIQUE INDEX user_of_badge ON app_user (badge) WHERE badge IS NOT NULL;

-- Those that were not right, or are not decided yet, of the last day.
CREATE TABLE sign_in_attempt (
  attempt_id TEXT PRIMARY KEY,
  badge_hash TEXT NOT NULL,
  -- The device that asked, where it was one.
  scanner_id TEXT,
  attempted_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_of_badge ON sign_in_attempt (badge_hash);
CREATE INDEX attempt_of_device ON sign_in_attempt (scanner_id) WHERE scanner_id IS NOT NULL;
CREATE INDEX attempt_by_time ON sign_in_attempt (attempted_at);

CREATE INDEX allocation_to_pick ON allocation (warehouse_id, priority DESC, ordered_at, allocation_number)
  WHERE reserved > picked;
`;
