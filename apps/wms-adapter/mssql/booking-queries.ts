import { type BookingLookup, type ItemWarehouse, locationKeyText, type PositionKey } from '../database.ts';
import { ALLOCATION_COLUMNS, type AllocationRow } from './allocation-rows.ts';
import { dateTime2, jsonRows, jsonTexts, SCAN_KEY } from './json-rows.ts';
import { LOCK_COLUMNS, type LockRow } from './lock-rows.ts';
import { ascii, json, time } from './parameters.ts';
import { keyRowOf, POSITION_KEY, type PositionRow, positionColumns, samePosition } from './position-rows.ts';
import type { Parameters } from './session.ts';

interface TurnRow {
  readonly last_position_id: number;
  readonly last_ledger_id: string;
  readonly last_allocation_number: string;
  readonly last_sequence: string;
}

interface LedgerRow {
  readonly transaction_id: string;
  readonly body_hash: string;
  readonly on_hand: number;
  readonly version: number;
}

export interface SumRow {
  readonly nth: number;
  readonly total: string;
}

/** What `READ` answers, in its order. */
export type BookingRecordsets = [
  TurnRow,
  { last_number: number },
  LedgerRow,
  { scanner_id: string; call_number: string },
  PositionRow,
  PositionRow,
  PositionRow & { lock_id: string },
  SumRow,
  AllocationRow,
  AllocationRow,
  { item_id: string; warehouse_id: string; on_hand: string; reserved: string },
  LockRow,
  { item_id: string; warehouse_id: string; location_id: string; total: string },
  { item_id: string },
  { warehouse_id: string },
  { warehouse_id: string; location_id: string },
];

const ITEM_WAREHOUSE = { item_id: 'varchar(64)', warehouse_id: 'varchar(64)' };
const ORDER_ITEM = { order_id: 'varchar(128)', ...ITEM_WAREHOUSE };
const PLACE = { warehouse_id: 'varchar(64)', location_id: 'varchar(64)' };

/** Locks that were named, those of the lock locations, and those that run in the warehouses of the demands. */
const LOCKS_FOUND = `(
    SELECT ${LOCK_COLUMNS} FROM ${jsonTexts('lockIds')} AS k JOIN wms.location_lock AS l ON l.lock_id = k.id
    UNION
    SELECT ${LOCK_COLUMNS} FROM ${jsonRows('lockLocations', { ...PLACE, since: 'datetime2(3)' })} AS k
      JOIN wms.location_lock AS l
        ON l.warehouse_id = k.warehouse_id AND l.location_id = k.location_id AND l.ends_at > k.since
    UNION
    SELECT ${LOCK_COLUMNS} FROM ${jsonRows('demands', ITEM_WAREHOUSE)} AS k
      JOIN wms.location_lock AS l ON l.warehouse_id = k.warehouse_id AND l.ends_at > @now)`;

/**
 * Waits for the booking's turn, and reads all that a lookup names. A session that a broken transaction was left in would
 * never commit: better to fail, which ends it.
 */
