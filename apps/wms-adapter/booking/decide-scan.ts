import type { ToldFault } from '../../../shared/contracts/field-fault.ts';
import { MAX_PIECES } from '../../../shared/contracts/identifiers.ts';
import type {
  Transaction,
  TransactionFlag,
  TransactionProblem,
  TransactionResult,
} from '../../../shared/contracts/transaction.ts';
import { bookCount, bookDelta, onHandOf, scanKey, shortfallOf } from '../../../shared/domain/ledger.ts';
import type { ScanTime } from '../../../shared/domain/scan-time.ts';
import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';
import {
  type BookedMovement,
  deltaSumKey,
  type LedgerResult,
  locationKeyText,
  type PositionKey,
  type PositionState,
  positionKeyText,
} from '../database.ts';
import { isRunning, type LocationLock } from '../locks/location-lock.ts';
import { cutShortage } from './decide-allocation.ts';
import { endLock, tellOfCount } from './decide-lock.ts';
import {
  appendTo,
  type Draft,
  lastRefusedCall,
  locksIn,
  nextEventId,
  putPosition,
  stateOf,
  tell,
} from './draft.ts';
import { eventsOf } from './events.ts';
import { locksOfOthers } from './locks-of-others.ts';
import { type Movement, movementsOf } from './movements.ts';
import { closeShort, consumeReservation } from './pick-allocation.ts';
import {
  bookedUnderCount,
  locationUnderCount,
  locksMember,
  rejectedFields,
  reusedTransactionId,
  shortfallRecorded,
  supersededCall,
  versionConflict,
} from './problems.ts';
import { transactionHash } from './transaction-hash.ts';

/** A valid transaction to be booked, when it was scanned, and the trace of the call that brought it. */
export interface ScanRequest {
  readonly transaction: Transaction;
  readonly scanTime: ScanTime;
  readonly trace: TraceContext;
  /** What the caller may not book. Of a transaction that is booked already it is told that, whoever asks by now. */
  readonly refusals?: readonly ToldFault[];
  /** The number of the call that brought it, where the device numbers them. */
  readonly call?: number;
}

/** Books a scan, or says why not (`docs/conflicts.md`). */
export function decideScan(draft: Draft, request: ScanRequest): TransactionResult {
  const { transaction } = request;
  const { transactionId } = transaction;
  const bodyHash = transactionHash(transaction);
  const id = transactionId.toLowerCase();
  const known = draft.ledger.get(id) ?? draft.found.ledger.get(id);
  if (known !== undefined) return answerKnown(transaction, bodyHash, known);
  const later = laterRefusal(draft, request);
  if (later !== undefined)
    return { transactionId, outcome: 'rejected', problem: supersededCall(transaction, later) };
  const result = bookOrRefuse(draft, request, bodyHash);
  if (!draft.ledger.has(id)) noteRefusal(draft, request);
  return result;
}

function bookOrRefuse(draft: Draft, request: ScanRequest, bodyHash: string): TransactionResult {
  const { transaction } = request;
  const { transactionId } = transaction;
  const errors = [...(request.refusals ?? []), ...unknownNames(draft, transaction)];
  if (errors.length > 0) return { transactionId, outcome: 'rejected', problem: rejectedFields(errors) };
  const movements = movementsOf(transaction);
  const locks = locksOfOthers(draft, request, movements);
  const warning = warningOf(draft, transaction, locks);
  if (warning) return { transactionId, outcome: 'warning', problem: warning };
  const conflict = conflictOf(draft, transaction, movements[0].position);
  if (conflict) return conflict;
  const booked = bookMovements(draft, request, movements, locks);
  const tooLarge = booked.find(({ after }) => Math.abs(after.raw) > MAX_PIECES);
  return tooLarge
    ? { transactionId, outcome: 'rejected', problem: beyondLimit(tooLarge) }
    : commit(draft, request, bodyHash, booked, locks);
}

function answerKnown(transaction: Transaction, bodyHash: string, known: LedgerResult): TransactionResult {
  const { transactionId } = transaction;
  return known.bodyHash === bodyHash
    ? { transactionId, outcome: 'duplicate', position: { onHand: known.onHand, version: known.version } }
    : { transactionId, outcome: 'rejected', problem: reusedTransactionId(transaction) };
}

