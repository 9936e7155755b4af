import type { DatabaseSync } from 'node:sqlite';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { WmsPosition } from '../../../shared/contracts/position.ts';
import { InvalidCursorError, type Page, type PageQuery, type PositionQuery } from '../database.ts';
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

/** Positions in the order (warehouse, item, location, lot), which an index has whether or not the item is named. */
export function readPositions(connection: DatabaseSync, query: PositionQuery): Page<WmsPosition> {
  const conditions: [condition: string, ...values: string[]][] = [];
  if (query.warehouseId !== undefined) {
    conditions.push(['warehouse_id = ?', query.warehouseId]);
  }
  if (query.itemId !== undefined) {
    conditions.push(['item_id = ?', query.itemId]);
  }
  if (query.locationId !== undefined) {
    conditions.push(['location_id = ?', query.locationId]);
  }
  if (query.after !== undefined) {
    const after = positionOfCursor(query.after);
    conditions.push(['(warehouse_id, item_id, location_id, lot_number) > (?, ?, ?, ?)', ...after]);
  }
  const where = conditions.length > 0 ? `WHERE ${conditions.map(([text]) => text).join(' AND ')}` : '';
  const rows = connection
    .prepare(`SELECT warehouse_id, item_id, location_id, lot_number, on_hand, reserved, version FROM position
      ${where} ORDER BY warehouse_id, item_id, location_id, lot_number LIMIT ?`)
    .all(...conditions.flatMap(([, ...values]) => values), query.limit + 1) as unknown as PositionRow[];
  return pageOf(rows, query.limit, positionOf, cursorOf);
}

interface EventRow {
  sequence: number;
  body: string;
}

/** Events in commit order. */
export function readEvents(
  connection: DatabaseSync,
  { after = '0', limit }: PageQuery,
): Page<InventoryEvent> {
  if (!/^\d{1,15}$/.test(after)) {
    throw new InvalidCursorError(`${after} was not given out as "next" by a page of events`);
  }
  const rows = connection
    .prepare('SELECT sequence, body FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?')
    .all(Number(after), limit + 1) as unknown as EventRow[];
  return pageOf(
    rows,
    limit,
    ({ body }) => eventOf(body),
    ({ sequence }) => String(sequence),
  );
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
