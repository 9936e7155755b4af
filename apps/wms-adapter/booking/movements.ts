import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { BookedMovement, PositionKey } from '../database.ts';

/** What a transaction does to one position: a signed delta, or a count; in pieces. */
export type Movement = Pick<BookedMovement, 'position' | 'kind' | 'quantity'>;

/** The movements of a transaction, the position it is about first. Only a transfer has two. */
export function movementsOf(transaction: Transaction): [Movement, ...Movement[]] {
  const { quantity } = transaction;
  const position = positionAt(transaction, transaction.locationId);
  switch (transaction.type) {
    case 'receipt':
    case 'adjustment':
      return [{ position, kind: 'delta', quantity }];
    case 'pick':
      return [{ position, kind: 'delta', quantity: -quantity }];
    case 'count':
      return [{ position, kind: 'count', quantity }];
    case 'transfer': {
      if (transaction.toLocationId === undefined) {
        throw new TypeError(`transfer ${transaction.transactionId} has no toLocationId`);
      }
      const to = positionAt(transaction, transaction.toLocationId);
      return [
        { position, kind: 'delta', quantity: -quantity },
        { position: to, kind: 'delta', quantity },
      ];
    }
  }
}

function positionAt({ itemId, warehouseId, lotNumber }: Transaction, locationId: string): PositionKey {
  return { itemId, warehouseId, locationId, lotNumber };
}
