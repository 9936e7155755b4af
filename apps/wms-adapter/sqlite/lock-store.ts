import type { DatabaseSync } from 'node:sqlite';
import type { LocationLock } from '../locks/location-lock.ts';
import { inTransaction } from './transaction.ts';

/** Locks of locations. */
export interface LockStore {
  put(lock: LocationLock, now: Date): LocationLock;
  end(lockId: string): void;
}

export interface LockRow {
  lock_id: string;
  warehouse_id: string;
  location_id: string;
  scanner_id: string;
  user_id: string;
  until: string;
}

export function createLockStore(connection: DatabaseSync): LockStore {
  const sql = {
    forget: connection.prepare('DELETE FROM location_lock WHERE until <= ?'),
    put: connection.prepare(`INSERT INTO location_lock
      (lock_id, warehouse_id, location_id, scanner_id, user_id, until) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (warehouse_id, location_id, scanner_id) DO UPDATE SET
        user_id = excluded.user_id, until = excluded.until
      RETURNING *`),
    end: connection.prepare('DELETE FROM location_lock WHERE lock_id = ?'),
  };

  return {
    put({ lockId, warehouseId, locationId, scannerId, userId, until }, now) {
      return inTransaction(connection, () => {
        sql.forget.run(now.toISOString());
        const row = sql.put.get(lockId, warehouseId, locationId, scannerId, userId, until);
        return lockOf(row as unknown as LockRow);
      });
    },

    end(lockId) {
      inTransaction(connection, () => sql.end.run(lockId));
    },
  };
}

export function lockOf(row: LockRow): LocationLock {
  return {
    lockId: row.lock_id,
    warehouseId: row.warehouse_id,
    locationId: row.location_id,
    scannerId: row.scanner_id,
    userId: row.user_id,
    until: row.until,
  };
}
