import type { AllocationDecision, AllocationRequest } from '../../../shared/contracts/allocation-messages.ts';
import { MAX_PIECES } from '../../../shared/contracts/identifiers.ts';
import type { ProblemDetails } from '../../../shared/contracts/problem-details.ts';
import type { Transaction, TransactionResult } from '../../../shared/contracts/transaction.ts';
import {
  bookCount,
  bookDelta,
  EMPTY_POSITION_LEDGER,
  onHandOf,
  scanKey,
  shortfallOf,
} from '../../../shared/domain/ledger.ts';
import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';
import {
  type BookingDecision,
  type BookingFound,
  deltaSumKey,
  type LedgerResult,
  locationKeyText,
  type MoreToFind,
  type PositionKey,
  type PositionState,
  positionKeyText,
} from '../database.ts';
import { countEvents } from '../locks/count-events.ts';
import { cutShortage, decideAllocation } from './decide-allocation.ts';
import {
  appendTo,
  type Draft,
  newDraft,
  nextEventId,
  positionOf,
  putPosition,
  tell,
  writesOf,
} from './draft.ts';
import { type BookedMovement, eventsOf } from './events.ts';
import { type Movement, movementsOf } from './movements.ts';
import { closeShort, consumeReservation } from './pick-allocation.ts';
import {
  type FieldError,
  rejectedFields,
  reusedTransactionId,
  shortfallRecorded,
  versionConflict,
} from './problems.ts';
import { transactionHash } from './transaction-hash.ts';

/** What is decided in one go: scans and the cloud's requests, in the order in which they came. */
export type BookingRequest = ScanRequest | AllocationOrder;

/** A valid transaction to be booked and the trace of the call that brought it. */
export interface ScanRequest {
  readonly transaction: Transaction;
  readonly trace: TraceContext;
}

/** A request or release of the cloud and the trace of the message that brought it. */
export interface AllocationOrder {
  readonly allocation: AllocationRequest;
  readonly trace: TraceContext;
}

/** The answers, each kind in the order of its requests. */
export interface BookingResults {
  readonly transactions: TransactionResult[];
  readonly decisions: AllocationDecision[];
}

/** A scan may be dated this many milliseconds ahead of the server's clock. */
export const MAX_SCAN_AHEAD_MS = 5 * 60_000;

/**
 * Decides transactions and allocations one after the other, each on what the ones before it left. Pure: `found` is the
 * state before the first, the writes are for one database transaction. Where reservations have to be cut that were not
 * found, it answers which.
 */
export function decide(
  requests: readonly BookingRequest[],
  found: BookingFound,
  now: Date,
): BookingDecision<BookingResults> | MoreToFind {
  const draft = newDraft(found, now);
  const result: BookingResults = { transactions: [], decisions: [] };
  for (const request of requests) {
    if ('transaction' in request) {
      result.transactions.push(decideOne(draft, request));
    } else {
      result.decisions.push(decideAllocation(draft, request.allocation, request.trace));
    }
  }
  return draft.missing.size > 0
    ? { openAllocationsOf: [...draft.missing.values()] }
    : { writes: writesOf(draft), result };
}

function decideOne(draft: Draft, { transaction, trace }: ScanRequest): TransactionResult {
  const { transactionId, expectedVersion } = transaction;
  const id = transactionId.toLowerCase();
  const bodyHash = transactionHash(transaction);
  const known = draft.ledger.get(id) ?? draft.found.ledger.get(id);
  if (known !== undefined) {
    return answerKnown(transaction, bodyHash, known);
  }
  const errors = fieldErrors(draft, transaction);
  if (errors.length > 0) {
    return { transactionId, outcome: 'rejected', problem: rejectedFields(errors) };
  }
  const movements = movementsOf(transaction);
  const [subject] = movements;
  const before = stateOf(draft, subject.key);
  if (expectedVersion !== undefined && expectedVersion !== before.version) {
    const problem = versionConflict(subject.key, before.version, expectedVersion);
    return { transactionId, outcome: 'conflict', position: answered(before), problem };
  }
  const key = scanKey(transaction);
  const booked = movements.map((movement) => bookMovement(draft, movement, key));
  const tooLarge = booked.find(({ after }) => Math.abs(after.raw) > MAX_PIECES);
  if (tooLarge) {
    return { transactionId, outcome: 'rejected', problem: beyondLimit(tooLarge) };
  }
  return commit(draft, { transaction, trace }, bodyHash, key, booked);
}

function answerKnown(transaction: Transaction, bodyHash: string, known: LedgerResult): TransactionResult {
  const { transactionId } = transaction;
  return known.bodyHash === bodyHash
    ? { transactionId, outcome: 'duplicate', position: { onHand: known.onHand, version: known.version } }
    : { transactionId, outcome: 'rejected', problem: reusedTransactionId(transaction) };
}

