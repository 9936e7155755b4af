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
import type { TraceContext } from '../../../shared/service-bus/inventory-message.ts';
import {
  type BookingFound,
  type BookingLookup,
  type BookingWrites,
  deltaSumKey,
  type LedgerResult,
  locationKeyText,
  type PositionKey,
  type PositionState,
  positionKeyText,
} from '../database.ts';
import { type BookedMovement, eventsOf } from './events.ts';
import { type Movement, movementsOf } from './movements.ts';
import {
  type FieldError,
  rejectedFields,
  reusedTransactionId,
  shortfallRecorded,
  versionConflict,
} from './problems.ts';
import { transactionHash } from './transaction-hash.ts';

/** A valid transaction to be booked and the trace of the call that brought it. */
export interface BookingRequest {
  readonly transaction: Transaction;
  readonly trace: TraceContext;
}

/** A scan may be dated this many milliseconds ahead of the server's clock. */
export const MAX_SCAN_AHEAD_MS = 5 * 60_000;

/** What has to be read before the requests can be decided. */
export function lookupFor(requests: readonly BookingRequest[], now: Date): BookingLookup {
  const positions = new Map<string, PositionKey>();
  const counts: BookingLookup['counts'][number][] = [];
  for (const { transaction } of requests) {
    for (const { key, kind } of movementsOf(transaction)) {
      positions.set(positionKeyText(key), key);
      if (kind === 'count') {
        counts.push({ position: key, scanKey: scanKey(transaction) });
      }
    }
  }
  const transactionIds = requests.map(({ transaction }) => transaction.transactionId.toLowerCase());
  return { day: dayOf(now), transactionIds, positions: [...positions.values()], counts };
}

/**
 * Decides transactions one after the other, each on what the ones before it left. Pure: `found` is the state before
 * the first, the writes are for one database transaction, the results are in the order of the requests.
 */
export function decide(
  requests: readonly BookingRequest[],
  found: BookingFound,
  now: Date,
): { writes: BookingWrites; result: TransactionResult[] } {
  const draft = newDraft(found, now);
  const result = requests.map((request) => decideOne(draft, request));
  const { lastEventNumber, ledger, positions, deltas, events } = draft;
  return {
    writes: {
      lastEventNumber,
      ledger: [...ledger.values()],
      positions: [...positions.values()],
      deltas: [...deltas.values()].flat(),
      events,
    },
    result,
  };
}

/** What is decided so far in this batch. */
interface Draft {
  readonly found: BookingFound;
  readonly now: Date;
  readonly day: string;
  lastEventNumber: number;
  readonly ledger: Map<string, BookingWrites['ledger'][number]>;
  readonly positions: Map<string, { key: PositionKey; state: PositionState }>;
  readonly deltas: Map<string, BookingWrites['deltas'][number][]>;
  readonly events: BookingWrites['events'][number][];
}

function newDraft(found: BookingFound, now: Date): Draft {
  return {
    found,
    now,
    day: dayOf(now),
    lastEventNumber: found.lastEventNumber,
    ledger: new Map(),
    positions: new Map(),
    deltas: new Map(),
    events: [],
  };
}

function decideOne(draft: Draft, { transaction, trace }: BookingRequest): TransactionResult {
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
  { transaction, trace }: BookingRequest,
  bodyHash: string,
  key: string,
  booked: readonly Draftable[],
): TransactionResult {
  const committedAt = draft.now.toISOString();
  for (const movement of booked) {
    const position = positionKeyText(movement.key);
    draft.positions.set(position, { key: movement.key, state: movement.after });
    if (movement.kind === 'delta' && movement.counts) {
      const delta = { position: movement.key, scanKey: key, quantity: movement.quantity };
      appendTo(draft.deltas, position, delta);
    }
  }
  for (const event of eventsOf(transaction, booked, () => nextEventId(draft), committedAt)) {
    draft.events.push({ event, trace });
  }
  const { transactionId } = transaction;
  const short = booked.find(({ before, after }) => shortfallOf(after) > shortfallOf(before));
  const outcome = short ? 'exception' : 'applied';
  const position = answered(booked[0]?.after ?? EMPTY_POSITION);
  draft.ledger.set(transactionId.toLowerCase(), { bodyHash, outcome, ...position, transaction, committedAt });
  return short
    ? { transactionId, outcome, position, problem: shortfallRecorded(short.key, shortfallOf(short.after)) }
    : { transactionId, outcome, position };
}

const EMPTY_POSITION: PositionState = { ...EMPTY_POSITION_LEDGER, version: 0 };

function stateOf(draft: Draft, key: PositionKey): PositionState {
  const text = positionKeyText(key);
  return draft.positions.get(text)?.state ?? draft.found.positions.get(text) ?? EMPTY_POSITION;
}

function answered(state: PositionState): { onHand: number; version: number } {
  return { onHand: onHandOf(state), version: state.version };
}

function beyondLimit({ after }: BookedMovement): ProblemDetails {
  const detail = `would take the position to ${after.raw} pieces; at most ${MAX_PIECES} are kept`;
  return rejectedFields([{ pointer: '/quantity', detail }]);
}

function nextEventId(draft: Draft): string {
  draft.lastEventNumber += 1;
  return `evt-${draft.day}-${String(draft.lastEventNumber).padStart(6, '0')}`;
}

function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10).replaceAll('-', '');
}

function appendTo<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list) {
    list.push(value);
  } else {
    lists.set(key, [value]);
  }
}
