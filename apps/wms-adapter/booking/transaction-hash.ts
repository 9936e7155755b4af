import { hash } from 'node:crypto';
import type { Transaction } from '../../../shared/contracts/transaction.ts';

/**
 * SHA-256 of what was scanned, by which a repeated upload is told from another transaction under the same UUID.
 *
 * `queued`, `expectedVersion` and `acknowledgeLock` say how it is uploaded and are left out: a scanner that lost the
 * answer uploads the same scan once more from its queue, and that is a duplicate.
 */
export function transactionHash(transaction: Transaction): string {
  const scanned = {
    ...transaction,
    transactionId: transaction.transactionId.toLowerCase(),
    queued: undefined,
    expectedVersion: undefined,
    acknowledgeLock: undefined,
  };
  const fields = Object.entries(scanned).filter(([, value]) => value !== undefined);
  // Sorted, so that the hash outlives a change in the order of the contract's fields.
  return hash('sha256', JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1))), 'base64');
}
