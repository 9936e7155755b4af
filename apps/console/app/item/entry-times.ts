import { PROMISED_MS } from '../promised.ts';
import type { AnyEntry } from './read-history.ts';

/** Where a transaction comes by. */
export type Station = 'scan' | 'wms' | 'bus' | 'projection';

export type Step = {
  readonly station: Station;
  /** When it was there (ISO 8601 UTC). */
  readonly at: string;
  /** How long after the one before of which the time is known; undefined of the first. Milliseconds. */
  readonly ms: number | undefined;
};

/**
 * The way of a transaction, without the stations of which the time is not known. Clocks of several machines: what seems
 * to have come before took no time.
 */
export function stepsOf(entry: AnyEntry): readonly Step[] {
  const steps: Step[] = [];
  for (const [station, at] of timesOf(entry)) {
    if (at === undefined) continue;
    const before = steps.at(-1);
    steps.push({ station, at, ms: before && Math.max(0, Date.parse(at) - Date.parse(before.at)) });
  }
  return steps;
}

/** Where one that took longer than what is promised of a scan lost most of its time; undefined of one that did not. */
export function slowestOf(steps: readonly Step[]): Station | undefined {
  const took = steps.map(({ station, ms = 0 }) => ({ station, ms }));
  if (took.reduce((sum, { ms }) => sum + ms, 0) <= PROMISED_MS) return undefined;
  return took.reduce((slowest, step) => (step.ms > slowest.ms ? step : slowest)).station;
}

function timesOf(entry: AnyEntry): readonly (readonly [Station, string | undefined])[] {
  if ('kind' in entry) return [['wms', entry.timestamp]];
  const { scannedAt, timestamp, busAt, projectedAt } = entry;
  return [
    ['scan', scannedAt],
    ['wms', timestamp],
    ['bus', busAt],
    ['projection', projectedAt],
  ];
}
