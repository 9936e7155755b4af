import { EMPTY_POSITION_LEDGER, onHandOf } from '../../../shared/domain/ledger.ts';
import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';
import { type Allocation, openPieces } from '../allocation/allocation.ts';
import { inCutOrder } from '../allocation/cut-order.ts';
import {
  type BookedMovement,
  type BookingFound,
  type BookingWrites,
  type ItemStock,
  type ItemWarehouse,
  itemLocationText,
  itemWarehouseText,
  locationKeyText,
  type OrderItem,
  orderItemText,
  type PositionKey,
  type PositionState,
  positionKeyText,
} from '../database.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import { dayOf, eventIdOf } from './event-id.ts';

/** What a batch has come to so far: each decision reads what the ones before it left, and nothing else changes it. */
export interface Draft {
  readonly found: BookingFound;
  readonly now: Date;
  /** The same as text: UTC with milliseconds. */
  readonly at: string;
  /** UTC date (YYYYMMDD) whose event numbers are drawn. */
  readonly day: string;
  lastEventNumber: number;
  readonly ledger: Map<string, BookingWrites['ledger'][number]>;
  readonly positions: Map<string, { key: PositionKey; state: PositionState }>;
  /** By `positionKeyText`. */
  readonly movements: Map<string, BookedMovement[]>;
  readonly stocks: Map<string, ItemWarehouse & ItemStock>;
  /** By how many pieces on hand of an item in a location has changed. */
  readonly locationChanges: Map<string, number>;
  readonly allocations: Map<string, Allocation>;
  readonly createdOfOrder: Map<string, string[]>;
  /** Ids of an item's open allocations, the first to be cut last. */
  readonly cutOrder: Map<string, string[]>;
  /** Those found, as the batch has changed them, and those it took. */
  readonly locks: Map<string, LocationLock>;
  readonly changedLockIds: Set<string>;
  /** Ids of the locks of a location, by `locationKeyText`. */
  readonly lockIdsIn: Map<string, Set<string>>;
  readonly countedPositions: BookingWrites['countedPositions'][number][];
  readonly messages: BookingWrites['messages'][number][];
  /** Items whose open allocations would have been needed. */
  readonly missing: Map<string, ItemWarehouse>;
  /** The last call of a scanner in which the batch refused a scan. */
  readonly refusedCalls: Map<string, number>;
}

export function newDraft(found: BookingFound, now: Date): Draft {
  return {
    found,
    now,
    at: now.toISOString(),
    day: dayOf(now),
    lastEventNumber: found.lastEventNumber,
    ledger: new Map(),
    positions: new Map(),
    movements: new Map(),
    stocks: new Map(),
    locationChanges: new Map(),
    allocations: new Map(),
    createdOfOrder: new Map(),
    cutOrder: new Map(),
    locks: new Map(found.locks.map((lock) => [lock.lockId, lock])),
    changedLockIds: new Set(),
    lockIdsIn: lockIdsByLocation(found.locks),
    countedPositions: [],
    messages: [],
    missing: new Map(),
    refusedCalls: new Map(),
  };
}

export function writesOf(draft: Draft): BookingWrites {
  const { lastEventNumber, countedPositions, messages, locks, changedLockIds, refusedCalls } = draft;
  return {
    lastEventNumber,
    ledger: [...draft.ledger.values()],
    positions: [...draft.positions.values()],
    movements: [...draft.movements.values()].flat(),
    stocks: [...draft.stocks.values()],
    allocations: [...draft.allocations.values()],
    locks: [...locks.values()].filter(({ lockId }) => changedLockIds.has(lockId)),
    countedPositions,
    messages,
    refusedCalls: [...refusedCalls].map(([scannerId, call]) => ({ scannerId, call })),
  };
}

/** The number of the last call of a scanner in which a scan was refused. */
export function lastRefusedCall({ refusedCalls, found }: Draft, scannerId: string): number | undefined {
  return refusedCalls.get(scannerId) ?? found.refusedCalls.get(scannerId);
}

function positionOf({ positions, found }: Draft, key: PositionKey): PositionState | undefined {
  const text = positionKeyText(key);
  return positions.get(text)?.state ?? found.positions.get(text);
}

/** The position, as nobody has booked on it where nobody has. */
export function stateOf(draft: Draft, key: PositionKey): PositionState {
  return positionOf(draft, key) ?? EMPTY_POSITION;
}

const EMPTY_POSITION: PositionState = { ...EMPTY_POSITION_LEDGER, version: 0 };

/** Stores a position whose on hand changed by so many pieces, in the totals as well. */
export function putPosition(draft: Draft, key: PositionKey, state: PositionState, change: number): void {
  draft.positions.set(positionKeyText(key), { key, state });
  if (change !== 0) {
    const { onHand, reserved } = stockOf(draft, key);
    putStock(draft, key, { onHand: onHand + change, reserved });
    const location = itemLocationText(key);
    draft.locationChanges.set(location, (draft.locationChanges.get(location) ?? 0) + change);
  }
}

export function stockOf({ stocks, found }: Draft, key: ItemWarehouse): ItemStock {
  const text = itemWarehouseText(key);
  return stocks.get(text) ?? found.stocks.get(text) ?? { onHand: 0, reserved: 0 };
}

function putStock(draft: Draft, { itemId, warehouseId }: ItemWarehouse, stock: ItemStock): void {
  draft.stocks.set(itemWarehouseText({ itemId, warehouseId }), { itemId, warehouseId, ...stock });
}

