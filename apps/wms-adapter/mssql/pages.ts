import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { WmsPosition } from '../../../shared/contracts/position.ts';
import type { Allocation } from '../allocation/allocation.ts';
import {
  cursorOfOpenAllocation,
  cursorOfPosition,
  numberOfCursor,
  openAllocationOfCursor,
  pageOf,
  positionOfCursor,
} from '../cursor.ts';
import type { AllocationQuery, Books, LockQuery, OpenAllocationQuery, PositionQuery } from '../database.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import type { Page, PageQuery } from '../page.ts';
import { ALLOCATION_COLUMNS, type AllocationRow, allocationOf } from './allocation-rows.ts';
import { LOCK_COLUMNS, type LockRow, lockOf } from './lock-rows.ts';
import { ascii, integer, type Parameter, time } from './parameters.ts';
import { keyOf, POSITION_KEY, type PositionKeyRow } from './position-rows.ts';
import type { Parameters, Session } from './session.ts';

/** Pages of the books, each found by the key of the last row of the one before. */
export function createPages(
  session: Session,
): Pick<Books, 'positions' | 'allocations' | 'openAllocations' | 'events' | 'locks'> {
  return {
    positions: (query) => readPositions(session, query),
    allocations: (query) => readAllocations(session, query),
    openAllocations: (query) => readOpenAllocations(session, query),
    events: (query) => readEvents(session, query),
    locks: (query, now) => readLocks(session, query, now),
  };
}

/** Conditions that all hold, with the values they name. */
export interface Conditions {
  readonly texts: readonly string[];
  readonly parameters: Parameters;
}

/** That the columns (with their parameters by the same name) have these values; those without a value are left out. */
export function equal(values: Readonly<Record<string, string | undefined>>, table: string): Conditions {
  const given = Object.entries(values).flatMap(([name, value]): [string, Parameter][] =>
    value === undefined ? [] : [[name, ascii(value)]],
  );
  return {
    texts: given.map(([name]) => `${table}.${name} = @${name}`),
    parameters: Object.fromEntries(given),
  };
}

const KEY_NAMES = Object.keys(POSITION_KEY);

/** The order of pages of positions. */
export function inPositionOrder(table: string): string {
  return KEY_NAMES.map((name) => `${table}.${name}`).join(', ');
}

/**
 * That a position comes after the one of the cursor, in the order (warehouse, item, location, lot).
 *
 * @throws InvalidCursorError
 */
export function afterPosition(after: string | undefined, table: string): Conditions {
  if (after === undefined) return { texts: [], parameters: {} };
  const values = positionOfCursor(after);
  const [warehouse, ...others] = KEY_NAMES.map((name) => [`${table}.${name}`, `@after_${name}`] as const);
  const later = [...(warehouse ? [warehouse] : []), ...others].reduceRight(
    (rest, [column, value]) => `(${column} > ${value}${rest && ` OR ${column} = ${value} AND ${rest}`})`,
    '',
  );
  return {
    // The first of them says where an index begins.
    texts: [...(warehouse ? [`${warehouse[0]} >= ${warehouse[1]}`] : []), later],
    parameters: Object.fromEntries(
      KEY_NAMES.map((name, index) => [`after_${name}`, ascii(values[index] ?? '')]),
    ),
  };
}

/** `WHERE`, or nothing where there is no condition. */
export function where(...conditions: readonly Conditions[]): { text: string; parameters: Parameters } {
  const texts = conditions.flatMap((condition) => condition.texts);
  return {
    text: texts.length === 0 ? '' : `WHERE ${texts.join(' AND ')}`,
    parameters: Object.assign({}, ...conditions.map(({ parameters }) => parameters)),
  };
}

interface PositionPageRow extends PositionKeyRow {
  readonly on_hand: number;
  readonly version: number;
  readonly reserved: string | null;
}

/**
 * What is reserved of an item in a warehouse is spread over its positions in the order (location, lot), each up to
 * what it has on hand; the sum is that of the reservations, whichever of the positions are asked for.
 */
const RESERVED = `(SELECT CASE WHEN free.pieces <= 0 THEN 0 WHEN free.pieces < p.on_hand THEN free.pieces ELSE p.on_hand END
  FROM (SELECT s.reserved - (
      SELECT COALESCE(SUM(CAST(b.on_hand AS bigint)), 0) FROM wms.position AS b
      WHERE b.warehouse_id = p.warehouse_id AND b.item_id = p.item_id
        AND (b.location_id < p.location_id OR b.location_id = p.location_id AND b.lot_number < p.lot_number)) AS pieces
    FROM wms.item_stock AS s
    WHERE s.item_id = p.item_id AND s.warehouse_id = p.warehouse_id AND s.reserved > 0) AS free)`;

