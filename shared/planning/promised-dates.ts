import { availableToPromise } from '../domain/atp.ts';
import { countedPieces } from '../domain/expected-receipts.ts';
import { promisedDates } from '../domain/promised-date.ts';
import type { StockFigures } from '../domain/stock.ts';
import { utcDay } from '../domain/utc-day.ts';
import type { PlanningPorts } from './planning-ports.ts';

/** Lines of an item's queue that are played through; those behind them are promised nothing yet. */
const QUEUE_LIMIT = 2_000;

/**
 * The UTC day by which expected receipts cover each backorder of an item, by `lineKey`; null, or not there, when they
 * do not. @throws {StoreUnavailable}
 */
export async function promisesOfItem(
  itemId: string,
  { plans, items, runtime }: Pick<PlanningPorts, 'plans' | 'items' | 'runtime'>,
): Promise<ReadonlyMap<string, string | null>> {
  const today = utcDay(runtime.now());
  const { stocks } = await items.readItem(itemId);
  if (!stocks.some((stock) => hasSupply(stock, today))) return new Map();
  return promisedDates(await plans.listBackorders({ itemId, limit: QUEUE_LIMIT }), stocks, today);
}

function hasSupply(stock: StockFigures, today: string): boolean {
  if (availableToPromise(stock) > 0) return true;
  return stock.expectedReceipts?.some((receipt) => countedPieces(receipt, today) > 0) ?? false;
}
