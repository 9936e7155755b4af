import { type Database, locationKeyText } from '../../../apps/wms-adapter/database.ts';
import { readBooking, readMore, writeBooking } from './booking.ts';
import { deviceRegistry } from './devices.ts';
import { positionHistory } from './history.ts';
import { masterDataSince, putItems, putLocations } from './master-data.ts';
import type { AdapterMemory, Tables } from './memory.ts';
import { backlog, claim, park, release, remove } from './outbox.ts';
import { allocationPage, eventPage, lockPage, openAllocationPage, positionPage } from './pages.ts';
import { recountTasks } from './recount-tasks.ts';
import { signIns } from './sign-ins.ts';

/**
 * The WMS database as the adapter needs it, in memory that outlives it: any number may be opened on the same memory, one
 * after the other or at the same time. It reads no clock and draws no chance. What it hands out is frozen or a copy. Ids are
 * compared as UTF-16, which for those of the contracts, ASCII, is the order of the real databases.
 */
export function openMemoryDatabase(memory: AdapterMemory): Database {
  let isOpen = true;
  const tables = (): Tables => {
    if (!isOpen) throw new Error('the database is closed');
    return memory.tables;
  };
  return {
    async book(lookup, decide) {
      let found = readBooking(tables(), lookup);
      for (;;) {
        const decision = decide(found);
        if ('writes' in decision) {
          writeBooking(tables(), lookup, decision.writes);
          return decision.result;
        }
        found = readMore(tables(), found, decision.openAllocationsOf);
      }
    },

    positions: async (query) => positionPage(tables(), query),
    allocations: async (query) => allocationPage(tables(), query),
    openAllocations: async (query) => openAllocationPage(tables(), query),
    events: async (query) => eventPage(tables(), query),
    locks: async (query, now) => lockPage(tables(), query, now),

    putItems: async (items) => putItems(tables(), items),
    item: async (itemId) => tables().items.get(itemId)?.row,
    putLocations: async (locations) => putLocations(tables(), locations),
    location: async (warehouseId, locationId) =>
      tables().locations.get(locationKeyText(warehouseId, locationId))?.row,
    async addWarehouses(warehouseIds) {
      for (const warehouseId of warehouseIds) tables().warehouses.add(warehouseId);
    },
    masterDataSince: async (query) => masterDataSince(tables(), query),

    ...positionHistory(tables),
    ...recountTasks(tables),
    ...deviceRegistry(tables),
    ...signIns(tables),

    claim: async (wanted) => claim(tables(), wanted),
    markSent: async (sequences) => remove(tables(), sequences),
    park: async (sequence, reason) => park(tables(), sequence, reason),
    release: async (relayId) => release(tables(), relayId),
    backlog: async () => backlog(tables()),

    async ping() {
      tables();
    },
    async close() {
      tables();
      isOpen = false;
    },
  };
}
