import type { Allocation, Decided, OrderLine } from './order-line.ts';
import type { StockFigures } from './stock.ts';
import type { CountsNow } from './stock-at-risk.ts';

/** A refusal that nothing newer is known about is worth another try after this time. Milliseconds. */
export const REFUSAL_LASTS_MS = 15 * 60_000;

/** A refusal because of a count lasts at least so long, whatever the clocks say. Milliseconds. */
const SHORTEST_COUNT_MS = 5_000;

/** A warehouse that rejected so often knows something that its events do not tell; only more stock, or time, counts then. */
const REJECTIONS_BELIEVED = 3;

/**
 * Pieces of a stock that no warehouse has confirmed to anybody: what tentative holds take is in it, so that others' holds
 * that come to nothing do not look like new stock.
 */
export function unreservedPieces({ onHand, safetyStock, confirmed, picked }: StockFigures): number {
  return onHand - safetyStock - (confirmed - picked);
}

/**
 * True while a warehouse's refusal of this line stands: the cloud has heard of no WMS transaction after it and of no more
 * stock than it saw then. A count that kept the stock keeps the refusal up until its lock ends, whatever else is heard,
 * unless what has come stands where nobody counts; a count that is ended early, the last one under way there, ends it.
 *
 * @param counts those of the stock at `now`
 * @param now milliseconds UTC
 */
export function isRefused(
  line: Pick<OrderLine, 'allocations' | 'terms'>,
  stock: StockFigures,
  counts: CountsNow,
  now: number,
): boolean {
  const { warehouseId, asOf } = stock;
  const latest = line.allocations.findLast((allocation) => allocation.warehouseId === warehouseId);
  const decided = latest?.decided;
  if (!latest || !decided || decided.quantity >= latest.quantity || decided.status === 'released')
    return false;
  if (hasMore(stock, line, latest, counts)) return false;
  const decidedAt = Date.parse(decided.decidedAt);
  if (!counts.isUnderWay && counts.endedAt >= decidedAt) return false;
  if (decided.retryAt === undefined && hasHeardSince(asOf, decidedAt) && !rejectsAgain(line, warehouseId))
    return false;
  return now < refusalEnds(decided);
}

/**
 * When a refusal ends by itself, milliseconds UTC by the cloud's clock: the WMS's two instants tell how long its count
 * takes, but not what the time is here.
 */
export function refusalEnds({ settledAt, decidedAt, retryAt }: Decided): number {
  const lasts = retryAt
    ? Math.max(Date.parse(retryAt) - Date.parse(decidedAt), SHORTEST_COUNT_MS)
    : REFUSAL_LASTS_MS;
  return Date.parse(settledAt) + lasts;
}

/** Whether more is there than was seen and not given; where a count was the reason, as much of use that nobody counts. */
function hasMore(
  stock: StockFigures,
  { terms }: Pick<OrderLine, 'terms'>,
  { quantity, unreservedSeen, decided }: Allocation,
  { atRisk }: CountsNow,
): boolean {
  const pieces = unreservedPieces(stock);
  if (pieces <= unreservedSeen - (decided?.quantity ?? 0)) return false;
  if (decided?.retryAt === undefined) return true;
  return pieces - atRisk >= Math.min(terms.leastQuantity, quantity);
}

function hasHeardSince(asOf: string, decidedAt: number): boolean {
  return asOf !== '' && Date.parse(asOf) >= decidedAt;
}

function rejectsAgain({ allocations }: Pick<OrderLine, 'allocations'>, warehouseId: string): boolean {
  const rejections = allocations.filter(
    (allocation) => allocation.warehouseId === warehouseId && allocation.decided?.status === 'rejected',
  );
  return rejections.length >= REJECTIONS_BELIEVED;
}
