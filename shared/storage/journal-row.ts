import { createHash } from 'node:crypto';
import type { TableEntity } from '@azure/data-tables';
import { type InventoryEvent, inventoryEventSchema } from '../contracts/inventory-event.ts';
import type { Correction } from '../domain/correction.ts';
import { positionKey } from '../domain/position.ts';
import type { ProjectedTime } from '../domain/projected-times.ts';
import type { HistoryRange, JournalEntry } from '../ports/journal-store.ts';
import { correctionRow, parseCorrection } from './correction-row.ts';
import { parseTimes, timesRow } from './times-row.ts';

/**
 * The row of an entry. Events: partition = warehouse (few partitions, so that a batch of scans needs few
 * transactions; one takes 2,000 rows a second), row = item, location, lot, version, event id and a digest of the content,
 * so that a position's history is one contiguous range in the order of its versions, and two different events that claim
 * one id and version are both kept. Corrections and times have partitions of their own (`correctionRow`, `timesRow`).
 * Refusals: partition = `refused` and the UTC day, row = message id and sequence number. A row is a function of its entry,
 * so writing it again changes nothing.
 */
export function toRow(entry: JournalEntry): TableEntity {
  switch (entry.kind) {
    case 'event':
      return eventRow(entry.event, entry.takenAt);
    case 'correction':
      return correctionRow(entry.correction);
    case 'times':
      return timesRow(entry.times);
    case 'refusal':
      return refusalRow(entry);
  }
}

/** Thrown for a row of the journal that is not as this product writes it. */
export class JournalRowError extends Error {
  override readonly name = 'JournalRowError';
}

/** The event of a row that `toRow` made. @throws {JournalRowError} when somebody else changed the row */
export function fromRow(row: Record<string, unknown>): InventoryEvent {
  return parsed(row, 'event', parseRow);
}

/** When the bus took the event of a row, ms UTC; undefined where it did not come by the bus, or was journalled by an earlier version. */
export function takenAtOf({ takenAt }: Record<string, unknown>): number | undefined {
  const at = Date.parse(String(takenAt));
  return Number.isNaN(at) ? undefined : at;
}

/** The correction of a row that `toRow` made. @throws {JournalRowError} when somebody else changed the row */
export function correctionFromRow(row: Record<string, unknown>): Correction {
  return parsed(row, 'correction', parseCorrection);
}

/** The times of a row that `toRow` made. @throws {JournalRowError} when somebody else changed the row */
export function timesFromRow(row: Record<string, unknown>): readonly ProjectedTime[] {
  return parsed(row, 'times', parseTimes);
}

function parsed<T>(
  row: Record<string, unknown>,
  what: string,
  parse: (row: Record<string, unknown>) => T,
): T {
  try {
    return parse(row);
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 300) : String(error);
    const where = `${String(row.partitionKey)} / ${String(row.rowKey)}`;
    throw new JournalRowError(`Journal row ${where} holds no ${what}: ${detail}`, { cause: error });
  }
}

/** The row keys of a range: from `first` on, below `end`. */
export function rowKeysOf(range: HistoryRange): { readonly first: string; readonly end: string } {
  const { itemId, locationId, lotNumber, unversioned, fromVersion } = range;
  const lot = lotNumber === undefined ? [] : [lotNumber ?? ''];
  const prefix = [itemId, ...(locationId === undefined ? [] : [locationId, ...lot])].join('|');
  const start = unversioned ? UNVERSIONED : fromVersion === undefined ? '' : versionKey(fromVersion);
  return { first: `${prefix}|${start}`, end: `${prefix}${NEXT}` };
}

/** The row key of an event up to its digest, which decides only between those that claim one id and version. */
export function rowKeyStem(event: InventoryEvent): string {
  return `${event.itemId}|${positionKey(event)}|${orderOf(event)}|${event.eventId}|`;
}

/** What `rowKeysOf` leaves to the other columns: the value of `type`, if only one is asked for. */
export function typeOf({ eventType }: Pick<HistoryRange, 'eventType'>): string | undefined {
  return eventType?.slice(TYPE_PREFIX.length);
}