/**
 * The last call of its scanner in which a scan was refused, where the scan comes by an earlier one, which was under way for longer: whoever was told of
 * the refusal may have decided by now that the scan is not to be booked, or has corrected it.
 */
function laterRefusal(draft: Draft, { transaction, call }: ScanRequest): number | undefined {
  const last = lastRefusedCall(draft, transaction.scannerId);
  return call !== undefined && last !== undefined && call < last ? last : undefined;
}

function noteRefusal(draft: Draft, { transaction, call }: ScanRequest): void {
  if (call !== undefined) draft.refusedCalls.set(transaction.scannerId, call);
}

function unknownNames({ found }: Draft, transaction: Transaction): ToldFault[] {
  const { itemId, warehouseId, locationId, toLocationId } = transaction;
  const errors: ToldFault[] = [];
  if (!found.items.has(itemId)) {
    errors.push({ pointer: '/itemId', detail: `unknown item ${itemId}`, code: 'unknown-item' });
  }
  if (!found.warehouses.has(warehouseId)) {
    const detail = `unknown warehouse ${warehouseId}`;
    return [...errors, { pointer: '/warehouseId', detail, code: 'unknown-warehouse' }];
  }
  // Only a transfer moves anything to `toLocationId`; elsewhere it is ignored.
  const destination = transaction.type === 'transfer' ? toLocationId : undefined;
  for (const [pointer, location] of [
    ['/locationId', locationId],
    ['/toLocationId', destination],
  ] as const) {
    if (location !== undefined && !found.locations.has(locationKeyText(warehouseId, location))) {
      const detail = `unknown location ${location} in warehouse ${warehouseId}`;
      errors.push({ pointer, detail, code: 'unknown-location' });
    }
  }
  return errors;
}

/** Made online where another counts, and not confirmed: the worker has to say whether to go on. */
function warningOf(
  { at }: Draft,
  { queued, acknowledgeLock }: Transaction,
  locks: readonly LocationLock[],
): TransactionProblem | undefined {
  const running = locks.filter((lock) => isRunning(lock, at));
  const isConfirmed = running.some(({ lockId }) => lockId === acknowledgeLock);
  return queued || isConfirmed || running.length === 0 ? undefined : locationUnderCount(running);
}

function conflictOf(
  draft: Draft,
  { transactionId, expectedVersion, queued }: Transaction,
  position: PositionKey,
): TransactionResult | undefined {
  const state = stateOf(draft, position);
  // What waited in a queue says what happened on the shelf, whatever was booked meanwhile.
  if (expectedVersion === undefined || queued || expectedVersion === state.version) return undefined;
  const problem = versionConflict(position, state.version, expectedVersion);
  return { transactionId, outcome: 'conflict', position: answered(state), problem };
}

/** The movements of a transaction as booked, that of its subject first. */
type Booked = readonly [BookedMovement, ...BookedMovement[]];

function bookMovements(
  draft: Draft,
  { transaction, scanTime }: ScanRequest,
  [subject, ...others]: readonly [Movement, ...Movement[]],
  locks: readonly LocationLock[],
): Booked {
  const key = scanKey({ ...transaction, scannedAt: scanTime.scannedAt });
  const book = (movement: Movement): BookedMovement => {
    const { position, quantity, kind } = movement;
    const before = stateOf(draft, position);
    const { after, effectiveChange } =
      kind === 'count'
        ? bookCount(before, key, quantity, (countKey) => deltasAfter(draft, position, countKey))
        : bookDelta(before, key, quantity);
    const lock = locks.find(({ locationId }) => locationId === position.locationId);
    return {
      transactionId: transaction.transactionId.toLowerCase(),
      ...movement,
      scanKey: key,
      effectiveChange,
      after: { ...after, version: before.version + 1 },
      ...(lock && { recountLockId: lock.lockId }),
    };
  };
  return [book(subject), ...others.map(book)];
}

/** The database's sum from before this batch and what the batch added. */
function deltasAfter(draft: Draft, position: PositionKey, key: string): number {
  const before = draft.found.deltaSums.get(deltaSumKey(position, key)) ?? 0;
  return (draft.movements.get(positionKeyText(position)) ?? [])
    .filter(({ kind, scanKey }) => kind === 'delta' && scanKey > key)
    .reduce((sum, { quantity }) => sum + quantity, before);
}

