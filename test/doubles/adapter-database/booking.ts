import {
  type BookingFound,
  type BookingLookup,
  type BookingWrites,
  type ItemWarehouse,
  locationKeyText,
} from '../../../apps/wms-adapter/database.ts';
import { isRunning } from '../../../apps/wms-adapter/locks/location-lock.ts';
import { checkAllocations, readNamed, readOpen, writeAllocations } from './allocations.ts';
import { checkLedger, readDeltaSums, readLedger, writeLedger } from './ledger.ts';
import { checkCounted, countedBy, namedLocks, readLocks, writeLocks } from './locks.ts';
import { readExisting } from './master-data.ts';
import type { Tables } from './memory.ts';
import { checkMessages, writeMessages } from './outbox.ts';
import { holdingIn, readStates, writePositions } from './positions.ts';
import { checkStocks, readLocked, readStocks, writeStocks } from './stocks.ts';

export function readBooking(tables: Tables, lookup: BookingLookup): BookingFound {
  const ofCounts = readCounts(tables, lookup);
  const ofAllocations = readNamed(tables, lookup.allocationIds, lookup.orders);
  const locks = readLocks(tables, lookup);
  const keys = [...ofCounts.holdingPositions.values(), ...ofCounts.countedPositions.values()].flat();
  return {
    lastEventNumber: tables.eventNumbers.get(lookup.day) ?? 0,
    ledger: readLedger(tables, lookup.transactionIds),
    positions: readStates(tables, keys.length === 0 ? lookup.positions : [...lookup.positions, ...keys]),
    ...ofCounts,
    deltaSums: readDeltaSums(tables, lookup.counts),
    ...ofAllocations,
    openOfStock: new Map(),
    // An id that is used again may name another item than the allocation has.
    stocks: readStocks(tables, lookup.stocks, ofAllocations.allocations.values()),
    locks,
    lockedOnHand: readLocked(
      tables,
      lookup.demands,
      locks.filter((lock) => isRunning(lock, lookup.now)),
    ),
    ...readExisting(tables, lookup),
  };
}

function readCounts(
  tables: Tables,
  { countLocations, countLockIds }: BookingLookup,
): Pick<BookingFound, 'holdingPositions' | 'countedPositions'> {
  const places = [...countLocations, ...namedLocks(tables, countLockIds)];
  return {
    holdingPositions: new Map(
      places.map((place) => [locationKeyText(place.warehouseId, place.locationId), holdingIn(tables, place)]),
    ),
    countedPositions: new Map(countLockIds.map((lockId) => [lockId, countedBy(tables, lockId)])),
  };
}

/** What was found, and the open allocations of these as well. */
export function readMore(
  tables: Tables,
  found: BookingFound,
  openAllocationsOf: readonly ItemWarehouse[],
): BookingFound {
  const more = readOpen(tables, openAllocationsOf);
  return {
    ...found,
    allocations: new Map([...found.allocations, ...more.allocations]),
    openOfStock: new Map([...found.openOfStock, ...more.openOfStock]),
  };
}

/**
 * Writes all of it or nothing.
 *
 * @param lookup what was read by
 * @throws {ConstraintError} for what the tables of a real database refuse
 */
export function writeBooking(
  tables: Tables,
  { day, now }: Pick<BookingLookup, 'day' | 'now'>,
  writes: BookingWrites,
): void {
  checkLedger(tables, writes);
  checkCounted(tables, writes);
  checkStocks(writes.stocks);
  checkAllocations(writes.allocations);
  checkMessages(writes.messages);
  writePositions(tables, writes.positions, now);
  writeLedger(tables, writes);
  writeLocks(tables, writes);
  writeStocks(tables, writes.stocks);
  writeAllocations(tables, writes.allocations);
  writeMessages(tables, day, writes.lastEventNumber, writes.messages);
}
