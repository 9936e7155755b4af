import { scanKey } from '../../../shared/domain/ledger.ts';
import {
  type BookingLookup,
  type ItemWarehouse,
  itemWarehouseText,
  type LockLocation,
  locationKeyText,
  type OrderItem,
  orderItemText,
  type PositionKey,
  positionKeyText,
} from '../database.ts';
import type { BookingRequest } from './decide.ts';
import type { ScanRequest } from './decide-scan.ts';
import { dayOf } from './event-id.ts';
import { movementsOf } from './movements.ts';

/** What has to be read before the requests can be decided. */
export function lookupFor(requests: readonly BookingRequest[], now: Date): BookingLookup {
  const scans = requests.filter((request) => 'transaction' in request);
  const allocations = requests.filter((request) => 'allocation' in request);
  const counts = scans.filter(({ transaction }) => transaction.type === 'count');
  const locks = requests.filter((request) => 'lock' in request).map(({ lock }) => lock);
  const taken = locks.filter((lock) => lock.kind === 'take');
  const lockIds = defined(locks.map((lock) => (lock.kind === 'take' ? undefined : lock.lockId)));
  const picks = scans.filter(({ transaction }) => transaction.type === 'pick');
  const stocks = [
    ...scans.map(({ transaction }) => transaction),
    ...allocations.map(({ allocation }) => allocation),
  ];
  const demands = allocations.map(({ allocation }) => allocation).filter(({ kind }) => kind === 'request');
  return {
    day: dayOf(now),
    now: now.toISOString(),
    transactionIds: scans.map(({ transaction }) => transaction.transactionId.toLowerCase()),
    scannerIds: [
      ...new Set(scans.flatMap(({ transaction, call }) => (call === undefined ? [] : transaction.scannerId))),
    ],
    ...positionsOf(scans),
    stocks: distinct(stocks, itemWarehouseText),
    demands: distinct<ItemWarehouse>(demands, itemWarehouseText),
    allocationIds: defined([
      ...allocations.map(({ allocation }) => allocation.allocationId),
      ...picks.map(({ transaction }) => transaction.allocationId),
    ]),
    orders: distinct(ordersOf(picks), orderItemText),
    lockLocations: [
      ...locationsOf(scans),
      ...taken.map((lock) => ({ ...locationOf(lock), since: now.toISOString() })),
    ],
    lockIds: defined([...lockIds, ...scans.map(({ transaction }) => transaction.acknowledgeLock)]),
    countLocations: distinct(taken.map(locationOf), textOfLocation),
    countLockIds: defined([...lockIds, ...counts.map(({ transaction }) => transaction.acknowledgeLock)]),
  };
}

function positionsOf(scans: readonly ScanRequest[]): Pick<BookingLookup, 'positions' | 'counts'> {
  const positions: PositionKey[] = [];
  const counts: BookingLookup['counts'][number][] = [];
  for (const { transaction, scanTime } of scans) {
    for (const { position, kind } of movementsOf(transaction)) {
      positions.push(position);
      if (kind === 'count') {
        counts.push({ position, scanKey: scanKey({ ...transaction, scannedAt: scanTime.scannedAt }) });
      }
    }
  }
  return { positions: distinct(positions, positionKeyText), counts };
}

/** Where the scans were made, since the first of them. */
function locationsOf(scans: readonly ScanRequest[]): LockLocation[] {
  const locations = new Map<string, { location: Omit<LockLocation, 'since'>; since: number }>();
  for (const { transaction, scanTime } of scans) {
    const since = Date.parse(scanTime.scannedAt);
    for (const { position } of movementsOf(transaction)) {
      const text = textOfLocation(position);
      const before = locations.get(text);
      if (before === undefined || since < before.since)
        locations.set(text, { location: locationOf(position), since });
    }
  }
  return [...locations.values()].map(({ location, since }) => {
    return { ...location, since: new Date(since).toISOString() };
  });
}

function locationOf({ warehouseId, locationId }: Omit<LockLocation, 'since'>): Omit<LockLocation, 'since'> {
  return { warehouseId, locationId };
}

function textOfLocation({ warehouseId, locationId }: Omit<LockLocation, 'since'>): string {
  return locationKeyText(warehouseId, locationId);
}

function ordersOf(picks: readonly ScanRequest[]): OrderItem[] {
  return picks.flatMap(({ transaction: { orderId, itemId, warehouseId } }) =>
    orderId === undefined ? [] : [{ orderId, itemId, warehouseId }],
  );
}

function distinct<Value>(values: readonly Value[], textOf: (value: Value) => string): Value[] {
  return [...new Map(values.map((value) => [textOf(value), value])).values()];
}

function defined(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter((text) => text !== undefined))];
}