function commit(
  draft: Draft,
  request: ScanRequest,
  bodyHash: string,
  booked: Booked,
  locks: readonly LocationLock[],
): TransactionResult {
  const { transaction, scanTime } = request;
  const isShort = ({ position, after }: BookedMovement) =>
    shortfallOf(after) > shortfallOf(stateOf(draft, position));
  const short = booked.find(isShort);
  for (const movement of booked) {
    putPosition(draft, movement.position, movement.after, movement.effectiveChange);
    appendTo(draft.movements, positionKeyText(movement.position), movement);
  }
  tellOfBooking(draft, request, booked);
  const { transactionId } = transaction;
  const outcome = short ? 'exception' : 'applied';
  const position = answered(booked[0].after);
  const flags: TransactionFlag[] = [...scanTime.flags, ...(locks.length > 0 ? (['recount'] as const) : [])];
  const entry = { bodyHash, outcome, ...position, transaction, flags, committedAt: draft.at } as const;
  draft.ledger.set(transactionId.toLowerCase(), { ...entry, scannedAt: scanTime.scannedAt });
  const problem = problemOf(short, locks);
  return {
    transactionId,
    outcome,
    position,
    ...(flags.length > 0 && { flags }),
    ...(problem && { problem }),
  };
}

/** What is in doubt about a booking, if anything. */
function problemOf(
  short: BookedMovement | undefined,
  locks: readonly LocationLock[],
): TransactionProblem | undefined {
  if (short) {
    return { ...shortfallRecorded(short.position, shortfallOf(short.after)), ...locksMember(locks) };
  }
  return locks.length > 0 ? bookedUnderCount(locks) : undefined;
}

/** What a booking means for reservations, locks and the cloud. */
function tellOfBooking(
  draft: Draft,
  { transaction, scanTime, trace }: ScanRequest,
  booked: readonly BookedMovement[],
): void {
  const allocation = transaction.type === 'pick' ? consumeReservation(draft, transaction) : undefined;
  const nextId = () => nextEventId(draft);
  for (const event of eventsOf(transaction, booked, nextId, scanTime.scannedAt, draft.at, allocation)) {
    draft.messages.push({ kind: 'event', event, trace });
  }
  if (allocation && transaction.closesAllocation) {
    const closed = closeShort(draft, allocation);
    if (closed) tell(draft, closed, trace);
  }
  for (const movement of booked) tellOfFilling(draft, movement, trace);
  endLockOfCount(draft, transaction, trace);
  cutShortage(draft, transaction, trace);
}

/** What comes into an empty position of a location under count is at risk like what was there when the count began. */
function tellOfFilling(
  draft: Draft,
  { position, after, effectiveChange }: BookedMovement,
  trace: TraceContext,
): void {
  const isFilled = effectiveChange > 0 && onHandOf(after) === effectiveChange;
  const locks = isFilled ? locksIn(draft, position.warehouseId, position.locationId) : [];
  for (const lock of locks.filter((one) => isRunning(one, draft.at)))
    tellOfCount(draft, lock, [position], trace);
}

/** A lock ends when its holder posts the count for which it was taken. */
function endLockOfCount(draft: Draft, transaction: Transaction, trace: TraceContext): void {
  const { type, acknowledgeLock, warehouseId, locationId, scannerId } = transaction;
  const lock = acknowledgeLock === undefined ? undefined : draft.locks.get(acknowledgeLock);
  if (type !== 'count' || lock === undefined || !isRunning(lock, draft.at)) return;
  if (lock.warehouseId !== warehouseId || lock.locationId !== locationId || lock.scannerId !== scannerId)
    return;
  endLock(draft, lock, 'counted', trace);
}

function answered(state: PositionState): { onHand: number; version: number } {
  return { onHand: onHandOf(state), version: state.version };
}

function beyondLimit({ after }: BookedMovement): TransactionProblem {
  const detail = `would take the position to ${after.raw} pieces; at most ${MAX_PIECES} are kept`;
  const figures = { pieces: after.raw, limit: MAX_PIECES };
  return rejectedFields([{ pointer: '/quantity', detail, code: 'beyond-limit', ...figures }]);
}
