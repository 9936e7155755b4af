import { type PositionUpdate, positionKey } from './position.ts';
import type { CountUnderWay, StockFigures } from './stock.ts';

/** A count that has been over for so long is forgotten; its events do not come any later. Milliseconds. */
const FORGOTTEN_AFTER_MS = 24 * 3600_000;

/**
 * The counts of a stock after an event of one: it lasts until its lock does, as extended last, or until it ended. So the
 * order of the events does not matter. Answers the same list when nothing changes.
 */
export function followCount(
  counts: readonly CountUnderWay[] = [],
  { locationId, lotNumber, resultingOnHand: onHand, timestamp }: PositionUpdate,
  { lockId, until, ended }: NonNullable<PositionUpdate['count']>,
): readonly CountUnderWay[] {
  const known = counts.find(
    (count) => count.lockId === lockId && count.locationId === locationId && count.lotNumber === lotNumber,
  );
  if (known && !tellsMore(known, until, ended)) return counts;
  const ago = Date.parse(timestamp) - FORGOTTEN_AFTER_MS;
  const others = counts.filter((count) => count !== known && Date.parse(count.until) > ago);
  return [...others, { lockId, locationId, lotNumber, onHand, until, ended }];
}

function tellsMore(known: CountUnderWay, until: string, ended: boolean): boolean {
  if (known.ended !== ended) return ended;
  return !ended && Date.parse(until) > Date.parse(known.until);
}

/**
 * The counts with what stands in their locations now: what is received or picked there meanwhile is at risk, or no
 * more. `onHandOf` answers undefined for a position that is not known yet; then the event's own figure stands.
 * Answers the same list when nothing changes.
 */
export function atFigures(
  counts: readonly CountUnderWay[],
  onHandOf: (count: CountUnderWay) => number | undefined,
): readonly CountUnderWay[] {
  const current = counts.map((count) => {
    const onHand = count.ended ? count.onHand : (onHandOf(count) ?? count.onHand);
    return onHand === count.onHand ? count : { ...count, onHand };
  });
  return current.every((count, index) => count === counts[index]) ? counts : current;
}

/** What the counts of a stock mean at an instant. */
export type CountsNow = {
  /** Pieces that stand in locations under count, also where two count the same one (architecture, rule 7). */
  readonly atRisk: number;
  readonly isUnderWay: boolean;
  /** When the last of those that ended did; -∞ when none has. Milliseconds UTC. */
  readonly endedAt: number;
};

/**
 * The counts as they stand at `now`, milliseconds UTC. An ended one is over whatever its time says: the clocks of warehouse and
 * cloud may differ.
 */
export function countsAt({ counts = [] }: Pick<StockFigures, 'counts'>, now: number): CountsNow {
  const pieces = new Map<string, number>();
  let isUnderWay = false;
  let endedAt = Number.NEGATIVE_INFINITY;
  for (const count of counts) {
    const until = Date.parse(count.until);
    const name = positionKey(count);
    if (until > now) pieces.set(name, Math.max(pieces.get(name) ?? 0, count.onHand));
    if (count.ended) endedAt = Math.max(endedAt, until);
    else isUnderWay ||= until > now;
  }
  return { atRisk: pieces.values().reduce((sum, onHand) => sum + onHand, 0), isUnderWay, endedAt };
}
