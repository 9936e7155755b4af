import { availableToPromise } from './atp.ts';
import { countedPieces } from './expected-receipts.ts';
import { lineKey, type OrderLine } from './order-line.ts';
import { isRefused } from './refusal.ts';
import { chooseSources } from './sourcing.ts';
import type { StockFigures } from './stock.ts';
import { type CountsNow, countsAt } from './stock-at-risk.ts';

/** Of a line that waits, what says when its pieces will come. */
export type WaitingLine = Pick<
  OrderLine,
  'kind' | 'orderId' | 'lineId' | 'itemId' | 'terms' | 'backordered' | 'allocations'
>;

/**
 * The UTC day by which expected receipts cover what each backorder of an item waits for, by `lineKey`; null when they
 * do not. Pure: plays the coming days through with the sourcing that gives stock to backorders when it arrives, in the
 * order of the queue, so that a promise is what the system will do if every receipt comes as announced.
 *
 * @param waiting all lines that wait for the item, in the order of their rank
 * @param stocks all stocks of the item; a receipt first fills what a warehouse lacks (ATP below zero)
 * @param today UTC day; overdue receipts count for nothing
 */
export function promisedDates(
  waiting: readonly WaitingLine[],
  stocks: readonly StockFigures[],
  today: string,
): Map<string, string | null> {
  const promises = new Map<string, string | null>(waiting.map((line) => [lineKey(line), null]));
  // Refusals of today stand until more is known.
  const now = Date.parse(today);
  const supplies = new Map(stocks.map((stock) => [stock.warehouseId, supplyOf(stock, now)]));
  let queue = waiting.map((line) => ({ line, open: line.backordered }));
  for (const [day, arrivals] of arrivalsByDay(stocks, today)) {
    for (const { warehouseId, quantity } of arrivals) arrive(supplies, warehouseId, quantity);
    queue = queue.filter((entry) => {
      entry.open -= take(entry.line, entry.open, supplies, now);
      if (entry.open === 0) promises.set(lineKey(entry.line), day);
      return entry.open > 0;
    });
    if (queue.length === 0) break;
  }
  return promises;
}

/** What a warehouse can give on the day played; `refusing` is undefined once something arrived, which no refusal has seen. */
type Supply = {
  free: number;
  refusing: { readonly stock: StockFigures; readonly counts: CountsNow } | undefined;
};

function supplyOf(stock: StockFigures, now: number): Supply {
  return { free: availableToPromise(stock), refusing: { stock, counts: countsAt(stock, now) } };
}

type Arrival = { readonly warehouseId: string; readonly quantity: number };

/** Today, with what is there, comes first. */
function arrivalsByDay(stocks: readonly StockFigures[], today: string): [string, Arrival[]][] {
  const days = new Map<string, Arrival[]>([[today, []]]);
  for (const { warehouseId, expectedReceipts = [] } of stocks) {
    for (const receipt of expectedReceipts) {
      const quantity = countedPieces(receipt, today);
      if (quantity === 0) continue;
      const arrivals = days.get(receipt.expectedOn) ?? [];
      days.set(receipt.expectedOn, arrivals);
      arrivals.push({ warehouseId, quantity });
    }
  }
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1));
}

function arrive(supplies: Map<string, Supply>, warehouseId: string, quantity: number): void {
  const free = (supplies.get(warehouseId)?.free ?? 0) + quantity;
  supplies.set(warehouseId, { free, refusing: undefined });
}

/** Takes for a line what it accepts of what is free; answers the pieces. */
function take(line: WaitingLine, wanted: number, supplies: Map<string, Supply>, now: number): number {
  const { allowedWarehouses, allowSplit, leastQuantity } = line.terms;
  // Most lines of a long queue find nothing: that has to be cheap.
  const least = allowSplit ? Math.min(leastQuantity, wanted) : wanted;
  if (!isAnywhere(least, supplies)) return 0;
  const sources = [...supplies].flatMap(([warehouseId, { free, refusing }]) => {
    const isAllowed = allowedWarehouses === undefined || allowedWarehouses.includes(warehouseId);
    if (free <= 0 || !isAllowed || (refusing && isRefused(line, refusing.stock, refusing.counts, now)))
      return [];
    return [{ warehouseId, atp: free, atRisk: 0 }];
  });
  if (sources.length === 0) return 0;
  let taken = 0;
  for (const { warehouseId, quantity } of chooseSources(sources, { ...line.terms, quantity: wanted })) {
    const supply = supplies.get(warehouseId);
    if (supply) supply.free -= quantity;
    taken += quantity;
  }
  return taken;
}

function isAnywhere(pieces: number, supplies: ReadonlyMap<string, Supply>): boolean {
  for (const { free } of supplies.values()) if (free >= pieces) return true;
  return false;
}