function fieldErrors({ found, now }: Draft, transaction: Transaction): FieldError[] {
  const { itemId, warehouseId, locationId, toLocationId, scannedAt } = transaction;
  const errors: FieldError[] = [];
  if (!found.items.has(itemId)) {
    errors.push({ pointer: '/itemId', detail: `unknown item ${itemId}` });
  }
  if (!found.warehouses.has(warehouseId)) {
    errors.push({ pointer: '/warehouseId', detail: `unknown warehouse ${warehouseId}` });
  } else {
    // Only a transfer moves anything to `toLocationId`; elsewhere it is ignored.
    const destination = transaction.type === 'transfer' ? toLocationId : undefined;
    for (const [pointer, location] of [
      ['/locationId', locationId],
      ['/toLocationId', destination],
    ] as const) {
      if (location !== undefined && !found.locations.has(locationKeyText(warehouseId, location))) {
        errors.push({ pointer, detail: `unknown location ${location} in warehouse ${warehouseId}` });
      }
    }
  }
  if (Date.parse(scannedAt) > now.getTime() + MAX_SCAN_AHEAD_MS) {
    const detail = `${scannedAt} is more than 5 minutes ahead of the server's clock (${now.toISOString()})`;
    errors.push({ pointer: '/scannedAt', detail });
  }
  return errors;
}

interface Draftable extends BookedMovement {
  readonly before: PositionState;
  readonly counts: boolean;
}

function bookMovement(draft: Draft, movement: Movement, key: string): Draftable {
  const before = stateOf(draft, movement.key);
  const booking =
    movement.kind === 'count'
      ? bookCount(before, key, movement.quantity, (after) => deltasAfter(draft, movement.key, after))
      : bookDelta(before, key, movement.quantity);
  const after = { ...booking.after, version: before.version + 1 };
  return { ...movement, before, after, effectiveChange: booking.effectiveChange, counts: booking.counts };
}

/** The database's sum from before this batch and what the batch added. */
function deltasAfter(draft: Draft, position: PositionKey, key: string): number {
  const sum = draft.found.deltaSums.get(deltaSumKey(position, key)) ?? 0;
  const later = (draft.deltas.get(positionKeyText(position)) ?? []).filter((delta) => delta.scanKey > key);
  return later.reduce((total, delta) => total + delta.quantity, sum);
}

function commit(
  draft: Draft,
  { transaction, trace }: ScanRequest,
  bodyHash: string,
  key: string,
  booked: readonly Draftable[],
): TransactionResult {
  const committedAt = draft.now.toISOString();
  for (const movement of booked) {
    putPosition(draft, movement.key, movement.after, movement.effectiveChange);
    if (movement.kind === 'delta' && movement.counts) {
      const delta = { position: movement.key, scanKey: key, quantity: movement.quantity };
      appendTo(draft.deltas, positionKeyText(movement.key), delta);
    }
  }
  const allocation = transaction.type === 'pick' ? consumeReservation(draft, transaction) : undefined;
  for (const event of eventsOf(transaction, booked, () => nextEventId(draft), committedAt, allocation)) {
    draft.messages.push({ kind: 'event', event, trace });
  }
  if (allocation && transaction.closesAllocation) {
    const closed = closeShort(draft, allocation);
    if (closed) tell(draft, closed, trace);
  }
  endLock(draft, transaction, trace);
  cutShortage(draft, transaction, trace);
  const { transactionId } = transaction;
  const short = booked.find(({ before, after }) => shortfallOf(after) > shortfallOf(before));
  const outcome = short ? 'exception' : 'applied';
  const position = answered(booked[0]?.after ?? EMPTY_POSITION);
  draft.ledger.set(transactionId.toLowerCase(), { bodyHash, outcome, ...position, transaction, committedAt });
  return short
    ? { transactionId, outcome, position, problem: shortfallRecorded(short.key, shortfallOf(short.after)) }
    : { transactionId, outcome, position };
}

/** A lock ends when the count is posted for which it was taken; the cloud is told, unless it had ended by itself. */
function endLock(
  draft: Draft,
  { type, acknowledgeLock, warehouseId, locationId }: Transaction,
  trace: TraceContext,
): void {
  const { found, now, endedLockIds } = draft;
  const lock = found.locks.find(({ lockId }) => lockId === acknowledgeLock);
  if (type !== 'count' || lock?.warehouseId !== warehouseId || lock.locationId !== locationId) return;
  if (endedLockIds.has(lock.lockId)) return;
  endedLockIds.add(lock.lockId);
  const at = now.toISOString();
  if (lock.until <= at) return;
  const counted = (found.countedPositions.get(lock.lockId) ?? []).map((key) => ({
    ...key,
    ...answered(stateOf(draft, key)),
  }));
  for (const event of countEvents('InventoryCountEnded', lock, counted, at, () => nextEventId(draft))) {
    draft.messages.push({ kind: 'event', event, trace });
  }
}

const EMPTY_POSITION: PositionState = { ...EMPTY_POSITION_LEDGER, version: 0 };

function stateOf(draft: Draft, key: PositionKey): PositionState {
  return positionOf(draft, key) ?? EMPTY_POSITION;
}

function answered(state: PositionState): { onHand: number; version: number } {
  return { onHand: onHandOf(state), version: state.version };
}

function beyondLimit({ after }: BookedMovement): ProblemDetails {
  const detail = `would take the position to ${after.raw} pieces; at most ${MAX_PIECES} are kept`;
  return rejectedFields([{ pointer: '/quantity', detail }]);
}
