import {
  type BookingFound,
  type BookingWrites,
  type ItemStock,
  type ItemWarehouse,
  itemLocationText,
  itemWarehouseText,
} from '../../../apps/wms-adapter/database.ts';
import type { LocationLock } from '../../../apps/wms-adapter/locks/location-lock.ts';
import { check } from './constraint.ts';
import type { Tables } from './memory.ts';
import { onHandIn } from './positions.ts';

export type Stock = ItemWarehouse &
  ItemStock & {
    /** Given when the reservations change: what is on hand changes with a position. */
    readonly rowVersion: number;
  };

export type StockTables = {
  /** By `itemWarehouseText`. */
  readonly stocks: Map<string, Stock>;
};

export function noStocks(): StockTables {
  return { stocks: new Map() };
}

/** By `itemWarehouseText`; those that were never booked on are missing. */
export function readStocks(
  { stocks }: Tables,
  ...lists: readonly Iterable<ItemWarehouse>[]
): Map<string, ItemStock> {
  const found = new Map<string, ItemStock>();
  for (const list of lists) {
    for (const key of list) {
      const name = itemWarehouseText(key);
      const stock = stocks.get(name);
      if (stock) found.set(name, { onHand: stock.onHand, reserved: stock.reserved });
    }
  }
  return found;
}

/** Pieces of the demands' items in the locations of these locks. */
export function readLocked(
  tables: Tables,
  demands: readonly ItemWarehouse[],
  locks: readonly LocationLock[],
): BookingFound['lockedOnHand'] {
  const found = new Map<string, number>();
  for (const { warehouseId, locationId } of locks) {
    for (const demand of demands) {
      if (demand.warehouseId !== warehouseId) continue;
      const key = { itemId: demand.itemId, warehouseId, locationId };
      found.set(itemLocationText(key), onHandIn(tables, key));
    }
  }
  return found;
}

/** @throws {ConstraintError} */
export function checkStocks(stocks: BookingWrites['stocks']): void {
  for (const { itemId, warehouseId, onHand, reserved } of stocks)
    check(
      onHand >= 0 && reserved >= 0 && reserved <= onHand,
      () => `${itemId} in ${warehouseId} would have ${onHand} pieces on hand and ${reserved} reserved`,
    );
}

export function writeStocks(tables: Tables, stocks: BookingWrites['stocks']): void {
  for (const { itemId, warehouseId, onHand, reserved } of stocks) {
    const name = itemWarehouseText({ itemId, warehouseId });
    const before = tables.stocks.get(name);
    tables.rowVersion += 1;
    const rowVersion = before?.reserved === reserved ? before.rowVersion : tables.rowVersion;
    tables.stocks.set(name, { itemId, warehouseId, onHand, reserved, rowVersion });
  }
}
