import type { SqlRow } from './sql.ts';

/** The text of a cell. @throws TypeError for another type: the tables are STRICT, so it is the wrong column. */
export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column} holds no text`);
  return value;
}

/** The number of a cell. @throws TypeError for another type. */
export function number(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`column ${column} holds no number`);
  return value;
}

/** The text of a cell that may be empty. */
export function optionalText(row: SqlRow, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

/** What a cell holds as JSON, written by this app. */
export function json<Content>(row: SqlRow, column: string): Content {
  return JSON.parse(text(row, column)) as Content;
}

/** As {@link json}, for a cell that may be empty. */
export function optionalJson<Content>(row: SqlRow, column: string): Content | undefined {
  return row[column] === null ? undefined : json<Content>(row, column);
}
