import type { DatabaseSync } from 'node:sqlite';
import type { BookingLookup, BookingWrites, PositionKey } from '../database.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import { keyOf, type PositionKeyRow } from './position-store.ts';
import { rowOf, rowsOf } from './rows.ts';

/** The locks of locations that a booking reads and writes, to be called inside its transaction. */
export interface LockStore {
  /** Those that are named, those of the lock locations, and those that run in the demands' warehouses; each once. */
  read(lookup: Pick<BookingLookup, 'lockIds' | 'lockLocations' | 'demands' | 'now'>): LocationLock[];
  byId(lockIds: readonly string[]): LocationLock[];
  /** The positions that the cloud was told are under count. */
  countedPositions(lockId: string): PositionKey[];
  write(
    writes: Pick<BookingWrites, 'locks' | 'countedPositions'>,
    positionIdOf: (key: PositionKey) => number | undefined,
  ): void;
}

export interface LockRow {
  lock_id: string;
  warehouse_id: string;
  location_id: string;
  scanner_id: string;
  user_id: string;
  started_at: string;
  until: string;
  ended_at: string | null;
  ended_because: 'counted' | 'released' | 'taken-over' | null;
  taken_over_lock_id: string | null;
  take_over_reason: string | null;
}

export function createLockStore(connection: DatabaseSync): LockStore {
  const sql = {
    byId: connection.prepare('SELECT * FROM location_lock WHERE lock_id = ?'),
    ofLocation: connection.prepare(
      'SELECT * FROM location_lock WHERE warehouse_id = ? AND location_id = ? AND ends_at > ?',
    ),
    running: connection.prepare(
      'SELECT * FROM location_lock INDEXED BY lock_by_end WHERE warehouse_id = ? AND ends_at > ?',
    ),
    counted: connection.prepare(`SELECT position.* FROM counted_position JOIN position USING (position_id)
      WHERE lock_id = ? ORDER BY position_id`),
    put: connection.prepare(`INSERT INTO location_lock
      (lock_id, warehouse_id, location_id, scanner_id, user_id, started_at, until, ended_at, ended_because,
        taken_over_lock_id, take_over_reason)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (lock_id) DO UPDATE SET
        scanner_id = excluded.scanner_id, user_id = excluded.user_id, until = excluded.until,
        ended_at = excluded.ended_at, ended_because = excluded.ended_because,
        taken_over_lock_id = excluded.taken_over_lock_id, take_over_reason = excluded.take_over_reason`),
    remember: connection.prepare(
      'INSERT OR IGNORE INTO counted_position (lock_id, position_id) VALUES (?, ?)',
    ),
  };
  const byId = (lockIds: readonly string[]) =>
    lockIds.flatMap((lockId) => rowOf<LockRow>(sql.byId, lockId) ?? []);

  return {
    read({ lockIds, lockLocations, demands, now }) {
      const warehouses = new Set(demands.map(({ warehouseId }) => warehouseId));
      const rows = [
        ...byId(lockIds),
        ...lockLocations.flatMap(({ warehouseId, locationId, since }) =>
          rowsOf<LockRow>(sql.ofLocation, warehouseId, locationId, since),
        ),
        ...[...warehouses].flatMap((warehouseId) => rowsOf<LockRow>(sql.running, warehouseId, now)),
      ];
      return [...new Map(rows.map((row) => [row.lock_id, row])).values()].map(lockOf);
    },

    byId: (lockIds) => byId(lockIds).map(lockOf),

    countedPositions: (lockId) => rowsOf<PositionKeyRow>(sql.counted, lockId).map(keyOf),

    write({ locks, countedPositions }, positionIdOf) {
      for (const { ended, takenOver, ...lock } of locks) {
        sql.put.run(
          ...[lock.lockId, lock.warehouseId, lock.locationId, lock.scannerId, lock.userId],
          ...[lock.startedAt, lock.until, ended?.at ?? null, ended?.because ?? null],
          ...[takenOver?.lockId ?? null, takenOver?.reason ?? null],
        );
      }
      for (const { lockId, position } of countedPositions) {
        sql.remember.run(lockId, positionIdOf(position) ?? null);
      }
    },
  };
}

export function lockOf(row: LockRow): LocationLock {
  const { ended_at: at, ended_because: because, taken_over_lock_id: takenOver } = row;
  return {
    lockId: row.lock_id,
    warehouseId: row.warehouse_id,
    locationId: row.location_id,
    scannerId: row.scanner_id,
    userId: row.user_id,
    startedAt: row.started_at,
    until: row.until,
    ...(at !== null && because !== null && { ended: { at, because } }),
    ...(takenOver !== null && { takenOver: { lockId: takenOver, reason: row.take_over_reason ?? '' } }),
  };
}