export const READ = `
  IF @@TRANCOUNT <> 1 THROW 50001, 'A booking needs a transaction of its own.', 1;
  UPDATE wms.booking_turn SET turn = turn + 1 WHERE id = 1;
  SELECT last_position_id, last_ledger_id, last_allocation_number, last_sequence FROM wms.booking_turn WHERE id = 1;
  SELECT last_number FROM wms.event_number WHERE day = @day;
  SELECT l.transaction_id, l.body_hash, l.on_hand, l.version
    FROM ${jsonTexts('transactionIds')} AS k JOIN wms.ledger AS l ON l.transaction_id = k.id;
  SELECT c.scanner_id, c.call_number
    FROM ${jsonTexts('scannerIds')} AS k JOIN wms.refused_call AS c ON c.scanner_id = k.id;
  SELECT ${positionColumns('p')}
    FROM ${jsonRows('positions', POSITION_KEY)} AS k JOIN wms.position AS p ON ${samePosition('p', 'k')};
  SELECT ${positionColumns('p')} FROM (
      SELECT warehouse_id, location_id FROM ${jsonRows('countLocations', PLACE)} AS c
      UNION
      SELECT l.warehouse_id, l.location_id
        FROM ${jsonTexts('countLockIds')} AS k JOIN wms.location_lock AS l ON l.lock_id = k.id) AS place
    JOIN wms.position AS p ON p.warehouse_id = place.warehouse_id AND p.location_id = place.location_id
    WHERE p.on_hand > 0 ORDER BY p.position_id;
  SELECT c.lock_id, ${positionColumns('p')}
    FROM ${jsonTexts('countLockIds')} AS k JOIN wms.counted_position AS c ON c.lock_id = k.id
    JOIN wms.position AS p ON p.position_id = c.position_id ORDER BY p.position_id;
  SELECT k.nth, SUM(CAST(m.quantity AS bigint)) AS total
    FROM ${jsonRows('counts', { nth: 'int', ...POSITION_KEY, scan_key: SCAN_KEY })} AS k
    JOIN wms.position AS p ON ${samePosition('p', 'k')}
    JOIN wms.movement AS m ON m.position_id = p.position_id AND m.scan_key > k.scan_key
    WHERE m.kind = 'delta' AND (p.count_key IS NULL OR k.scan_key > p.count_key) GROUP BY k.nth;
  SELECT ${ALLOCATION_COLUMNS}
    FROM ${jsonTexts('allocationIds')} AS k JOIN wms.allocation AS a ON a.allocation_id = k.id;
  SELECT ${ALLOCATION_COLUMNS}
    FROM ${jsonRows('orders', ORDER_ITEM)} AS k JOIN wms.allocation AS a
      ON a.order_id = k.order_id AND a.item_id = k.item_id AND a.warehouse_id = k.warehouse_id
    WHERE a.open_pieces > 0 ORDER BY a.allocation_number;
  SELECT s.item_id, s.warehouse_id, s.on_hand, s.reserved FROM (
      SELECT item_id, warehouse_id FROM ${jsonRows('stocks', ITEM_WAREHOUSE)} AS wanted
      UNION
      SELECT a.item_id, a.warehouse_id
        FROM ${jsonTexts('allocationIds')} AS k JOIN wms.allocation AS a ON a.allocation_id = k.id) AS k
    JOIN wms.item_stock AS s ON s.item_id = k.item_id AND s.warehouse_id = k.warehouse_id;
  SELECT ${LOCK_COLUMNS} FROM ${LOCKS_FOUND} AS l;
  SELECT d.item_id, d.warehouse_id, place.location_id, SUM(CAST(p.on_hand AS bigint)) AS total
    FROM ${jsonRows('demands', ITEM_WAREHOUSE)} AS d
    JOIN (SELECT DISTINCT l.warehouse_id, l.location_id FROM wms.location_lock AS l WHERE l.ends_at > @now) AS place
      ON place.warehouse_id = d.warehouse_id
    JOIN wms.position AS p
      ON p.warehouse_id = d.warehouse_id AND p.item_id = d.item_id AND p.location_id = place.location_id
    GROUP BY d.item_id, d.warehouse_id, place.location_id;
  SELECT i.item_id FROM ${jsonTexts('items')} AS k JOIN wms.item AS i ON i.item_id = k.id;
  SELECT w.warehouse_id FROM ${jsonTexts('warehouses')} AS k JOIN wms.warehouse AS w ON w.warehouse_id = k.id;
  SELECT l.warehouse_id, l.location_id FROM ${jsonRows('places', PLACE)} AS k
    JOIN wms.location AS l ON l.warehouse_id = k.warehouse_id AND l.location_id = k.location_id;`;

/** The open allocations of items. */
export const READ_OPEN = `SELECT ${ALLOCATION_COLUMNS}
  FROM ${jsonRows('items', ITEM_WAREHOUSE)} AS k
  JOIN wms.allocation AS a ON a.item_id = k.item_id AND a.warehouse_id = k.warehouse_id
  WHERE a.open_pieces > 0 ORDER BY a.allocation_number`;

/** The parameters of `READ`. */
export function readParameters(lookup: BookingLookup): Parameters {
  const places = [...lookup.positions, ...lookup.countLocations];
  return {
    day: ascii(lookup.day),
    now: time(new Date(lookup.now)),
    transactionIds: json(lookup.transactionIds),
    scannerIds: json(lookup.scannerIds),
    positions: json(lookup.positions.map(keyRowOf)),
    counts: json(
      lookup.counts.map(({ position, scanKey }, nth) => ({ nth, ...keyRowOf(position), scan_key: scanKey })),
    ),
    stocks: json(lookup.stocks.map(itemWarehouseRow)),
    demands: json(lookup.demands.map(itemWarehouseRow)),
    allocationIds: json(lookup.allocationIds),
    orders: json(lookup.orders.map((key) => ({ order_id: key.orderId, ...itemWarehouseRow(key) }))),
    lockIds: json(lookup.lockIds),
    lockLocations: json(
      lookup.lockLocations.map((place) => ({ ...placeRow(place), since: dateTime2(place.since) })),
    ),
    countLocations: json(lookup.countLocations.map(placeRow)),
    countLockIds: json(lookup.countLockIds),
    items: json(distinct([...lookup.positions, ...lookup.demands].map(({ itemId }) => itemId))),
    warehouses: json(distinct(places.map(({ warehouseId }) => warehouseId))),
    places: json(
      [
        ...new Map(
          places.map((place) => [locationKeyText(place.warehouseId, place.locationId), place]),
        ).values(),
      ].map(placeRow),
    ),
  };
}

export function itemWarehouseRow({ itemId, warehouseId }: ItemWarehouse) {
  return { item_id: itemId, warehouse_id: warehouseId };
}

function placeRow({ warehouseId, locationId }: Pick<PositionKey, 'warehouseId' | 'locationId'>) {
  return { warehouse_id: warehouseId, location_id: locationId };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
