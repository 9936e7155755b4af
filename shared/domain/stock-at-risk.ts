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

/**
 * Pieces that stand in locations under count now, also where two count the same one; `now` in milliseconds UTC
 * (architecture, rule 7).
 */
export function piecesAtRisk({ counts = [] }: Pick<StockFigures, 'counts'>, now: number): number {
  const pieces = new Map<string, number>();
  for (const count of counts) {
    const name = positionKey(count);
    if (Date.parse(count.until) > now) pieces.set(name, Math.max(pieces.get(name) ?? 0, count.onHand));
  }
  return pieces.values().reduce((sum, onHand) => sum + onHand, 0);
}

/**
 * True when a count was ended at `since` or later, and none is under way any more. Both in milliseconds UTC. An ended
 * one is over whatever its time says: the clocks of warehouse and cloud may differ.
 */
export function countsEndedSince(
  { counts = [] }: Pick<StockFigures, 'counts'>,
  since: number,
  now: number,
): boolean {
  return (
    counts.some(({ ended, until }) => ended && Date.parse(until) >= since) &&
    counts.every(({ ended, until }) => ended || Date.parse(until) <= now)
  );
}
