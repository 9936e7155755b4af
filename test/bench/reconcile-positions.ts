import type { Position } from '../../shared/domain/position.ts';
import { emptyStock, replacePositions, type Stock, type StockKey } from '../../shared/domain/stock.ts';
import { WAREHOUSES } from './loads.ts';

/** A position as both sides have it, alone in its item and warehouse. */
export type BenchPosition = StockKey & Position & { readonly version: number };

/**
 * Position number `number` (from 0) in one of its states: every item is in all eight warehouses, in one place in each.
 *
 * @param version from 1; each has another figure than the one before
 * @param changedAt UTC in ISO 8601
 */
export function benchPosition(number: number, version: number, changedAt: string): BenchPosition {
  return {
    itemId: `SKU-${String(Math.floor(number / WAREHOUSES.length)).padStart(7, '0')}`,
    warehouseId: WAREHOUSES[number % WAREHOUSES.length] ?? '',
    locationId: `A-${String(1 + (number % 40)).padStart(2, '0')}-${1 + (number % 7)}`,
    lotNumber: null,
    onHand: 1 + ((number * 7 + version * 13) % 500),
    version,
    changedAt,
  };
}

/** The cloud's document of a position. */
export function stockOf({ itemId, warehouseId, ...position }: BenchPosition): Stock {
  return replacePositions(emptyStock({ itemId, warehouseId }), [position], position.changedAt);
}

/** `count` numbers of `among`, spread over all of it and over the warehouses. */
export function spreadNumbers(count: number, among: number): number[] {
  const step = Math.max(1, Math.floor(among / count));
  return Array.from(
    { length: Math.min(count, among) },
    (_, index) => index * step + (index % Math.min(step, WAREHOUSES.length)),
  );
}
