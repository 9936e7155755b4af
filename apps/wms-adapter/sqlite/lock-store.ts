import type { DatabaseSync } from 'node:sqlite';
import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';
import { dayOf, eventIdOf } from '../booking/event-id.ts';
import { type CountedPosition, countEvents } from '../locks/count-events.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import { createCountedPositions } from './counted-positions.ts';
import { createMessageStore } from './message-store.ts';
import { inTransaction } from './transaction.ts';

/** Locks of locations. Each change writes what the cloud is told of it; `messages` is how many those are. */
export interface LockStore {
  put(lock: LocationLock, now: Date, trace: TraceContext): { lock: LocationLock; messages: number };
  end(lockId: string, now: Date, trace: TraceContext): { messages: number };
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
  const counted = createCountedPositions(connection);
  const messages = createMessageStore(connection);
  const sql = {
    forget: connection.prepare('DELETE FROM location_lock WHERE until <= ?'),
    put: connection.prepare(`INSERT INTO location_lock
      (lock_id, warehouse_id, location_id, scanner_id, user_id, until) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (warehouse_id, location_id, scanner_id) DO UPDATE SET
        user_id = excluded.user_id, until = excluded.until
      RETURNING *`),
    running: connection.prepare('SELECT * FROM location_lock WHERE lock_id = ? AND until > ?'),
    end: connection.prepare('DELETE FROM location_lock WHERE lock_id = ?'),
  };

  function tell(
    eventType: Parameters<typeof countEvents>[0],
    lock: LocationLock,
    positions: readonly CountedPosition[],
    now: Date,
    trace: TraceContext,
  ): number {
    const day = dayOf(now);
    let number = messages.lastEventNumber(day);
    const nextEventId = () => {
      number += 1;
      return eventIdOf(day, number);
    };
    const events = countEvents(eventType, lock, positions, now.toISOString(), nextEventId);
    messages.write(
      day,
      number,
      events.map((event) => ({ kind: 'event', event, trace })),
    );
    return events.length;
  }

  return {
    put({ lockId, warehouseId, locationId, scannerId, userId, until }, now, trace) {
      return inTransaction(connection, () => {
        sql.forget.run(now.toISOString());
        const row = sql.put.get(lockId, warehouseId, locationId, scannerId, userId, until);
        const lock = lockOf(row as unknown as LockRow);
        return { lock, messages: tell('InventoryCountStarted', lock, counted.begin(lock), now, trace) };
      });
    },

    end(lockId, now, trace) {
      return inTransaction(connection, () => {
        const row = sql.running.get(lockId, now.toISOString()) as LockRow | undefined;
        const lock = row && lockOf(row);
        const told = lock ? tell('InventoryCountEnded', lock, counted.end(lock), now, trace) : 0;
        sql.end.run(lockId);
        return { messages: told };
      });
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
