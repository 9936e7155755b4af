import { shortened } from '../../shared/http/problem-details.ts';
import type { PositionKey } from './database.ts';
import { InvalidCursorError, type Page } from './page.ts';

/** The page, where `rows` holds one more than the page when more follow. */
export function pageOf<Row, Entry>(
  rows: readonly Row[],
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

/** @throws InvalidCursorError naming `what` the pages are of */
export function numberOfCursor(after: string, what: string): number {
  if (!/^\d{1,15}$/.test(after)) throw new InvalidCursorError(refusal(after, what));
  return Number(after);
}

/** Warehouse, item, location and lot of a position: pages of positions are in this order. */
export type PositionColumns = readonly [
  warehouseId: string,
  itemId: string,
  locationId: string,
  lotNumber: string,
];

/** The columns of a position's key; an empty lot stands for none. */
export function columnsOf(key: PositionKey): PositionColumns {
  return [key.warehouseId, key.itemId, key.locationId, key.lotNumber ?? ''];
}

export function cursorOfPosition(key: PositionKey): string {
  return cursorOf(columnsOf(key));
}

/** The position that the cursor stands for. @throws InvalidCursorError */
export function positionOfCursor(cursor: string): PositionColumns {
  const [warehouseId = '', itemId = '', locationId = '', lotNumber = ''] = textsOf(cursor, 4, 'positions');
  return [warehouseId, itemId, locationId, lotNumber];
}

/** The place of an allocation in the order of a pick list. */
export interface OpenAllocationPlace {
  readonly priority: number;
  /** UTC with milliseconds. */
  readonly orderedAt: string;
  /** The place in the order in which allocations were first seen. */
  readonly number: number;
}

export function cursorOfOpenAllocation({ priority, orderedAt, number }: OpenAllocationPlace): string {
  return cursorOf([String(priority), orderedAt, String(number)]);
}

/** The allocation that the cursor stands for. @throws InvalidCursorError */
export function openAllocationOfCursor(cursor: string): OpenAllocationPlace {
  const what = 'a pick list';
  const [priority = '', orderedAt = '', number = ''] = textsOf(cursor, 3, what);
  const isPlace =
    /^-?\d{1,15}$/.test(priority) && INSTANT.test(orderedAt) && !Number.isNaN(Date.parse(orderedAt));
  if (!isPlace) throw new InvalidCursorError(refusal(cursor, what));
  return { priority: Number(priority), orderedAt, number: numberOfCursor(number, what) };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export function cursorOfScanKey(scanKey: string): string {
  return cursorOf([scanKey]);
}

/** The place in the order of scans that the cursor stands for. @throws InvalidCursorError */
export function scanKeyOfCursor(cursor: string): string {
  return textsOf(cursor, 1, 'a history').join('');
}

function cursorOf(texts: readonly string[]): string {
  return Buffer.from(JSON.stringify(texts)).toString('base64url');
}

function textsOf(cursor: string, count: number, what: string): string[] {
  try {
    const texts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(texts) && texts.length === count && texts.every((text) => typeof text === 'string')) {
      return texts;
    }
  } catch {
    // Not JSON: answered below like every other text that is no cursor.
  }
  throw new InvalidCursorError(refusal(cursor, what));
}

function refusal(cursor: string, what: string): string {
  return `${shortened(cursor)} was not given out as "next" by a page of ${what}`;
}
