import { scanKey } from '../../../shared/domain/ledger.ts';
import {
  type BookingLookup,
  type ItemWarehouse,
  itemWarehouseText,
  type OrderItem,
  orderItemText,
  type PositionKey,
  positionKeyText,
} from '../database.ts';
import type { BookingRequest, ScanRequest } from './decide.ts';
import { dayOf } from './event-id.ts';
import { movementsOf } from './movements.ts';

/** What has to be read before the requests can be decided. */
export function lookupFor(requests: readonly BookingRequest[], now: Date): BookingLookup {
  const scans = requests.filter((request) => 'transaction' in request);
  const allocations = requests.filter((request) => 'allocation' in request);
  const counts = scans.filter(({ transaction }) => transaction.type === 'count');
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
    ...positionsOf(scans),
    stocks: distinct(stocks, itemWarehouseText),
    demands: distinct<ItemWarehouse>(demands, itemWarehouseText),
    allocationIds: defined([
      ...allocations.map(({ allocation }) => allocation.allocationId),
      ...picks.map(({ transaction }) => transaction.allocationId),
    ]),
    orders: distinct(ordersOf(picks), orderItemText),
    lockIds: defined(scans.map(({ transaction }) => transaction.acknowledgeLock)),
    countLockIds: defined(counts.map(({ transaction }) => transaction.acknowledgeLock)),
  };
}

function positionsOf(scans: readonly ScanRequest[]): Pick<BookingLookup, 'positions' | 'counts'> {
  const positions: PositionKey[] = [];
  const counts: BookingLookup['counts'][number][] = [];
  for (const { transaction } of scans) {
    for (const { key, kind } of movementsOf(transaction)) {
      positions.push(key);
      if (kind === 'count') {
        counts.push({ position: key, scanKey: scanKey(transaction) });
      }
    }
  }
  return { positions: distinct(positions, positionKeyText), counts };
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
