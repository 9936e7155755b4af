import type { Database } from '../database.ts';
import { createBookingStore } from './booking-store.ts';
import { openConnection } from './connection.ts';
import { createLockStore } from './lock-store.ts';
import { createMasterDataStore } from './master-data-store.ts';
import { createOutboxStore } from './outbox-store.ts';
import { readAllocations, readEvents, readLocks, readPositions } from './pages.ts';
import { inTransaction } from './transaction.ts';

/**
 * The WMS database in one SQLite file. Its calls run on the calling thread and one after the other; every booking is
 * on the disk before its promise is fulfilled.
 *
 * @throws SchemaVersionError when the file was written by another version of the adapter.
 */
export function openSqliteDatabase(path: string): Database {
  const connection = openConnection(path);
  const bookings = createBookingStore(connection);
  const outbox = createOutboxStore(connection);
  const masterData = createMasterDataStore(connection);
  const locks = createLockStore(connection);

  return {
    async book(lookup, decide) {
      const { writes, result } = inTransaction(connection, () => {
        let found = bookings.read(lookup);
        for (;;) {
          const decision = decide(found);
          if ('writes' in decision) {
            bookings.write(lookup.day, decision.writes);
            return decision;
          }
          found = bookings.readMore(found, decision.openAllocationsOf);
        }
      });
      outbox.added(writes.messages.length);
      return result;
    },

    positions: async (query) => readPositions(connection, query),
    allocations: async (query) => readAllocations(connection, query),
    events: async (query) => readEvents(connection, query),

    putItems: async (items) => masterData.putItems(items),
    item: async (itemId) => masterData.item(itemId),
    putLocations: async (locations) => masterData.putLocations(locations),
    location: async (warehouseId, locationId) => masterData.location(warehouseId, locationId),
    addWarehouses: async (warehouseIds) => masterData.addWarehouses(warehouseIds),

    async putLock(wanted, now, trace) {
      const { lock, messages } = locks.put(wanted, now, trace);
      outbox.added(messages);
      return lock;
    },
    async endLock(lockId, now, trace) {
      outbox.added(locks.end(lockId, now, trace).messages);
    },
    locks: async (query, now) => readLocks(connection, query, now),

    unsent: async (limit) => outbox.unsent(limit),
    markSent: async (sequences) => outbox.markSent(sequences),
    park: async (sequence, reason) => outbox.park(sequence, reason),
    backlog: async () => outbox.backlog(),

    ping: async () => inTransaction(connection, () => connection.exec('SELECT 1')),
    close: async () => connection.close(),
  };
}
