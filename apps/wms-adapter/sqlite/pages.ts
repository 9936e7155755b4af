import type { DatabaseSync } from 'node:sqlite';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { WmsPosition } from '../../../shared/contracts/position.ts';
import type { Allocation } from '../allocation/allocation.ts';
import {
  type AllocationQuery,
  InvalidCursorError,
  type Page,
  type PageQuery,
  type PositionQuery,
} from '../database.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import { ALLOCATION_COLUMNS, type AllocationRow, allocationOf } from './allocation-store.ts';
import { type LockRow, lockOf } from './lock-store.ts';
import { eventOf } from './outbox-store.ts';

interface PositionRow {
  warehouse_id: string;
  item_id: string;
  location_id: string;
  lot_number: string;
  on_hand: number;
  reserved: number;
  version: number;
}

/** Conditions that all hold, each with the values of its `?`. */
type Conditions = readonly (readonly [condition: string, ...values: (string | number)[]])[];

const POSITION_KEY = 'warehouse_id, item_id, location_id, lot_number';

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
  const after = query.after === undefined ? undefined : positionOfCursor(query.after);
  const { text, values } = where([
    ...equal('warehouse_id', query.warehouseId),
    ...equal('item_id', query.itemId),
    ...equal('location_id', query.locationId),
    ...(after ? [[`(${POSITION_KEY}) > (?, ?, ?, ?)`, ...after] as const] : []),
  ]);
  const rows = connection
    .prepare(`SELECT ${POSITION_KEY}, on_hand, coalesce(${RESERVED}, 0) AS reserved, version FROM position
      ${text} ORDER BY ${POSITION_KEY} LIMIT ?`)
    .all(...values, query.limit + 1) as unknown as PositionRow[];
  return pageOf(rows, query.limit, positionOf, cursorOf);
}

/** Allocations in the order in which they were first seen. */
export function readAllocations(connection: DatabaseSync, query: AllocationQuery): Page<Allocation> {
  const { text, values } = where([
    ...equal('item_id', query.itemId),
    ...equal('warehouse_id', query.warehouseId),
    ...equal('order_id', query.orderId),
    ['allocation_number > ?', numberOfCursor(query.after, 'allocations')],
  ]);
  const rows = connection
    .prepare(`SELECT ${ALLOCATION_COLUMNS} FROM allocation ${text} ORDER BY allocation_number LIMIT ?`)
    .all(...values, query.limit + 1) as unknown as AllocationRow[];
  return pageOf(rows, query.limit, allocationOf, (row) => String(row.allocation_number));
}

/** Locks that run, in the order of their ids. */
export function readLocks(
  connection: DatabaseSync,
  { after = '', limit }: PageQuery,
  now: Date,
): Page<LocationLock> {
  const rows = connection
    .prepare('SELECT * FROM location_lock WHERE until > ? AND lock_id > ? ORDER BY lock_id LIMIT ?')
    .all(now.toISOString(), after, limit + 1) as unknown as LockRow[];
  return pageOf(rows, limit, lockOf, (row) => row.lock_id);
}

interface EventRow {
  sequence: number;
  body: string;
}

/** Events in commit order. */
export function readEvents(connection: DatabaseSync, { after, limit }: PageQuery): Page<InventoryEvent> {
  const rows = connection
    .prepare(
      `SELECT sequence, body FROM event WHERE sequence > ? AND kind = 'event' ORDER BY sequence LIMIT ?`,
    )
    .all(numberOfCursor(after, 'events'), limit + 1) as unknown as EventRow[];
  return pageOf(
    rows,
    limit,
    ({ body }) => eventOf(body),
    ({ sequence }) => String(sequence),
  );
}

function equal(column: string, value: string | undefined): Conditions {
  return value === undefined ? [] : [[`${column} = ?`, value]];
}

function where(conditions: Conditions): { text: string; values: (string | number)[] } {
  const text = conditions.map(([condition]) => condition).join(' AND ');
  return {
    text: text === '' ? '' : `WHERE ${text}`,
    values: conditions.flatMap(([, ...values]) => values),
  };
}

/** `rows` holds one more than the page when more follow. */
function pageOf<Row, Entry>(
  rows: Row[],
  limit: number,
  entryOf: (row: Row) => Entry,
  cursor: (row: Row) => string,
): Page<Entry> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const entries = page.map(entryOf);
  return rows.length > limit && last !== undefined
    ? { rows: entries, next: cursor(last) }
    : { rows: entries };
}

function positionOf(row: PositionRow): WmsPosition {
  return {
    itemId: row.item_id,
    warehouseId: row.warehouse_id,
    locationId: row.location_id,
    lotNumber: row.lot_number === '' ? null : row.lot_number,
    onHand: row.on_hand,
    reserved: row.reserved,
    version: row.version,
  };
}

function numberOfCursor(after: string | undefined, what: string): number {
  if (after !== undefined && !/^\d{1,15}$/.test(after)) {
    throw new InvalidCursorError(`${after} was not given out as "next" by a page of ${what}`);
  }
  return Number(after ?? 0);
}

function cursorOf(row: PositionRow): string {
  const key = [row.warehouse_id, row.item_id, row.location_id, row.lot_number];
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function positionOfCursor(cursor: string): string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === 4 && key.every((part) => typeof part === 'string')) {
      return key;
    }
  } catch {
    // Not JSON: answered below like every other text that is no cursor.
  }
  throw new InvalidCursorError(`${cursor} was not given out as "next" by a page of positions`);
}
