import type { DatabaseSync } from 'node:sqlite';
import {
  type BookingFound,
  type BookingLookup,
  type BookingWrites,
  type ItemStock,
  type ItemWarehouse,
  itemLocationText,
  itemWarehouseText,
} from '../database.ts';
import { createCountedPositions } from './counted-positions.ts';
import { type LockRow, lockOf } from './lock-store.ts';

/** The totals of items and what of them is under lock, to be called inside a booking's transaction. */
export interface StockStore {
  read(keys: readonly ItemWarehouse[]): BookingFound['stocks'];
  readLocked(lookup: BookingLookup): Pick<BookingFound, 'locks' | 'lockedOnHand'>;
  /** The positions that the cloud is told of when these locks end, by lock id. */
  readCounted(lockIds: readonly string[]): BookingFound['countedPositions'];
  write(writes: Pick<BookingWrites, 'stocks' | 'endedLockIds'>): void;
}

export function createStockStore(connection: DatabaseSync): StockStore {
  const counted = createCountedPositions(connection);
  const sql = {
    stock: connection.prepare(
      'SELECT on_hand AS onHand, reserved FROM item_stock WHERE item_id = ? AND warehouse_id = ?',
    ),
    put: connection.prepare(`INSERT INTO item_stock (item_id, warehouse_id, on_hand, reserved) VALUES (?, ?, ?, ?)
      ON CONFLICT (item_id, warehouse_id) DO UPDATE SET on_hand = excluded.on_hand, reserved = excluded.reserved`),
    lock: connection.prepare('SELECT * FROM location_lock WHERE lock_id = ?'),
    locksOf: connection.prepare('SELECT * FROM location_lock WHERE warehouse_id = ? AND until > ?'),
    endLock: connection.prepare('DELETE FROM location_lock WHERE lock_id = ?'),
    onHandIn: connection.prepare(`SELECT coalesce(sum(on_hand), 0) AS total FROM position
      WHERE warehouse_id = ? AND item_id = ? AND location_id = ?`),
  };

  return {
    read(keys) {
      const found = new Map<string, ItemStock>();
      for (const key of keys) {
        const row = sql.stock.get(key.itemId, key.warehouseId) as unknown as ItemStock | undefined;
        if (row) found.set(itemWarehouseText(key), row);
      }
      return found;
    },

    readLocked({ lockIds, demands, now }) {
      const warehouses = new Set(demands.map(({ warehouseId }) => warehouseId));
      const running = [...warehouses].flatMap((warehouseId) => sql.locksOf.all(warehouseId, now));
      const named = lockIds.flatMap((lockId) => sql.lock.all(lockId));
      const locks = ([...running, ...named] as unknown as LockRow[]).map(lockOf);
      const lockedOnHand = new Map<string, number>();
      for (const { warehouseId, locationId } of locks) {
        for (const { itemId } of demands.filter((demand) => demand.warehouseId === warehouseId)) {
          const { total } = sql.onHandIn.get(warehouseId, itemId, locationId) as { total: number };
          lockedOnHand.set(itemLocationText({ itemId, warehouseId, locationId }), total);
        }
      }
      return { locks, lockedOnHand };
    },

    readCounted(lockIds) {
      const locks = lockIds.flatMap((lockId) => sql.lock.all(lockId)) as unknown as LockRow[];
      return new Map(locks.map(lockOf).map((lock) => [lock.lockId, counted.end(lock)]));
    },

    write({ stocks, endedLockIds }) {
      for (const { itemId, warehouseId, onHand, reserved } of stocks) {
        sql.put.run(itemId, warehouseId, onHand, reserved);
      }
      for (const lockId of endedLockIds) sql.endLock.run(lockId);
    },
  };
}
