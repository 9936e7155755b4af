import { type Allocation, openPieces } from '../../../apps/wms-adapter/allocation/allocation.ts';
import {
  cursorOfOpenAllocation,
  cursorOfPosition,
  numberOfCursor,
  type OpenAllocationPlace,
  openAllocationOfCursor,
  pageOf,
  positionOfCursor,
} from '../../../apps/wms-adapter/cursor.ts';
import {
  type AllocationQuery,
  itemWarehouseText,
  type LockQuery,
  type OpenAllocationQuery,
  type PositionQuery,
} from '../../../apps/wms-adapter/database.ts';
import type { LocationLock } from '../../../apps/wms-adapter/locks/location-lock.ts';
import type { Page, PageQuery } from '../../../apps/wms-adapter/page.ts';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { WmsPosition } from '../../../shared/contracts/position.ts';
import { endingAfter } from './locks.ts';
import type { Tables } from './memory.ts';
import { figuresOf, isBefore, type Position, positionsOfItem } from './positions.ts';

/** Positions in the order (warehouse, item, location, lot). */
export function positionPage(tables: Tables, query: PositionQuery): Page<WmsPosition> {
  const { warehouseId, itemId, locationId, limit } = query;
  const behind = query.after === undefined ? undefined : positionOfCursor(query.after);
  const rows = tables.positionOrder
    .values()
    .filter(
      ({ key, columns }) =>
        (warehouseId ?? key.warehouseId) === key.warehouseId &&
        (itemId ?? key.itemId) === key.itemId &&
        (locationId ?? key.locationId) === key.locationId &&
        (behind === undefined || isBefore(behind, columns)),
    )
    .take(limit + 1);
  return pageOf(
    [...rows],
    limit,
    (position) => wmsPosition(tables, position),
    ({ key }) => cursorOfPosition(key),
  );
}

function wmsPosition(tables: Tables, position: Position): WmsPosition {
  const { onHand, state } = figuresOf(tables, position);
  return { ...position.key, onHand, reserved: reservedOf(tables, position), version: state.version };
}

/**
 * What is reserved of an item in a warehouse is spread over its positions in the order (location, lot), each up to
 * what it has on hand; the sum is that of the reservations, whichever of the positions are asked for.
 */
function reservedOf(tables: Tables, position: Position): number {
  let left = tables.stocks.get(itemWarehouseText(position.key))?.reserved ?? 0;
  for (const other of positionsOfItem(tables, position.key)) {
    const { onHand } = figuresOf(tables, other);
    if (other === position) return Math.max(0, Math.min(onHand, left));
    left -= onHand;
  }
  return 0;
}

/** Allocations in the order in which they were first seen. */
export function allocationPage(tables: Tables, query: AllocationQuery): Page<Allocation> {
  const { itemId, warehouseId, orderId, after, limit } = query;
  const found: { readonly allocation: Allocation; readonly number: number }[] = [];
  let number = numberOfCursor(after ?? '0', 'allocations');
  for (; found.length <= limit && number < tables.allocationOrder.length; number += 1) {
    const allocation = tables.allocations.get(tables.allocationOrder[number] ?? '');
    if (
      allocation &&
      (itemId ?? allocation.itemId) === allocation.itemId &&
      (warehouseId ?? allocation.warehouseId) === allocation.warehouseId &&
      (orderId ?? allocation.orderId) === allocation.orderId
    )
      found.push({ allocation, number: number + 1 });
  }
  return pageOf(
    found,
    limit,
    ({ allocation }) => allocation,
    (row) => String(row.number),
  );
}

/** Open allocations by priority, then age. */
export function openAllocationPage(tables: Tables, query: OpenAllocationQuery): Page<Allocation> {
  const { warehouseId, after, limit } = query;
  const behind = after === undefined ? undefined : openAllocationOfCursor(after);
  const open = tables.allocationOrder.flatMap((id, index) => {
    const allocation = tables.allocations.get(id);
    if (allocation === undefined || openPieces(allocation) === 0) return [];
    if ((warehouseId ?? allocation.warehouseId) !== allocation.warehouseId) return [];
    const { priority, orderedAt } = allocation;
    return [{ allocation, place: { priority, orderedAt, number: index + 1 } }];
  });
  const rows = open
    .filter(({ place }) => behind === undefined || inPickOrder(behind, place) < 0)
    .sort((one, other) => inPickOrder(one.place, other.place));
  return pageOf(
    rows.slice(0, limit + 1),
    limit,
    ({ allocation }) => allocation,
    ({ place }) => cursorOfOpenAllocation(place),
  );
}

function inPickOrder(one: OpenAllocationPlace, other: OpenAllocationPlace): number {
  if (one.priority !== other.priority) return other.priority - one.priority;
  if (one.orderedAt !== other.orderedAt) return one.orderedAt < other.orderedAt ? -1 : 1;
  return one.number - other.number;
}

/** Locks that run, in the order of their ids. */
export function lockPage(
  { locksOf }: Tables,
  { warehouseId, after = '', limit }: LockQuery,
  now: Date,
): Page<LocationLock> {
  const warehouses = warehouseId === undefined ? [...locksOf.keys()] : [warehouseId];
  const rows = warehouses
    .flatMap((one) => endingAfter(locksOf.get(one), now.toISOString()))
    .filter(({ lockId }) => lockId > after)
    .sort((one, other) => (one.lockId < other.lockId ? -1 : 1));
  return pageOf(
    rows.slice(0, limit + 1),
    limit,
    (lock) => lock,
    ({ lockId }) => lockId,
  );
}

/** Events in commit order. */
export function eventPage({ messages }: Tables, { after, limit }: PageQuery): Page<InventoryEvent> {
  const found: { readonly event: InventoryEvent; readonly sequence: number }[] = [];
  let place = numberOfCursor(after ?? '0', 'events');
  for (; found.length <= limit && place < messages.length; place += 1) {
    const message = messages[place];
    if (message?.kind === 'event') found.push(message);
  }
  return pageOf(
    found,
    limit,
    ({ event }) => event,
    ({ sequence }) => String(sequence),
  );
}
