import type { TransactionResult } from '../../../shared/contracts/transaction.ts';
import { checkScans, type ScanCall, type ScanCheckParts, type ScanEntry } from '../devices/check-scans.ts';
import type { GroupCommit } from './group-commit.ts';

export interface BookScansParts extends ScanCheckParts {
  readonly groupCommit: Pick<GroupCommit, 'book'>;
}

/**
 * Checks and books the scans of one call; fulfilled once they are durable, with one result an entry, in their order.
 * @throws as `GroupCommit.book`
 */
export async function bookScans(
  parts: BookScansParts,
  entries: readonly ScanEntry[],
  call: ScanCall,
): Promise<TransactionResult[]> {
  const checked = await checkScans(parts, entries, call);
  const requests = checked.filter((entry) => 'transaction' in entry);
  const booked = (await parts.groupCommit.book(requests)).values();
  return checked.flatMap((entry) => ('transaction' in entry ? (booked.next().value ?? []) : entry));
}
