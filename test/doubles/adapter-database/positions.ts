import { columnsOf, type PositionColumns } from '../../../apps/wms-adapter/cursor.ts';
import {
  type BookingWrites,
  type ItemWarehouse,
  itemWarehouseText,
  type LockLocation,
  locationKeyText,
  type PositionKey,
  type PositionState,
  positionKeyText,
} from '../../../apps/wms-adapter/database.ts';
import { onHandOf, shortfallOf } from '../../../shared/domain/ledger.ts';
import type { Tables } from './memory.ts';
import { insert, listOf } from './sorted.ts';

/** What a position is called, for good. */
export type Position = {
  /** Numbers the positions in the order in which they were first booked on. */
  readonly id: number;
  readonly key: PositionKey;
  readonly columns: PositionColumns;
};

/** What is in it. */
export type Figures = {
  readonly state: PositionState;
  /** Pieces. */
  readonly onHand: number;
  readonly shortfall: number;
  /** UTC commit time of the booking that gave the version. */
  readonly changedAt: string | null;
  readonly rowVersion: number;
};

export type PositionTables = {
  /** By `positionKeyText`. */
  readonly positions: Map<string, Position>;
  readonly figures: Map<Position, Figures>;
  /** All of them in the order (warehouse, item, location, lot). */
  readonly positionOrder: Position[];
  /** By `locationKeyText`, in the order of their ids. */
  readonly positionsIn: Map<string, Position[]>;
  /** By `itemWarehouseText`, in the order (location, lot). */
  readonly positionsOf: Map<string, Position[]>;
};

export function noPositions(): PositionTables {
  return {
    positions: new Map(),
    figures: new Map(),
    positionOrder: [],
    positionsIn: new Map(),
    positionsOf: new Map(),
  };
}

/** By `positionKeyText`; those that were never booked on are missing. */
export function readStates(
  tables: Tables,
  ...lists: readonly (readonly PositionKey[])[]
): Map<string, PositionState> {
  const found = new Map<string, PositionState>();
  for (const keys of lists) {
    for (const key of keys) {
      const name = positionKeyText(key);
      const position = tables.positions.get(name);
      if (position) found.set(name, { ...figuresOf(tables, position).state });
    }
  }
  return found;
}

/** Of a position of these tables. */
export function figuresOf({ figures }: Tables, position: Position): Figures {
  const found = figures.get(position);
  if (found === undefined) throw new Error(`the position ${positionKeyText(position.key)} has no figures`);
  return found;
}

/** Keys of the positions in the location that hold pieces. */
export function holdingIn(
  tables: Tables,
  { warehouseId, locationId }: Omit<LockLocation, 'since'>,
): PositionKey[] {
  const positions = tables.positionsIn.get(locationKeyText(warehouseId, locationId)) ?? [];
  return positions.filter((position) => figuresOf(tables, position).onHand > 0).map(({ key }) => key);
}

/** The positions of an item in a warehouse, in the order (location, lot). */
export function positionsOfItem({ positionsOf }: Tables, key: ItemWarehouse): readonly Position[] {
  return positionsOf.get(itemWarehouseText(key)) ?? [];
}

/** Pieces of the item on hand in the location. */
export function onHandIn(tables: Tables, { locationId, ...key }: Omit<PositionKey, 'lotNumber'>): number {
  return positionsOfItem(tables, key)
    .filter((position) => position.key.locationId === locationId)
    .reduce((sum, position) => sum + figuresOf(tables, position).onHand, 0);
}

/** @param changedAt when the booking commits */
export function writePositions(
  tables: Tables,
  positions: BookingWrites['positions'],
  changedAt: string,
): void {
  for (const { key, state } of positions) {
    const { countKey, raw, version } = state;
    tables.rowVersion += 1;
    tables.figures.set(tables.positions.get(positionKeyText(key)) ?? addPosition(tables, key), {
      state: { countKey, raw, version },
      onHand: onHandOf(state),
      shortfall: shortfallOf(state),
      changedAt,
      rowVersion: tables.rowVersion,
    });
  }
}

function addPosition(tables: Tables, { itemId, warehouseId, locationId, lotNumber }: PositionKey): Position {
  const key = Object.freeze({ itemId, warehouseId, locationId, lotNumber });
  const position: Position = { id: tables.positions.size + 1, key, columns: columnsOf(key) };
  const comesLater = (other: Position) => isBefore(position.columns, other.columns);
  tables.positions.set(positionKeyText(key), position);
  listOf(tables.positionsIn, locationKeyText(warehouseId, locationId)).push(position);
  insert(listOf(tables.positionsOf, itemWarehouseText(key)), position, comesLater);
  insert(tables.positionOrder, position, comesLater);
  return position;
}

/** In the order (warehouse, item, location, lot). */
export function isBefore(one: PositionColumns, other: PositionColumns): boolean {
  for (const [place, column] of one.entries()) {
    const otherColumn = other[place] ?? '';
    if (column !== otherColumn) return column < otherColumn;
  }
  return false;
}
