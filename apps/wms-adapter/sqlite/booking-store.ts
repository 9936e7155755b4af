import type { DatabaseSync } from 'node:sqlite';
import {
  type BookingFound,
  type BookingLookup,
  type BookingWrites,
  type ItemWarehouse,
  locationKeyText,
  type PositionKey,
  positionKeyText,
} from '../database.ts';
import { isRunning } from '../locks/location-lock.ts';
import { createAllocationStore } from './allocation-store.ts';
import { createLedgerStore } from './ledger-store.ts';
import { createLockStore } from './lock-store.ts';
import { createMessageStore } from './message-store.ts';
import { createPositionStore } from './position-store.ts';
import { createRefusedCallStore } from './refused-call-store.ts';
import { rowOf } from './rows.ts';
import { createStockStore } from './stock-store.ts';

/** The reads and writes of a booking, to be called inside one transaction. */
export interface BookingStore {
  read(lookup: BookingLookup): BookingFound;
  /** What was found, and the open allocations of these as well. */
  readMore(found: BookingFound, openAllocationsOf: readonly ItemWarehouse[]): BookingFound;
  /** `lookup` is what was read by. */
  write(lookup: Pick<BookingLookup, 'day' | 'now'>, writes: BookingWrites): void;
}

export function createBookingStore(connection: DatabaseSync): BookingStore {
  const allocations = createAllocationStore(connection);
  const locks = createLockStore(connection);
  const messages = createMessageStore(connection);
  const positions = createPositionStore(connection);
  const ledger = createLedgerStore(connection, positions.idOf);
  const stocks = createStockStore(connection);
  const refusedCalls = createRefusedCallStore(connection);
  const sql = {
    item: connection.prepare('SELECT 1 FROM item WHERE item_id = ?'),
    warehouse: connection.prepare('SELECT 1 FROM warehouse WHERE warehouse_id = ?'),
    location: connection.prepare('SELECT 1 FROM location WHERE warehouse_id = ? AND location_id = ?'),
  };

  function readMasterData({
    positions: keys,
    demands,
    countLocations,
  }: BookingLookup): Pick<BookingFound, 'items' | 'locations' | 'warehouses'> {
    const exists = (statement: typeof sql.item, ...id: string[]) => rowOf(statement, ...id) !== undefined;
    const places = [...keys, ...countLocations];
    const items = new Set([...keys, ...demands].map((key) => key.itemId));
    const warehouses = new Set(places.map(({ warehouseId }) => warehouseId));
    const locations = new Map(
      places.map((place) => [locationKeyText(place.warehouseId, place.locationId), place]),
    );
    return {
      items: new Set(items.values().filter((id) => exists(sql.item, id))),
      warehouses: new Set(warehouses.values().filter((id) => exists(sql.warehouse, id))),
      locations: new Set(
        locations
          .entries()
          .filter(([, place]) => exists(sql.location, place.warehouseId, place.locationId))
          .map(([text]) => text),
      ),
    };
  }

  function readCounts({
    countLocations,
    countLockIds,
  }: BookingLookup): Pick<BookingFound, 'holdingPositions' | 'countedPositions'> {
    const places = [...countLocations, ...locks.byId(countLockIds)];
    return {
      holdingPositions: new Map(
        places.map((place) => [
          locationKeyText(place.warehouseId, place.locationId),
          positions.holding(place),
        ]),
      ),
      countedPositions: new Map(countLockIds.map((lockId) => [lockId, locks.countedPositions(lockId)])),
    };
  }

  return {
    read(lookup) {
      const ofAllocations = allocations.read(lookup.allocationIds, lookup.orders);
      const ofCounts = readCounts(lookup);
      const ofLocks = locks.read(lookup);
      const ofPositions = positions.read([
        ...lookup.positions,
        ...[...ofCounts.holdingPositions.values(), ...ofCounts.countedPositions.values()].flat(),
      ]);
      return {
        lastEventNumber: messages.lastEventNumber(lookup.day),
        ledger: ledger.read(lookup.transactionIds),
        refusedCalls: refusedCalls.read(lookup.scannerIds),
        positions: ofPositions,
        ...ofCounts,
        deltaSums: ledger.readDeltaSums(lookup.counts, ofPositions),
        ...ofAllocations,
        openOfStock: new Map(),
        // An id that is used again may name another item than the allocation has.
        stocks: stocks.read([...lookup.stocks, ...ofAllocations.allocations.values()]),
        locks: ofLocks,
        lockedOnHand: stocks.readLocked(
          lookup.demands,
          ofLocks.filter((lock) => isRunning(lock, lookup.now)),
        ),
        ...readMasterData(lookup),
      };
    },

    readMore(found, openAllocationsOf) {
      const more = allocations.readOpen(openAllocationsOf);
      return {
        ...found,
        allocations: new Map([...found.allocations, ...more.allocations]),
        openOfStock: new Map([...found.openOfStock, ...more.openOfStock]),
      };
    },

    write({ day, now }, writes) {
      const positionIds = positions.write(writes.positions, now);
      const idOf = (key: PositionKey) => positionIds.get(positionKeyText(key)) ?? positions.idOf(key);
      ledger.write(writes, positionIds);
      locks.write(writes, idOf);
      stocks.write(writes.stocks);
      allocations.write(writes.allocations);
      messages.write(day, writes.lastEventNumber, writes.messages);
      refusedCalls.write(writes.refusedCalls);
    },
  };
}
