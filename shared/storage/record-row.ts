import { gunzipSync, gzipSync } from 'node:zlib';

/** A property of a row holds 64 KiB, which is 32,768 UTF-16 units; a row holds 1 MiB. */
const UNITS_PER_COLUMN = 32_000;
const COLUMNS = 15;

/** The longest text that `recordColumns` spreads over a row. UTF-16 units. */
export const ROW_UNITS = UNITS_PER_COLUMN * COLUMNS;

/** Thrown for a record that no row can hold, and for a row that is not as this product writes it. */
export class RecordRowError extends Error {
  override readonly name = 'RecordRowError';
}

/**
 * A record as JSON in the columns `json0`, `json1`, …; one that is longer than `ROW_UNITS` is compressed, and column
 * `packed` says so.
 *
 * @throws {RecordRowError} when it is too long for a row even so
 */
export function recordColumns(record: unknown): Record<string, string> {
  const json = asciiJson(record);
  if (json.length <= ROW_UNITS) return textColumns(json);
  return { packed: 'gzip', ...textColumns(gzipSync(json).toString('base64')) };
}

/** JSON in which all but ASCII is escaped: Azurite breaks what it cuts between the bytes of a character. */
export function asciiJson(record: unknown): string {
  return JSON.stringify(record).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A text of at most `ROW_UNITS` in the columns `json0`, `json1`, … @throws {RecordRowError} when it is longer */
export function textColumns(text: string): Record<string, string> {
  if (text.length > ROW_UNITS)
    throw new RecordRowError(`A record of ${text.length} characters does not fit a row of ${ROW_UNITS}.`);
  const columns: Record<string, string> = {};
  for (let from = 0; from < text.length; from += UNITS_PER_COLUMN)
    columns[`json${from / UNITS_PER_COLUMN}`] = text.slice(from, from + UNITS_PER_COLUMN);
  return columns;
}

/** The text that `textColumns` spread over the row. */
export function textOfRow(row: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (let column = 0; typeof row[`json${column}`] === 'string'; column++) text += row[`json${column}`];
  return text;
}

/** The record of a row. @throws {RecordRowError} when somebody else changed the row */
export function recordOf<Kept>(
  row: Readonly<Record<string, unknown>>,
  schema: { parse(value: unknown): Kept },
): Kept {
  try {
    return schema.parse(JSON.parse(jsonOf(row)));
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 300) : String(error);
    const where = `${String(row.partitionKey)} / ${String(row.rowKey)}`;
    throw new RecordRowError(`Row ${where} does not hold what this product writes there: ${detail}`, {
      cause: error,
    });
  }
}

function jsonOf(row: Readonly<Record<string, unknown>>): string {
  const text = textOfRow(row);
  return row.packed === 'gzip' ? gunzipSync(Buffer.from(text, 'base64')).toString() : text;
}

/** A text as part of a key: what Table storage forbids in keys (`/ \ # ?`, control characters) as `~` and its code. */
export function keyPart(text: string): string {
  return text.replace(/[/\\#?~\p{Cc}]/gu, escaped);
}

/** The same for one of several parts that `|` separates. */
export function separableKeyPart(text: string): string {
  return keyPart(text).replaceAll('|', escaped);
}

/** The text of a part of a key. */
export function textOfKeyPart(part: string): string {
  return part.replace(/~([0-9a-f]{4})/g, (_escape, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

function escaped(character: string): string {
  return `~${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
