/** The value of a column as an event's field takes it: nothing for NULL and empty text; or what is wrong with it. */
export type ColumnValue =
  | { readonly value: string | number | undefined; readonly fault?: never }
  | { readonly fault: string; readonly value?: never };

const WHOLE_NUMBER = /^[+-]?\d{1,18}(\.0*)?$/;
const DATE_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?$/i;

/** Text of a text or number column, without the blanks that a fixed length (`char`) adds. */
export function textOf(value: unknown): ColumnValue {
  if (value === null || value === undefined) return { value: undefined };
  if (typeof value === 'string') return { value: value.trim() || undefined };
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return { value: String(value) };
  return { fault: 'not text' };
}

/** A whole number of a column of numbers or text; `12.000` is one, `12.5` is not. */
export function numberOf(value: unknown): ColumnValue {
  if (value === null || value === undefined) return { value: undefined };
  if (typeof value === 'number') return Number.isInteger(value) ? { value } : { fault: 'not a whole number' };
  if (typeof value !== 'string' && typeof value !== 'bigint') return { fault: 'not a number' };
  const text = String(value).trim();
  if (text === '') return { value: undefined };
  return WHOLE_NUMBER.test(text) ? { value: Number(text) } : { fault: 'not a whole number' };
}

/**
 * An instant as ISO 8601 in UTC. A column of dates, and text that names no offset, are UTC. Fractions of a second are
 * kept as they are: without versions they order the events of a position.
 */
export function timestampOf(value: unknown): ColumnValue {
  if (value === null || value === undefined) return { value: undefined };
  if (value instanceof Date) return dateOf(value);
  if (typeof value !== 'string') return { fault: 'neither a date nor text' };
  if (value.trim() === '') return { value: undefined };
  const [matched, day, minute, second = '00', fraction = '000', offset = 'Z'] =
    DATE_TIME.exec(value.trim()) ?? [];
  if (matched === undefined)
    return { fault: 'not a date and time in ISO 8601, such as 2024-11-18T10:00:00.000Z' };
  // The fraction is left out of the calculation, which knows milliseconds only; no offset changes it.
  const zone = offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase();
  const whole = new Date(`${day}T${minute}:${second}${zone}`);
  // A day such as 31 February is another one when it is written back.
  const exists = !Number.isNaN(whole.getTime()) && dayExists(day ?? '');
  if (!exists) return { fault: 'no date and time that there is' };
  return { value: `${whole.toISOString().slice(0, 19)}.${fraction}Z` };
}

/** The driver of SQL Server keeps what a Date cannot hold of a datetime2 in `nanosecondsDelta`, in seconds. */
function dateOf(date: Date): ColumnValue {
  if (Number.isNaN(date.getTime())) return { fault: 'no date and time that there is' };
  const delta: unknown = Reflect.get(date, 'nanosecondsDelta');
  const ticks = typeof delta === 'number' ? Math.round(delta * 1e7) : 0;
  const iso = date.toISOString();
  return { value: ticks > 0 ? `${iso.slice(0, -1)}${String(ticks).padStart(4, '0')}Z` : iso };
}

function dayExists(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
