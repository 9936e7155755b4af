/** The sixth version of the tables: recounts that investigations of the cloud ask for. */
export const RECOUNT_TASKS = `
-- The last step of each investigation that asked for counts or withdrew them: what comes of an earlier one is late.
CREATE TABLE recount_investigation (
  investigation_id TEXT PRIMARY KEY,
  step_number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A position may be unknown here: it has no row in position then. A count with a version above since_version has done the
-- task. No number is given out twice.
CREATE TABLE recount_task (
  task_number INTEGER PRIMARY KEY AUTOINCREMENT,
  investigation_id TEXT NOT NULL REFERENCES recount_investigation,
  warehouse_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  location_id TEXT NOT NULL,
  lot_number TEXT NOT NULL,
  since_version INTEGER NOT NULL,
  asked_at TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  UNIQUE (investigation_id, warehouse_id, item_id, location_id, lot_number)
) STRICT;
CREATE INDEX recount_task_of_warehouse ON recount_task (warehouse_id, task_number);
CREATE INDEX movement_of_count ON movement (position_id, version) WHERE kind = 'count';
`;
