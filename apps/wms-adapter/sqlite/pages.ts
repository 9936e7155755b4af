import type { DatabaseSync } from 'node:sqlite';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { WmsPosition } from '../../../shared/contracts/position.ts';
import type { Allocation } from '../allocation/allocation.ts';
import {
  cursorOfOpenAllocation,
  cursorOfPosition,
  numberOfCursor,
  openAllocationOfCursor,
  pageOf,
} from '../cursor.ts';
import type { AllocationQuery, LockQuery, OpenAllocationQuery, PositionQuery } from '../database.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import type { Page, PageQuery } from '../page.ts';
import { ALLOCATION_COLUMNS, type AllocationRow, allocationOf } from './allocation-store.ts';
import { afterPosition, allOf, type Conditions, equal, POSITION_KEY } from './conditions.ts';
import { type LockRow, lockOf } from './lock-store.ts';
import { keyOf, type PositionKeyRow } from './position-store.ts';
import { jsonOf, rowsOf } from './rows.ts';

interface ReservedRow extends PositionKeyRow {
  on_hand: number;
  reserved: number;
  version: number;
}

/**
 * What is reserved of an item in a warehouse is spread over its positions in the order (location, lot), each up to
 * what it has on hand; the sum is that of the reservations, whichever of the positions are asked for.
 */
const RESERVED = `(SELECT max(0, min(position.on_hand, item_stock.reserved - (
    SELECT coalesce(sum(before.on_hand), 0) FROM position AS before
    WHERE before.warehouse_id = position.warehouse_id AND before.item_id = position.item_id
      AND (before.location_id, before.lot_number) < (position.location_id, position.lot_number))))
  FROM item_stock WHERE item_stock.item_id = position.item_id
    AND item_stock.warehouse_id = position.warehouse_id AND item_stock.reserved > 0)`;

/** Positions in the order (warehouse, item, location, lot), which an index has whether or not the item is named. */
export function readPositions(connection: DatabaseSync, query: PositionQuery): Page<WmsPosition> {
  const { text, values } = allOf([
    ...equal('warehouse_id', query.warehouseId),
    ...equal('item_id', query.itemId),
    ...equal('location_id', query.locationId),
    ...afterPosition(query.after),
  ]);
  const statement =
    connection.prepare(`SELECT ${POSITION_KEY}, on_hand, coalesce(${RESERVED}, 0) AS reserved, version
    FROM position WHERE ${text} ORDER BY ${POSITION_KEY} LIMIT ?`);
  const rows = rowsOf<ReservedRow>(statement, ...values, query.limit + 1);
  return pageOf(rows, query.limit, positionOf, (row) => cursorOfPosition(keyOf(row)));
}

/** Allocations in the order in which they were first seen. */
export function readAllocations(connection: DatabaseSync, query: AllocationQuery): Page<Allocation> {
  const { text, values } = allOf([
    ...equal('item_id', query.itemId),
    ...equal('warehouse_id', query.warehouseId),
    ...equal('order_id', query.orderId),
    ['allocation_number > ?', numberOfCursor(query.after ?? '0', 'allocations')],
  ]);
  const statement = connection.prepare(
    `SELECT ${ALLOCATION_COLUMNS} FROM allocation WHERE ${text} ORDER BY allocation_number LIMIT ?`,
  );
  const rows = rowsOf<AllocationRow>(statement, ...values, query.limit + 1);
  return pageOf(rows, query.limit, allocationOf, (row) => String(row.allocation_number));
}

/** Open allocations by priority, then age. */
export function readOpenAllocations(connection: DatabaseSync, query: OpenAllocationQuery): Page<Allocation> {
  const { text, values } = allOf([
    ['reserved > picked'],
    ...equal('warehouse_id', query.warehouseId),
    ...afterOpenAllocation(query.after),
  ]);
  const statement = connection.prepare(`SELECT ${ALLOCATION_COLUMNS} FROM allocation WHERE ${text}
    ORDER BY priority DESC, ordered_at, allocation_number LIMIT ?`);
  const rows = rowsOf<AllocationRow>(statement, ...values, query.limit + 1);
  return pageOf(rows, query.limit, allocationOf, (row) =>
    cursorOfOpenAllocation({
      priority: row.priority,
      orderedAt: row.ordered_at,
      number: row.allocation_number,
    }),
  );
}

function afterOpenAllocation(after: string | undefined): Conditions {
  if (after === undefined) return [];
  const { priority, orderedAt, number } = openAllocationOfCursor(after);
  const later = '(-priority, ordered_at, allocation_number) > (?, ?, ?)';
  // The first says where the index begins.
  return [
    ['priority <= ?', priority],
    [later, -priority, orderedAt, number],
  ];
}

/** Locks that run, in the order of their ids. By their end, since those that have ended are many more. */
export function readLocks(
  connection: DatabaseSync,
  { warehouseId, after = '', limit }: LockQuery,
  now: Date,
): Page<LocationLock> {
  const { text, values } = allOf([
    ['ends_at > ?', now.toISOString()],
    ...equal('warehouse_id', warehouseId),
    ['lock_id > ?', after],
  ]);
  const statement = connection.prepare(
    `SELECT * FROM location_lock INDEXED BY lock_by_end WHERE ${text} ORDER BY lock_id LIMIT ?`,
  );
  const rows = rowsOf<LockRow>(statement, ...values, limit + 1);
  return pageOf(rows, limit, lockOf, (row) => row.lock_id);
}

interface EventRow {
  sequence: number;
  body: string;
}

/** Events in commit order. */
export function readEvents(connection: DatabaseSync, { after, limit }: PageQuery): Page<InventoryEvent> {
  const statement = connection.prepare(
    `SELECT sequence, body FROM event WHERE sequence > ? AND kind = 'event' ORDER BY sequence LIMIT ?`,
  );
  const rows = rowsOf<EventRow>(statement, numberOfCursor(after ?? '0', 'events'), limit + 1);
  return pageOf(
    rows,
    limit,
    ({ body }) => jsonOf<InventoryEvent>(body),
    ({ sequence }) => String(sequence),
  );
}

function positionOf(row: ReservedRow): WmsPosition {
  return { ...keyOf(row), onHand: row.on_hand, reserved: row.reserved, version: row.version };
}
