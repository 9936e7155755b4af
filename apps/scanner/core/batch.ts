import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { StoredScan } from './scan.ts';

/**
 * The oldest scans that go into one call: those that wait, up to so many bytes of JSON in UTF-8. One that is larger than that goes
 * alone: whether it is too large, the server says.
 * @param transactions as they are to be uploaded, the oldest first
 */
export function cutBatch<Scan>(transactions: readonly Scan[], mostBytes: number): readonly Scan[] {
  const encoder = new TextEncoder();
  let bytes = 2;
  const end = transactions.findIndex((transaction) => {
    bytes += encoder.encode(JSON.stringify(transaction)).length + 1;
    return bytes > mostBytes;
  });
  return end < 0 ? transactions : transactions.slice(0, Math.max(end, 1));
}

/**
 * A scan as it is uploaded. One that waited is `queued`: it says what happened on the shelf, so it is booked whatever was booked
 * meanwhile, and no version or lock of that moment is compared.
 */
export function asUploaded({ transaction }: StoredScan, isPrompt: boolean): Transaction {
  if (isPrompt) return transaction;
  const { expectedVersion: _, ...rest } = transaction;
  return { ...rest, queued: true };
}
