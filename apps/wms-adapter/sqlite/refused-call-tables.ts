/** The eighth version of the tables: the last call of a scanner in which a scan was refused. */
export const REFUSED_CALLS = `
-- No earlier call of the scanner, which was under way for longer, books what it brings.
CREATE TABLE refused_call (scanner_id TEXT PRIMARY KEY, call_number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;
