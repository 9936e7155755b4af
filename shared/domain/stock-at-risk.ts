import type { PositionUpdate } from './position.ts';
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

/** Pieces that stand in locations under count now; `now` in milliseconds UTC (architecture, rule 7). */
export function piecesAtRisk({ counts = [] }: Pick<StockFigures, 'counts'>, now: number): number {
  return counts.reduce((sum, { onHand, until }) => (Date.parse(until) > now ? sum + onHand : sum), 0);
}
