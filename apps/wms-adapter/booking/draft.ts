import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';
import { type Allocation, openPieces } from '../allocation/allocation.ts';
import { inCutOrder } from '../allocation/cut-order.ts';
import {
  type BookingFound,
  type BookingWrites,
  type ItemStock,
  type ItemWarehouse,
  itemLocationText,
  itemWarehouseText,
  type OrderItem,
  orderItemText,
  type PositionKey,
  type PositionState,
  positionKeyText,
} from '../database.ts';
import { dayOf, eventIdOf } from './event-id.ts';

/** What a batch has come to so far: each decision reads what the ones before it left, and nothing else changes it. */
export interface Draft {
  readonly found: BookingFound;
  readonly now: Date;
  /** UTC date (YYYYMMDD) whose event numbers are drawn. */
  readonly day: string;
  lastEventNumber: number;
  readonly ledger: Map<string, BookingWrites['ledger'][number]>;
  readonly positions: Map<string, { key: PositionKey; state: PositionState }>;
  readonly deltas: Map<string, BookingWrites['deltas'][number][]>;
  readonly stocks: Map<string, ItemWarehouse & ItemStock>;
  /** By how many pieces on hand of an item in a location has changed. */
  readonly locationChanges: Map<string, number>;
  readonly allocations: Map<string, Allocation>;
  readonly createdOfOrder: Map<string, string[]>;
  /** Ids of an item's open allocations, the first to be cut last. */
  readonly cutOrder: Map<string, string[]>;
  readonly endedLockIds: Set<string>;
  readonly messages: BookingWrites['messages'][number][];
  /** Items whose open allocations would have been needed. */
  readonly missing: Map<string, ItemWarehouse>;
}

export function newDraft(found: BookingFound, now: Date): Draft {
  return {
    found,
    now,
    day: dayOf(now),
    lastEventNumber: found.lastEventNumber,
    ledger: new Map(),
    positions: new Map(),
    deltas: new Map(),
    stocks: new Map(),
    locationChanges: new Map(),
    allocations: new Map(),
    createdOfOrder: new Map(),
    cutOrder: new Map(),
    endedLockIds: new Set(),
    messages: [],
    missing: new Map(),
  };
}

export function writesOf(draft: Draft): BookingWrites {
  const { lastEventNumber, ledger, positions, deltas, stocks, allocations, endedLockIds, messages } = draft;
  return {
    lastEventNumber,
    ledger: [...ledger.values()],
    positions: [...positions.values()],
    deltas: [...deltas.values()].flat(),
    stocks: [...stocks.values()],
    allocations: [...allocations.values()],
    endedLockIds: [...endedLockIds],
    messages,
  };
}

export function positionOf({ positions, found }: Draft, key: PositionKey): PositionState | undefined {
  const text = positionKeyText(key);
  return positions.get(text)?.state ?? found.positions.get(text);
}

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

/** Pieces of the item on hand in a location under lock. */
export function lockedOnHand({ found, locationChanges }: Draft, key: Omit<PositionKey, 'lotNumber'>): number {
  const text = itemLocationText(key);
  return (found.lockedOnHand.get(text) ?? 0) + (locationChanges.get(text) ?? 0);
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
