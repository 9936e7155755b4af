import { randomUUID } from 'node:crypto';
import type { Transaction } from '../../shared/contracts/transaction.ts';
import { warehouseOf } from './loads.ts';

/** Where everything lies, and where transfers take it; in every warehouse. */
export const SHELF = 'A-05-02';
const OTHER_SHELF = 'B-01-01';
export const WORK_LOCATIONS = [SHELF, OTHER_SHELF];

/** What the first receipt puts on a shelf and a count finds there: more than is ever picked between two counts. Pieces. */
const STOCKED = 100_000;

/** What every 20 transactions of a shelf are. */
const MIX: readonly Transaction['type'][] = [
  ...['receipt', 'pick', 'receipt', 'pick', 'receipt', 'pick', 'adjustment', 'receipt', 'pick'],
  ...['count', 'receipt', 'pick', 'receipt', 'pick', 'adjustment', 'receipt', 'pick', 'transfer'],
  ...['receipt', 'pick'],
] as const;

/**
 * A warehouse's day, transaction by transaction, shelf after shelf: the first of each shelf stocks it, the following
 * ones are of all five types in a fixed mix, of one piece each. In this order none of them is ever short.
 *
 * @param number counts from 0
 * @param shelves pairs of item and warehouse
 * @param scannedAt UTC in ISO 8601
 */
export function workTransaction(number: number, shelves: number, scannedAt: string): Transaction {
  const shelf = number % shelves;
  const type = typeAt(number, shelves);
  const isFirst = number < shelves;
  return {
    transactionId: randomUUID(),
    type,
    itemId: workItem(shelf),
    warehouseId: warehouseOf(shelf),
    locationId: SHELF,
    lotNumber: null,
    quantity: isFirst || type === 'count' ? STOCKED : 1,
    ...(type === 'transfer' && { toLocationId: OTHER_SHELF }),
    scannedAt,
    sequence: number,
    scannerId: `SCANNER-${String(shelf % 50).padStart(2, '0')}`,
    userId: 'warehouse_user_23',
  };
}

/** How many events the transaction of this number is told by: a transfer by two. */
export function eventsOfWork(number: number, shelves: number): number {
  return typeAt(number, shelves) === 'transfer' ? 2 : 1;
}

export function workItem(shelf: number): string {
  return `WORK-${String(shelf).padStart(6, '0')}`;
}

/** Each round over the shelves begins one further, so that every shelf gets the whole mix. */
function typeAt(number: number, shelves: number): Transaction['type'] {
  if (number < shelves) return 'receipt';
  const round = Math.floor(number / shelves);
  return MIX[((number % shelves) + round) % MIX.length] ?? 'receipt';
}