async function readPositions(session: Session, query: PositionQuery): Promise<Page<WmsPosition>> {
  const { itemId, warehouseId, locationId, after, limit } = query;
  const { text, parameters } = where(
    equal({ warehouse_id: warehouseId, item_id: itemId, location_id: locationId }, 'p'),
    afterPosition(after, 'p'),
  );
  const rows = await session.rows<PositionPageRow>(
    `SELECT TOP (@limit) ${inPositionOrder('p')}, p.on_hand, p.version, ${RESERVED} AS reserved
      FROM wms.position AS p ${text} ORDER BY ${inPositionOrder('p')}`,
    { ...parameters, limit: integer(limit + 1) },
  );
  return pageOf(rows, limit, positionOf, (row) => cursorOfPosition(keyOf(row)));
}

function positionOf(row: PositionPageRow): WmsPosition {
  const { on_hand: onHand, version, reserved } = row;
  return { ...keyOf(row), onHand, reserved: Number(reserved ?? 0), version };
}

async function readAllocations(session: Session, query: AllocationQuery): Promise<Page<Allocation>> {
  const { itemId, warehouseId, orderId, after, limit } = query;
  const { text, parameters } = where(
    equal({ item_id: itemId, warehouse_id: warehouseId, order_id: orderId }, 'a'),
    {
      texts: ['a.allocation_number > @after'],
      parameters: { after: integer(numberOfCursor(after ?? '0', 'allocations')) },
    },
  );
  const rows = await session.rows<AllocationRow>(
    `SELECT TOP (@limit) ${ALLOCATION_COLUMNS} FROM wms.allocation AS a ${text} ORDER BY a.allocation_number`,
    { ...parameters, limit: integer(limit + 1) },
  );
  return pageOf(rows, limit, allocationOf, (row) => row.allocation_number);
}

async function readOpenAllocations(
  session: Session,
  { warehouseId, after, limit }: OpenAllocationQuery,
): Promise<Page<Allocation>> {
  const { text, parameters } = where(
    { texts: ['a.open_pieces > 0'], parameters: {} },
    equal({ warehouse_id: warehouseId }, 'a'),
    afterOpenAllocation(after),
  );
  const rows = await session.rows<AllocationRow>(
    `SELECT TOP (@limit) ${ALLOCATION_COLUMNS} FROM wms.allocation AS a ${text}
      ORDER BY a.priority DESC, a.ordered_at, a.allocation_number`,
    { ...parameters, limit: integer(limit + 1) },
  );
  return pageOf(rows, limit, allocationOf, (row) =>
    cursorOfOpenAllocation({
      priority: Number(row.priority),
      orderedAt: row.ordered_at.toISOString(),
      number: Number(row.allocation_number),
    }),
  );
}

function afterOpenAllocation(after: string | undefined): Conditions {
  if (after === undefined) return { texts: [], parameters: {} };
  const { priority, orderedAt, number } = openAllocationOfCursor(after);
  return {
    texts: [
      // The first says where the index begins.
      'a.priority <= @priority',
      `(a.priority < @priority OR a.ordered_at > @orderedAt
        OR a.ordered_at = @orderedAt AND a.allocation_number > @number)`,
    ],
    parameters: {
      priority: integer(priority),
      orderedAt: time(new Date(orderedAt)),
      number: integer(number),
    },
  };
}

async function readEvents(session: Session, { after, limit }: PageQuery): Promise<Page<InventoryEvent>> {
  const rows = await session.rows<{ sequence: string; body: string }>(
    `SELECT TOP (@limit) e.sequence, e.body FROM wms.event AS e
      WHERE e.sequence > @after AND e.kind = 'event' ORDER BY e.sequence`,
    { after: integer(numberOfCursor(after ?? '0', 'events')), limit: integer(limit + 1) },
  );
  return pageOf(
    rows,
    limit,
    ({ body }) => JSON.parse(body),
    ({ sequence }) => sequence,
  );
}

async function readLocks(
  session: Session,
  { warehouseId, after = '', limit }: LockQuery,
  now: Date,
): Promise<Page<LocationLock>> {
  const { text, parameters } = where(equal({ warehouse_id: warehouseId }, 'l'), {
    texts: ['l.ends_at > @now', 'l.lock_id > @after'],
    parameters: { now: time(now), after: ascii(after) },
  });
  const rows = await session.rows<LockRow>(
    `SELECT TOP (@limit) ${LOCK_COLUMNS} FROM wms.location_lock AS l ${text} ORDER BY l.lock_id`,
    { ...parameters, limit: integer(limit + 1) },
  );
  return pageOf(rows, limit, lockOf, (row) => row.lock_id);
}
