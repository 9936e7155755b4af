import { MAX_PIECES } from '../contracts/identifiers.ts';
import { describeValue } from '../contracts/json-message.ts';
import type { UnreadableRow } from '../domain/wms-stock.ts';
import { UnreadableValue } from './wms-sql.ts';
import type { PositionRow, ReservedRow } from './wms-stock-page.ts';

/** What is read of `wms.position`, as the driver gives it. */
export type PositionColumns = Readonly<
  Record<'item_id' | 'location_id' | 'lot_number' | 'on_hand' | 'version' | 'changed_at', unknown>
>;

/** A row of `wms.position`. @throws {UnreadableValue} when it does not say of which item it is */
export function positionOf(row: PositionColumns): PositionRow {
  const itemId = textOf(row.item_id, 'wms.position.item_id');
  try {
    return {
      itemId: idOf(itemId, 'wms.position.item_id'),
      locationId: idOf(row.location_id, 'wms.position.location_id'),
      lotNumber: lotOf(row.lot_number),
      onHand: piecesOf(row.on_hand, 'wms.position.on_hand'),
      version: versionOf(row.version, 'wms.position.version'),
      changedAt: instantOf(row.changed_at, 'wms.position.changed_at'),
    };
  } catch (error) {
    return { itemId, ...placeOf(row), fault: faultOf(error) };
  }
}

/** What is read of `wms.item_stock`, as the driver gives it. */
export type ReservedColumns = Readonly<Record<'item_id' | 'reserved', unknown>>;

/** A row of `wms.item_stock`. @throws {UnreadableValue} when it does not say of which item it is */
export function reservedOf(row: ReservedColumns): ReservedRow {
  const itemId = textOf(row.item_id, 'wms.item_stock.item_id');
  try {
    idOf(itemId, 'wms.item_stock.item_id');
    return { itemId, reserved: piecesOf(row.reserved, 'wms.item_stock.reserved') };
  } catch (error) {
    return { itemId, locationId: null, lotNumber: null, fault: faultOf(error) };
  }
}

/** Pieces; below zero where the WMS booked more than it had. @throws {UnreadableValue} */
export function piecesOf(value: unknown, column: string): number {
  const pieces = wholeOf(value, column);
  if (Math.abs(pieces) <= MAX_PIECES) return pieces;
  throw new UnreadableValue(`${column} is ${tell(value)}: it must be at most ${MAX_PIECES}`);
}

/** The number of a state; null where the WMS numbers none. @throws {UnreadableValue} */
export function versionOf(value: unknown, column: string): number | null {
  if (value === null) return null;
  const version = wholeOf(value, column);
  if (version >= 0) return version;
  throw new UnreadableValue(`${column} is ${tell(value)}: it must be 0 or more`);
}

/** A time (UTC) of a column of dates, or as ISO 8601; null where the WMS does not say. @throws {UnreadableValue} */
export function instantOf(value: unknown, column: string): string | null {
  if (value === null) return null;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  if (typeof value === 'string' && UTC_FORM.test(value) && !Number.isNaN(Date.parse(value))) return value;
  throw new UnreadableValue(`${column} is ${tell(value)}: it must be a date and time`);
}

/** What is wrong with a row. @throws {unknown} any other error */
export function faultOf(error: unknown): string {
  if (error instanceof UnreadableValue) return error.message;
  throw error;
}

const UTC_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

/** No id of the cloud is longer, and several of them have to fit the key of a row of its storage. Characters. */
const MAX_ID = 64;

/** Of another alphabet than events take it may be: reconciliation is all that such a position has. */
function idOf(value: unknown, column: string): string {
  const id = textOf(value, column);
  if (id.length <= MAX_ID) return id;
  throw new UnreadableValue(`${column} is ${tell(value)}: it must be at most ${MAX_ID} characters long`);
}

/** A key as text, without the blanks that `char` adds. @throws {UnreadableValue} */
export function textOf(value: unknown, column: string): string {
  const text = typeof value === 'string' ? withoutBlanks(value) : '';
  if (text !== '' && text.isWellFormed()) return text;
  throw new UnreadableValue(`${column} is ${tell(value)}: it must be a text`);
}

function lotOf(value: unknown): string | null {
  return isNoLot(value) ? null : idOf(value, 'wms.position.lot_number');
}

function isNoLot(value: unknown): boolean {
  return value === null || (typeof value === 'string' && withoutBlanks(value) === '');
}

/** Blanks alone, as SQL compares texts: a tab or line break at the end of an id makes it another one. */
export function withoutBlanks(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end -= 1;
  return text.slice(0, end);
}

/** Drivers give a large number as text. */
function wholeOf(value: unknown, column: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw new UnreadableValue(`${column} is ${tell(value)}: it must be a whole number`);
}

function tell(value: unknown): string {
  return value === null ? 'NULL' : describeValue(value);
}

/** The place of a row that cannot be read, if that can be. */
function placeOf(row: PositionColumns): Pick<UnreadableRow, 'locationId' | 'lotNumber'> {
  try {
    return {
      locationId: idOf(row.location_id, 'wms.position.location_id'),
      lotNumber: lotOf(row.lot_number),
    };
  } catch {
    return { locationId: null, lotNumber: null };
  }
}
