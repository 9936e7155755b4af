import type { AtpDays, ItemAtp, WarehouseAtp } from '../contracts/atp.ts';
import { MAX_ATP_DAYS } from '../contracts/planning.ts';
import { itemAtp, warehouseAtp } from '../domain/atp.ts';
import { atpByDate, type DayRange, type Demand, demandOnlyAt, lastKnownDay } from '../domain/atp-by-date.ts';
import type { StockFigures, StockKey } from '../domain/stock.ts';
import { addDays, dayNumber, utcDay } from '../domain/utc-day.ts';
import type { PlanningStore } from '../ports/planning-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { StockReader } from '../ports/stock-store.ts';

type Ports = {
  readonly reader: Pick<StockReader, 'readItem' | 'readPairs'>;
  readonly plans: Pick<PlanningStore, 'readDemand'>;
  readonly runtime: Runtime;
};

/** Days asked for, in UTC; both are included and may be left out. */
export type AskedDays = { readonly from?: string | undefined; readonly to?: string | undefined };

/** ATP of an item by day; undefined when the cloud knows no stock of it. @throws {StoreUnavailable} */
export async function itemAtpByDate(
  itemId: string,
  asked: AskedDays,
  { reader, plans, runtime }: Ports,
): Promise<(ItemAtp & AtpDays) | undefined> {
  const [stocks, demands] = await Promise.all([reader.readItem(itemId), plans.readDemand(itemId)]);
  if (stocks.length === 0) return undefined;
  return { ...itemAtp(itemId, stocks, runtime.now()), ...daysOf(stocks, demands, asked, runtime) };
}

/**
 * ATP of an item in one warehouse by day; of the backorders only those count that no other warehouse may deliver.
 * Undefined when the cloud knows no stock of it. @throws {StoreUnavailable}
 */
export async function warehouseAtpByDate(
  key: StockKey,
  asked: AskedDays,
  { reader, plans, runtime }: Ports,
): Promise<(WarehouseAtp & AtpDays) | undefined> {
  const [[stock], demands] = await Promise.all([reader.readPairs([key]), plans.readDemand(key.itemId)]);
  if (!stock) return undefined;
  const own = demandOnlyAt(key.warehouseId, demands);
  return { ...warehouseAtp(stock, runtime.now()), ...daysOf([stock], own, asked, runtime) };
}

function daysOf(
  stocks: readonly StockFigures[],
  demands: readonly Demand[],
  asked: AskedDays,
  runtime: Runtime,
): AtpDays {
  const today = utcDay(runtime.now());
  const range = rangeOf(asked, lastKnownDay(stocks, demands, today), today);
  return { days: atpByDate(stocks, demands, range, today) };
}

/** From today unless told, to the last day on which something is known unless told. */
function rangeOf({ from = '', to }: AskedDays, lastKnown: string, today: string): DayRange {
  const first = from < today ? today : from;
  if (to !== undefined) return { from: first, to };
  const following = Math.min(dayNumber(lastKnown) - dayNumber(first), MAX_ATP_DAYS - 1);
  return { from: first, to: addDays(first, Math.max(following, 0)) };
}
