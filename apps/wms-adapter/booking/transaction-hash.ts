import { canonicalHash } from '../../../shared/canonical-hash.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';

/**
 * SHA-256 of what was scanned, by which a repeated upload is told from another transaction under the same UUID.
 *
 * `queued`, `expectedVersion` and `acknowledgeLock` say how it is uploaded and are left out: a scanner that lost the
 * answer uploads the same scan once more from its queue, and that is a duplicate.
 */
export function transactionHash(transaction: Transaction): string {
  return canonicalHash({
    ...transaction,
    transactionId: transaction.transactionId.toLowerCase(),
    queued: undefined,
    expectedVersion: undefined,
    acknowledgeLock: undefined,
  });
}
