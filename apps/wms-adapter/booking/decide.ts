import type { AllocationDecision, AllocationRequest } from '../../../shared/contracts/allocation-messages.ts';
import type { TransactionResult } from '../../../shared/contracts/transaction.ts';
import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';
import type { BookingDecision, BookingFound, MoreToFind } from '../database.ts';
import type { LockOrder, LockResult } from '../locks/lock-order.ts';
import { decideAllocation } from './decide-allocation.ts';
import { decideLock } from './decide-lock.ts';
import { decideScan, type ScanRequest } from './decide-scan.ts';
import { newDraft, writesOf } from './draft.ts';

/** What is decided in one go: scans, locks and the cloud's requests, in the order in which they came. */
export type BookingRequest = ScanRequest | AllocationOrder | LockOrder;

/** A request or release of the cloud and the trace of the message that brought it. */
export interface AllocationOrder {
  readonly allocation: AllocationRequest;
  readonly trace: TraceContext;
}

/** The answers, each kind in the order of its requests. */
export interface BookingResults {
  readonly transactions: TransactionResult[];
  readonly decisions: AllocationDecision[];
  readonly locks: LockResult[];
}

/**
 * Decides transactions, allocations and locks one after the other, each on what the ones before it left. Pure: `found` is
 * the state before the first, the writes are for one database transaction. Where reservations have to be cut that were
 * not found, it answers which.
 */
export function decide(
  requests: readonly BookingRequest[],
  found: BookingFound,
  now: Date,
): BookingDecision<BookingResults> | MoreToFind {
  const draft = newDraft(found, now);
  const result: BookingResults = { transactions: [], decisions: [], locks: [] };
  for (const request of requests) {
    if ('transaction' in request) {
      result.transactions.push(decideScan(draft, request));
    } else if ('lock' in request) {
      result.locks.push(decideLock(draft, request));
    } else {
      result.decisions.push(decideAllocation(draft, request.allocation, request.trace));
    }
  }
  return draft.missing.size > 0
    ? { openAllocationsOf: [...draft.missing.values()] }
    : { writes: writesOf(draft), result };
}