/** Pieces of the item on hand in a location under lock, be it that the batch itself has taken the lock. */
export function lockedOnHand({ found, locationChanges }: Draft, key: Omit<PositionKey, 'lotNumber'>): number {
  const text = itemLocationText(key);
  const before = found.lockedOnHand.get(text) ?? heldBefore(found, key);
  return before + (locationChanges.get(text) ?? 0);
}

function heldBefore(
  found: BookingFound,
  { itemId, warehouseId, locationId }: Omit<PositionKey, 'lotNumber'>,
): number {
  const held = found.holdingPositions.get(locationKeyText(warehouseId, locationId)) ?? [];
  return held
    .filter((position) => position.itemId === itemId)
    .map((position) => found.positions.get(positionKeyText(position)))
    .reduce((sum, state) => sum + (state ? onHandOf(state) : 0), 0);
}

/** Stores a lock as it is now. */
export function putLock(draft: Draft, lock: LocationLock): void {
  draft.locks.set(lock.lockId, lock);
  addByLocation(draft.lockIdsIn, lock);
  draft.changedLockIds.add(lock.lockId);
}

/** The locks of a location, those that have ended too. */
export function locksIn(
  { locks, lockIdsIn }: Draft,
  warehouseId: string,
  locationId: string,
): LocationLock[] {
  const ids = locks.size === 0 ? undefined : lockIdsIn.get(locationKeyText(warehouseId, locationId));
  return ids ? [...ids].flatMap((id) => locks.get(id) ?? []) : [];
}

function lockIdsByLocation(locks: readonly LocationLock[]): Map<string, Set<string>> {
  const ids = new Map<string, Set<string>>();
  for (const lock of locks) addByLocation(ids, lock);
  return ids;
}

function addByLocation(
  ids: Map<string, Set<string>>,
  { lockId, warehouseId, locationId }: LocationLock,
): void {
  const text = locationKeyText(warehouseId, locationId);
  ids.set(text, (ids.get(text) ?? new Set()).add(lockId));
}

export function allocationOf({ allocations, found }: Draft, allocationId: string): Allocation | undefined {
  return allocations.get(allocationId) ?? found.allocations.get(allocationId);
}

/** Stores an allocation, in the totals as well. */
export function putAllocation(draft: Draft, after: Allocation): void {
  const before = allocationOf(draft, after.allocationId);
  const change = openPieces(after) - (before ? openPieces(before) : 0);
  if (change !== 0) {
    const { onHand, reserved } = stockOf(draft, after);
    putStock(draft, after, { onHand, reserved: reserved + change });
  }
  if (before === undefined) {
    appendTo(draft.createdOfOrder, orderItemText(after), after.allocationId);
    draft.cutOrder.delete(itemWarehouseText(after));
  }
  draft.allocations.set(after.allocationId, after);
}

/** An event id that was never used. */
export function nextEventId(draft: Draft): string {
  draft.lastEventNumber += 1;
  return eventIdOf(draft.day, draft.lastEventNumber);
}

/** Sends the last decision on the allocation, whether or not it was sent before. */
export function tell(draft: Draft, { decision }: Allocation, trace: TraceContext): void {
  draft.messages.push({ kind: 'decision', decision, trace });
}

/** The order's oldest allocation of the item in the warehouse that is still to be picked: the one first seen. */
export function oldestOpenOf(draft: Draft, key: OrderItem): Allocation | undefined {
  const text = orderItemText(key);
  const ids = [...(draft.found.openOfOrder.get(text) ?? []), ...(draft.createdOfOrder.get(text) ?? [])];
  return ids
    .values()
    .map((id) => allocationOf(draft, id))
    .find((allocation) => allocation !== undefined && openPieces(allocation) > 0);
}

/**
 * The open allocation of the item in the warehouse that is cut first. Undefined where there is none, and where they
 * were not read: that is noted in `missing`.
 */
export function firstToCut(draft: Draft, key: ItemWarehouse): Allocation | undefined {
  const text = itemWarehouseText(key);
  const ids = draft.cutOrder.get(text) ?? openInCutOrder(draft, key);
  if (ids === undefined) {
    draft.missing.set(text, { itemId: key.itemId, warehouseId: key.warehouseId });
    return undefined;
  }
  draft.cutOrder.set(text, ids);
  for (let id = ids.at(-1); id !== undefined; id = ids.at(-1)) {
    const allocation = allocationOf(draft, id);
    if (allocation !== undefined && openPieces(allocation) > 0) return allocation;
    ids.pop();
  }
  return undefined;
}

/** First to be cut last, so that those that are closed are popped. Undefined where they were not read. */
function openInCutOrder(draft: Draft, key: ItemWarehouse): string[] | undefined {
  const text = itemWarehouseText(key);
  const found = draft.found.openOfStock.get(text);
  if (found === undefined) return undefined;
  const touched = draft.allocations.values().filter((allocation) => itemWarehouseText(allocation) === text);
  const ids = new Set([...found, ...touched.map(({ allocationId }) => allocationId)]);
  return [...ids]
    .flatMap((id) => allocationOf(draft, id) ?? [])
    .filter((allocation) => openPieces(allocation) > 0)
    .sort((a, b) => inCutOrder(b, a))
    .map(({ allocationId }) => allocationId);
}

/** Adds to the list under the key. */
export function appendTo<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list) {
    list.push(value);
  } else {
    lists.set(key, [value]);
  }
}
