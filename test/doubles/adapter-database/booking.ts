import {
  type BookingFound,
  type BookingLookup,
  type BookingWrites,
  type ItemWarehouse,
  locationKeyText,
  NOTHING_FOUND,
} from '../../../apps/wms-adapter/database.ts';
import { isRunning } from '../../../apps/wms-adapter/locks/location-lock.ts';
import { checkAllocations, readNamed, readOpen, writeAllocations } from './allocations.ts';
import { checkLedger, readDeltaSums, readLedger, readRefusedCalls, writeLedger } from './ledger.ts';
import { checkCounted, countedBy, namedLocks, readLocks, writeLocks } from './locks.ts';
import { readExisting } from './master-data.ts';
import type { Tables } from './memory.ts';
import { checkMessages, writeMessages } from './outbox.ts';
import { holdingIn, readStates, writePositions } from './positions.ts';
import { checkStocks, readLocked, readStocks, writeStocks } from './stocks.ts';

export function readBooking(tables: Tables, lookup: BookingLookup): BookingFound {
  const { transactionIds, scannerIds, counts, demands, stocks } = lookup;
  const ofCounts = readCounts(tables, lookup);
  const ofAllocations = readAllocations(tables, lookup);
  const locks = readLocks(tables, lookup);
  const running = demands.length > 0 ? locks.filter((lock) => isRunning(lock, lookup.now)) : [];
  return {
    ...NOTHING_FOUND,
    lastEventNumber: tables.eventNumbers.get(lookup.day) ?? 0,
    ledger: readLedger(tables, transactionIds),
    ...(scannerIds.length > 0 && { refusedCalls: readRefusedCalls(tables, scannerIds) }),
    positions: readStates(
      tables,
      lookup.positions,
      ...ofCounts.holdingPositions.values(),
      ...ofCounts.countedPositions.values(),
    ),
    ...ofCounts,
    ...(counts.length > 0 && { deltaSums: readDeltaSums(tables, counts) }),
    ...ofAllocations,
    // An id that is used again may name another item than the allocation has.
    stocks: readStocks(tables, stocks, ofAllocations.allocations.values()),
    locks,
    ...(running.length > 0 && { lockedOnHand: readLocked(tables, demands, running) }),
    ...readExisting(tables, lookup),
  };
}

function readAllocations(
  tables: Tables,
  { allocationIds, orders }: BookingLookup,
): Pick<BookingFound, 'allocations' | 'openOfOrder'> {
  const { allocations, openOfOrder } = NOTHING_FOUND;
  if (allocationIds.length + orders.length === 0) return { allocations, openOfOrder };
  return readNamed(tables, allocationIds, orders);
}

function readCounts(
  tables: Tables,
  { countLocations, countLockIds }: BookingLookup,
): Pick<BookingFound, 'holdingPositions' | 'countedPositions'> {
  const { holdingPositions, countedPositions } = NOTHING_FOUND;
  if (countLocations.length + countLockIds.length === 0) return { holdingPositions, countedPositions };
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
  for (const { scannerId, call } of writes.refusedCalls) tables.refusedCalls.set(scannerId, call);
}
