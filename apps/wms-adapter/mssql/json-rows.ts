/** Columns of a table with their types, in the order in which they are written. */
export type Columns = Readonly<Record<string, string>>;

/** The type of a column whose value is an object or array, kept as its JSON. */
export const JSON_TEXT = 'nvarchar(max) AS JSON';

/** The type of a column that holds a place in the order of scans: parts separated by tabs. */
export const SCAN_KEY = 'varchar(256)';

/**
 * The rows of a JSON parameter, as a source in `FROM`: an array of objects with these members. Text is compared as in
 * the tables, byte by byte, whatever the database's own collation is.
 */
export function jsonRows(parameter: string, columns: Columns): string {
  const members = Object.entries(columns);
  const typed = members.map(([name, type]) => `${name} ${type}`).join(', ');
  const selected = members.map(([name, type]) => asCompared(name, type));
  return `(SELECT ${selected.join(', ')} FROM OPENJSON(@${parameter}) WITH (${typed}))`;
}

/** As `jsonRows`, of an array of texts; the column is `id`. */
export function jsonTexts(parameter: string): string {
  return `(SELECT ${binary('id')} FROM OPENJSON(@${parameter}) WITH (id varchar(128) '$'))`;
}

/** Inserts the rows of a JSON parameter, whose members are named as the columns. */
export function insertRows(table: string, columns: Columns, parameter: string): string {
  const names = Object.keys(columns).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT ${names} FROM ${jsonRows(parameter, columns)} AS new;`;
}

/** As `insertRows`, leaving out rows that are there already. */
export function insertMissingRows(table: string, columns: Columns, parameter: string): string {
  const names = Object.keys(columns);
  return `INSERT INTO ${table} (${names.join(', ')})
    SELECT DISTINCT ${names.map((name) => `new.${name}`).join(', ')} FROM ${jsonRows(parameter, columns)} AS new
    WHERE NOT EXISTS (SELECT 1 FROM ${table} AS old WHERE ${sameKey(names)});`;
}

/**
 * Writes the rows of a JSON parameter: those with a known key are updated, the others inserted. For transactions that
 * no other can get between, since it is two statements (`MERGE` would need a lock to be safe, and not every server
 * has it).
 */
export function upsertRows(
  table: string,
  columns: Columns,
  parameter: string,
  { key, updated }: { key: readonly string[]; updated: readonly string[] },
): string {
  const names = Object.keys(columns);
  const source = jsonRows(parameter, columns);
  const same = sameKey(key);
  return `UPDATE old SET ${updated.map((name) => `${name} = new.${name}`).join(', ')}
      FROM ${table} AS old JOIN ${source} AS new ON ${same};
    INSERT INTO ${table} (${names.join(', ')})
      SELECT ${names.map((name) => `new.${name}`).join(', ')} FROM ${source} AS new
      WHERE NOT EXISTS (SELECT 1 FROM ${table} AS old WHERE ${same});`;
}

/** The first time that `datetime2` knows; a device's clock may say an earlier one. */
const FIRST_DATETIME2 = '0001-01-01T00:00:00.000';

/** A time (UTC in ISO 8601) as `datetime2` reads it, with milliseconds and without a zone. */
export function dateTime2(utc: string): string {
  const time = new Date(utc);
  return time.getUTCFullYear() < 1 ? FIRST_DATETIME2 : time.toISOString().slice(0, -1);
}

/** The time at the head of a scan key, which has nanoseconds there, as `datetime2`, which knows the first seven digits. */
export function scanTimeIn(scanKey: string): string {
  return `CAST(CASE WHEN ${scanKey} < '0001' THEN '${FIRST_DATETIME2}' ELSE LEFT(${scanKey}, 27) END AS datetime2(7))`;
}

/** Babelfish hands a text on as JSON escapes it: there a tab is still to be made of it, elsewhere it is one already. */
function asCompared(name: string, type: string): string {
  if (type === SCAN_KEY) return `REPLACE(${name} COLLATE Latin1_General_BIN2, '\\t', CHAR(9)) AS ${name}`;
  return type.startsWith('varchar') ? binary(name) : name;
}

function binary(name: string): string {
  return `${name} COLLATE Latin1_General_BIN2 AS ${name}`;
}

function sameKey(key: readonly string[]): string {
  return key.map((name) => `old.${name} = new.${name}`).join(' AND ');
}
