import type { Figures } from '../../../../shared/contracts/figures.ts';

/** The newest slot is not over, and some processes hand their figures in late. Slots. */
const UNSETTLED = 2;
/** Slots that "now" is the mean of. */
const NOW_SLOTS = 6;

/** Events a second in the last minute that is settled. */
export function eventsPerSecond(figures: Figures): number {
  const { from, slotMs, slots } = figures;
  const newest = slots.at(-1);
  if (!newest) return 0;
  const end = Math.max(Date.parse(newest.at) + slotMs, Date.now()) - UNSETTLED * slotMs;
  const begin = Math.max(end - NOW_SLOTS * slotMs, Date.parse(from));
  const events = slots
    .filter(({ at }) => Date.parse(at) >= begin && Date.parse(at) < end)
    .reduce((sum, slot) => sum + slot.events, 0);
  return Math.round((events * 10_000) / Math.max(end - begin, slotMs)) / 10;
}

export type Flow = {
  /** Seconds since 1970. */
  readonly at: readonly number[];
  readonly perSecond: readonly number[];
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
};

/** Points of a chart, at most. */
const MAX_POINTS = 360;

/** Slots put together to as many points as a chart has room for; where nothing happened it is 0, without a latency. */
export function flowOf({ from, slotMs, slots }: Figures, minutes: number): Flow {
  const begin = Date.parse(from);
  const all = Math.ceil((minutes * 60_000) / slotMs);
  const perPoint = Math.max(1, Math.ceil(all / MAX_POINTS));
  const pointMs = perPoint * slotMs;
  const points = Array.from({ length: Math.ceil(all / perPoint) }, () => ({
    events: 0,
    p50: null as number | null,
    p99: null as number | null,
  }));
  for (const { at, events, scannedLatency } of slots) {
    const point = points[Math.floor((Date.parse(at) - begin) / pointMs)];
    if (!point) continue;
    point.events += events;
    point.p50 = highest(point.p50, scannedLatency.p50);
    point.p99 = highest(point.p99, scannedLatency.p99);
  }
  return {
    at: points.map((_point, index) => (begin + index * pointMs) / 1_000),
    perSecond: points.map(({ events }) => (events * 1_000) / pointMs),
    p50: points.map(({ p50 }) => p50),
    p99: points.map(({ p99 }) => p99),
  };
}

function highest(left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right;
  return Math.max(left, right);
}
