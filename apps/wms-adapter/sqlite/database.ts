import type { Database } from '../database.ts';
import { createBookingStore } from './booking-store.ts';
import { openConnection } from './connection.ts';
import { createDeviceStore } from './device-store.ts';
import { createHistory } from './history.ts';
import { createMasterDataStore } from './master-data-store.ts';
import { createOutboxStore } from './outbox-store.ts';
import { readAllocations, readEvents, readLocks, readOpenAllocations, readPositions } from './pages.ts';
import { createRecountTaskStore } from './recount-task-store.ts';
import { createSignInStore } from './sign-in-store.ts';
import { inTransaction } from './transaction.ts';

/**
 * The WMS database in one SQLite file. Its calls run on the calling thread and one after the other; every booking is
 * on the disk before its promise is fulfilled. Several processes may open the file.
 *
 * @throws SchemaVersionError when the file was written by a later version of the adapter.
 */
export function openSqliteDatabase(path: string): Database {
  const connection = openConnection(path);
  const bookings = createBookingStore(connection);
  const outbox = createOutboxStore(connection);
  const masterData = createMasterDataStore(connection);

  return {
    async book(lookup, decide) {
      const { writes, result } = inTransaction(connection, () => {
        let found = bookings.read(lookup);
        for (;;) {
          const decision = decide(found);
          if ('writes' in decision) {
            bookings.write(lookup, decision.writes);
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
    openAllocations: async (query) => readOpenAllocations(connection, query),
    events: async (query) => readEvents(connection, query),
    locks: async (query, now) => readLocks(connection, query, now),

    putItems: async (items) => masterData.putItems(items),
    item: async (itemId) => masterData.item(itemId),
    putLocations: async (locations) => masterData.putLocations(locations),
    location: async (warehouseId, locationId) => masterData.location(warehouseId, locationId),
    addWarehouses: async (warehouseIds) => masterData.addWarehouses(warehouseIds),
    masterDataSince: async (query) => masterData.since(query),

    ...createHistory(connection),
    ...createRecountTaskStore(connection),
    ...createDeviceStore(connection),
    ...createSignInStore(connection),

    claim: async (claim) => outbox.claim(claim),
    markSent: async (sequences) => outbox.markSent(sequences),
    park: async (sequence, reason) => outbox.park(sequence, reason),
    release: async (relayId) => outbox.release(relayId),
    backlog: async () => outbox.backlog(),

    ping: async () => inTransaction(connection, () => connection.exec('SELECT 1')),
    close: async () => connection.close(),
  };
}
