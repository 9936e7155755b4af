import { columnsOf } from '../cursor.ts';
import type { PositionKey, PositionState } from '../database.ts';
import { type Columns, SCAN_KEY } from './json-rows.ts';

/** A position's key as its columns; an empty lot stands for none. */
export interface PositionKeyRow {
  readonly warehouse_id: string;
  readonly item_id: string;
  readonly location_id: string;
  readonly lot_number: string;
}

export interface PositionRow extends PositionKeyRow {
  readonly position_id: number;
  readonly on_hand: number;
  readonly shortfall: number;
  readonly version: number;
  readonly count_key: string | null;
}

export const POSITION_KEY: Columns = {
  warehouse_id: 'varchar(64)',
  item_id: 'varchar(64)',
  location_id: 'varchar(64)',
  lot_number: 'varchar(64)',
};

/** Columns of `wms.position` that a booking reads. */
const POSITION_STATE: Columns = {
  position_id: 'int',
  ...POSITION_KEY,
  on_hand: 'int',
  shortfall: 'int',
  version: 'int',
  count_key: SCAN_KEY,
};

/** Columns of `wms.position` that a booking writes. */
export const POSITION: Columns = { ...POSITION_STATE, changed_at: 'datetime2(3)' };

/** The columns of `PositionRow`, of the table by this name in the query. */
export function positionColumns(table: string): string {
  return Object.keys(POSITION_STATE)
    .map((name) => `${table}.${name}`)
    .join(', ');
}

export function keyOf(row: PositionKeyRow): PositionKey {
  return {
    itemId: row.item_id,
    warehouseId: row.warehouse_id,
    locationId: row.location_id,
    lotNumber: row.lot_number === '' ? null : row.lot_number,
  };
}

export function keyRowOf(key: PositionKey): PositionKeyRow {
  const [warehouse_id, item_id, location_id, lot_number] = columnsOf(key);
  return { warehouse_id, item_id, location_id, lot_number };
}

export function stateOf(row: PositionRow): PositionState {
  return { countKey: row.count_key, raw: row.on_hand - row.shortfall, version: row.version };
}

/** That two tables of a query have the same position key. */
export function samePosition(one: string, other: string): string {
  return Object.keys(POSITION_KEY)
    .map((name) => `${one}.${name} = ${other}.${name}`)
    .join(' AND ');
}
