import type { ItemAtp, WarehouseAtp } from '../contracts/atp.ts';
import { isLater } from './position.ts';
import type { Stock, StockFigures } from './stock.ts';
import { countsAt } from './stock-at-risk.ts';

/**
 * Available to promise of one item and warehouse, in pieces (architecture, rule 7):
 * on hand − safety stock − tentative − (confirmed − picked). Below zero it stops new holds and revokes nothing.
 */
export function availableToPromise(
  stock: Pick<Stock, 'onHand' | 'safetyStock' | 'tentative' | 'confirmed' | 'picked'>,
): number {
  return stock.onHand - stock.safetyStock - stock.tentative - (stock.confirmed - stock.picked);
}

/** Of an item over all its warehouses, in pieces; 0 where the cloud knows none. */
export function itemAtpPieces(stocks: readonly StockFigures[]): number {
  return stocks.reduce((sum, stock) => sum + availableToPromise(stock), 0);
}

/**
 * The answer for one warehouse. `confirmed` is what is still to be picked, so that the figures shown add up.
 * `now` is milliseconds UTC: counts that have ended by then put nothing at risk.
 */
export function warehouseAtp(stock: StockFigures, now: number): WarehouseAtp {
  const { itemId, warehouseId, onHand, tentative, safetyStock, version } = stock;
  const confirmed = stock.confirmed - stock.picked;
  return {
    itemId,
    warehouseId,
    onHand,
    tentative,
    confirmed,
    safetyStock,
    atp: availableToPromise(stock),
    atRisk: Math.min(countsAt(stock, now).atRisk, onHand),
    version,
    asOf: stock.asOf === '' ? NEVER : stock.asOf,
  };
}

/** Told as the time of the newest transaction where there was none: only plans are known of that stock. */
const NEVER = '1970-01-01T00:00:00.000Z';

/** The answer for an item over the warehouses given (one or more), in the order of their ids; `now` as above. */
export function itemAtp(itemId: string, stocks: readonly StockFigures[], now: number): ItemAtp {
  const warehouses = stocks
    .map((stock) => warehouseAtp(stock, now))
    .sort((a, b) => (a.warehouseId < b.warehouseId ? -1 : 1));
  const sum = (figure: 'onHand' | 'tentative' | 'confirmed' | 'safetyStock' | 'atp' | 'atRisk') =>
    warehouses.reduce((total, warehouse) => total + warehouse[figure], 0);
  return {
    itemId,
    onHand: sum('onHand'),
    tentative: sum('tentative'),
    confirmed: sum('confirmed'),
    safetyStock: sum('safetyStock'),
    atp: sum('atp'),
    atRisk: sum('atRisk'),
    asOf: warehouses.map(({ asOf }) => asOf).reduce((a, b) => (isLater(a, b) ? a : b)),
    warehouses,
  };
}
