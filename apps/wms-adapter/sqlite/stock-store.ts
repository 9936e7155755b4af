import type { DatabaseSync } from 'node:sqlite';
import {
  type BookingFound,
  type BookingWrites,
  type ItemStock,
  type ItemWarehouse,
  itemLocationText,
  itemWarehouseText,
} from '../database.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import { createRowVersions } from './row-versions.ts';
import { rowOf } from './rows.ts';

/** The totals of items and what of them is under lock, to be called inside a booking's transaction. */
export interface StockStore {
  read(keys: readonly ItemWarehouse[]): BookingFound['stocks'];
  /** Pieces of the demands' items in the locations of these locks. */
  readLocked(demands: readonly ItemWarehouse[], locks: readonly LocationLock[]): BookingFound['lockedOnHand'];
  write(stocks: BookingWrites['stocks']): void;
}

export function createStockStore(connection: DatabaseSync): StockStore {
  const rowVersions = createRowVersions(connection);
  const sql = {
    stock: connection.prepare(
      'SELECT on_hand AS onHand, reserved FROM item_stock WHERE item_id = ? AND warehouse_id = ?',
    ),
    put: connection.prepare(`INSERT INTO item_stock (item_id, warehouse_id, on_hand, reserved, row_version)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (item_id, warehouse_id) DO UPDATE SET on_hand = excluded.on_hand, reserved = excluded.reserved,
        row_version = CASE reserved WHEN excluded.reserved THEN row_version ELSE excluded.row_version END`),
    onHandIn: connection.prepare(`SELECT coalesce(sum(on_hand), 0) AS total FROM position
      WHERE warehouse_id = ? AND item_id = ? AND location_id = ?`),
  };

  return {
    read(keys) {
      const found = new Map<string, ItemStock>();
      for (const key of keys) {
        const row = rowOf<ItemStock>(sql.stock, key.itemId, key.warehouseId);
        if (row) found.set(itemWarehouseText(key), row);
      }
      return found;
    },

    readLocked(demands, locks) {
      const found = new Map<string, number>();
      for (const { warehouseId, locationId } of locks) {
        for (const { itemId } of demands.filter((demand) => demand.warehouseId === warehouseId)) {
          const row = rowOf<{ total: number }>(sql.onHandIn, warehouseId, itemId, locationId);
          found.set(itemLocationText({ itemId, warehouseId, locationId }), row?.total ?? 0);
        }
      }
      return found;
    },

    write(stocks) {
      let rowVersion = rowVersions.draw(stocks.length);
      for (const { itemId, warehouseId, onHand, reserved } of stocks) {
        rowVersion += 1;
        sql.put.run(itemId, warehouseId, onHand, reserved, rowVersion);
      }
    },
  };
}
