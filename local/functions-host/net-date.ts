/** `0001-01-01`, .NET's "no date". */
const NO_DATE = '0001-01-01T00:00:00';
const LAST_DATE = '9999-12-31T23:59:59.9999999';
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** A UTC time as .NET writes a `DateTime` without a kind to JSON: no trailing zeros in the fraction, no `Z`; dates out of range are its last one. */
export function netDateTime(ms: number | undefined): string {
  if (ms === undefined) return NO_DATE;
  if (!(ms < LAST_MS)) return LAST_DATE;
  if (ms !== lastMs) {
    lastText = new Date(ms).toISOString().replace(/\.?0*Z$/, '');
    lastMs = ms;
  }
  return lastText;
}

/** The last date written: the messages of a batch have few different ones. */
let lastMs = Number.NaN;
let lastText = '';

/** The same as a `DateTimeOffset`: with `+00:00`. */
export function netDateTimeOffset(ms: number | undefined): string {
  return `${netDateTime(ms)}+00:00`;
}