/** Follows `|` and every character of an identifier. */
const NEXT = '}';

/** In place of a version; orders after all of them, which are digits. */
const UNVERSIONED = 't';

const TYPE_PREFIX = 'Inventory';

function parseRow(row: Record<string, unknown>): InventoryEvent {
  const [itemId, locationId, lotNumber, , eventId] = String(row.rowKey).split('|');
  const { type, change, onHand, committedAt, transactionId, scannerId, userId, more } = row;
  return inventoryEventSchema.parse({
    eventId,
    timestamp: committedAt,
    eventType: `${TYPE_PREFIX}${String(type)}`,
    itemId,
    warehouseId: row.partitionKey,
    locationId,
    lotNumber,
    quantityChange: change,
    resultingOnHand: onHand,
    transactionId,
    scannerId,
    userId,
    ...(more === undefined ? {} : JSON.parse(String(more))),
  });
}

/** Columns are few and short: Azurite keeps every row in memory and writes all of them as one text. */
function eventRow(event: InventoryEvent, takenAt: number | undefined): TableEntity {
  const { timestamp, eventType, quantityChange, resultingOnHand, transactionId, scannerId, userId } = event;
  const { warehouseId: _w, locationId: _l, lotNumber: _n, ...rest } = event;
  const more = without(rest, PUBLISHED_COLUMNS);
  return {
    partitionKey: event.warehouseId,
    rowKey: `${rowKeyStem(event)}${digest(event)}`,
    type: typeOf({ eventType }),
    change: quantityChange,
    onHand: resultingOnHand,
    committedAt: timestamp,
    ...(takenAt !== undefined && { takenAt: new Date(takenAt).toISOString() }),
    transactionId,
    scannerId,
    userId,
    ...(Object.keys(more).length === 0 ? {} : { more: JSON.stringify(more) }),
  };
}

const PUBLISHED_COLUMNS = new Set([
  'eventId',
  'timestamp',
  'eventType',
  'itemId',
  'quantityChange',
  'resultingOnHand',
  'transactionId',
  'scannerId',
  'userId',
]);

function without(record: object, names: ReadonlySet<string>): object {
  return Object.fromEntries(
    Object.entries(record).filter(([name, value]) => !names.has(name) && value !== undefined),
  );
}

/** The contract's schema fixes the order of the fields, so the same event has the same text. */
function digest(event: InventoryEvent): string {
  return createHash('sha1').update(JSON.stringify(event)).digest('base64url').slice(0, 8);
}

/** Versions order as text; an unversioned event orders by its time, after all versions. */
function orderOf({ version, timestamp }: Pick<InventoryEvent, 'version' | 'timestamp'>): string {
  return version === undefined ? `${UNVERSIONED}${timestamp}` : versionKey(version);
}

function versionKey(version: number): string {
  return String(version).padStart(10, '0');
}

function refusalRow({ message, refusal }: Extract<JournalEntry, { kind: 'refusal' }>): TableEntity {
  const day = new Date(message.enqueuedAt).toISOString().slice(0, 10);
  return {
    partitionKey: `refused|${day}`,
    rowKey: `${encodeKey(message.messageId)}|${message.sequenceNumber}`,
    reason: refusal.reason,
    detail: refusal.detail.slice(0, 4_000),
    bytes: message.body.byteLength,
  };
}

/** What is left of a row that the storage would not take: where it belonged, and why it is not there. */
export function refusedRow({ partitionKey, rowKey }: TableEntity, detail: string): TableEntity {
  const name = createHash('sha1').update(`${partitionKey}|${rowKey}`).digest('hex');
  return {
    partitionKey: 'refused|by-storage',
    rowKey: name,
    reason: 'row-refused-by-storage',
    detail: detail.slice(0, 4_000),
    row: `${partitionKey}|${rowKey}`.slice(0, 4_000),
  };
}

/** `/`, `\`, `#`, `?` and control characters are not allowed in keys, and a sender may choose any message id. */
function encodeKey(text: string): string {
  return text.replace(/[^A-Za-z0-9._:-]/g, '_').slice(0, 200);
}
