import type { Database } from '../database.ts';
import { createBookingStore } from './booking-store.ts';
import { inTransaction, openConnection } from './connection.ts';
import { createMasterDataStore } from './master-data-store.ts';
import { createOutboxStore } from './outbox-store.ts';
import { readEvents, readPositions } from './pages.ts';

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

  return {
    async book(lookup, decide) {
      const { writes, result } = inTransaction(connection, () => {
        const decision = decide(bookings.read(lookup));
        bookings.write(lookup.day, decision.writes);
        return decision;
      });
      outbox.added(writes.events.length);
      return result;
    },

    positions: async (query) => readPositions(connection, query),
    events: async (query) => readEvents(connection, query),

    putItems: async (items) => masterData.putItems(items),
    item: async (itemId) => masterData.item(itemId),
    putLocations: async (locations) => masterData.putLocations(locations),
    location: async (warehouseId, locationId) => masterData.location(warehouseId, locationId),
    addWarehouses: async (warehouseIds) => masterData.addWarehouses(warehouseIds),

    unsent: async (limit) => outbox.unsent(limit),
    markSent: async (sequences) => outbox.markSent(sequences),
    park: async (sequence, reason) => outbox.park(sequence, reason),
    backlog: async () => outbox.backlog(),

    ping: async () => inTransaction(connection, () => connection.exec('SELECT 1')),
    close: async () => connection.close(),
  };
}
