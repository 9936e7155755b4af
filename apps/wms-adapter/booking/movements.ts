import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { PositionKey } from '../database.ts';

/** What a transaction does to one position: a signed delta, or a count; in pieces. */
export interface Movement {
  readonly key: PositionKey;
  readonly kind: 'delta' | 'count';
  readonly quantity: number;
}

/** The movements of a transaction, the position it is about first. Only a transfer has two. */
export function movementsOf(transaction: Transaction): [Movement, ...Movement[]] {
  const { quantity } = transaction;
  const key = positionAt(transaction, transaction.locationId);
  switch (transaction.type) {
    case 'receipt':
    case 'adjustment':
      return [{ key, kind: 'delta', quantity }];
    case 'pick':
      return [{ key, kind: 'delta', quantity: -quantity }];
    case 'count':
      return [{ key, kind: 'count', quantity }];
    case 'transfer': {
      if (transaction.toLocationId === undefined) {
        throw new TypeError(`transfer ${transaction.transactionId} has no toLocationId`);
      }
      const to = positionAt(transaction, transaction.toLocationId);
      return [
        { key, kind: 'delta', quantity: -quantity },
        { key: to, kind: 'delta', quantity },
      ];
    }
  }
}

function positionAt({ itemId, warehouseId, lotNumber }: Transaction, locationId: string): PositionKey {
  return { itemId, warehouseId, locationId, lotNumber };
}
