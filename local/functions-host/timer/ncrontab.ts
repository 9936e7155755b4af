import { Cron } from 'croner';

interface Field {
  name: string;
  least: number;
  most: number;
  names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly Field[] = [
  { name: 'second', least: 0, most: 59 },
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, names: MONTHS },
  { name: 'day of week', least: 0, most: 6, names: DAYS },
];

/** Occurrences of an NCRONTAB expression. */
export interface CronSchedule {
  /** First occurrence after `time` (milliseconds since 1970), UTC; undefined when there is none. */
  next(time: number): number | undefined;
  /** True when it fires more than once in every minute: such timers are not monitored (`TX: CronSchedule.cs`). */
  subMinute: boolean;
}

/**
 * Parses `{second} {minute} {hour} {day} {month} {day-of-week}`; five fields start at the minute, second 0. A field is `*`, a value, a
 * range, a list or a step of these; months and days also by English name. Day and day of week must BOTH fit (NCrontab; Vixie cron takes either).
 * Times are UTC, the default of a function app.
 * @throws Error naming the field and its text.
 */
export function parseNcrontab(expression: string): CronSchedule {
  const texts = expression.trim().split(/\s+/);
  if (texts.length === 5) texts.unshift('0');
  if (texts.length !== FIELDS.length)
    throw new Error(
      `"${expression}" has ${texts.length} fields; NCRONTAB has six: second minute hour day month day-of-week`,
    );
  const sets = FIELDS.map((field, index) => parseField(field, texts[index] ?? ''));
  const cron = new Cron(sets.map((set) => set.join(',')).join(' '), {
    mode: '6-part',
    domAndDow: true,
    timezone: 'UTC',
    paused: true,
  });
  const next = (time: number) => cron.nextRun(new Date(time))?.getTime();
  if (next(0) === undefined) throw new Error(`"${expression}" never occurs`);
  return { next, subMinute: (sets[0]?.length ?? 0) > 1 && texts.slice(1).every((text) => text === '*') };
}

/** The values a field allows, ascending. */
function parseField(field: Field, text: string): number[] {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', stepText, ...more] = part.split('/');
    const step = stepText === undefined ? 1 : Number(stepText);
    if (more.length > 0 || !Number.isInteger(step) || step < 1) throw wrong(field, text);
    const [from, to] = parseRange(field, text, range, stepText !== undefined);
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function parseRange(field: Field, text: string, range: string, stepped: boolean): [number, number] {
  if (range === '*') return [field.least, field.most];
  const [from, to, ...more] = range.split('-').map((value) => parseValue(field, text, value));
  if (from === undefined || more.length > 0) throw wrong(field, text);
  // `5/15` starts at 5 and steps to the field's end.
  const end = to ?? (stepped ? field.most : from);
  if (end < from) throw wrong(field, text);
  return [from, end];
}

function parseValue(field: Field, text: string, value: string): number {
  const named =
    value.length < 3 ? -1 : (field.names?.findIndex((name) => value.toLowerCase().startsWith(name)) ?? -1);
  const number = named >= 0 ? named + field.least : /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= field.least && number <= field.most)) throw wrong(field, text);
  return number;
}

function wrong(field: Field, text: string): Error {
  return new Error(`"${text}" is no ${field.name} (${field.least} to ${field.most})`);
}
