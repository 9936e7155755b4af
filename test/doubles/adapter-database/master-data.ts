import {
  type BookingFound,
  type BookingLookup,
  locationKeyText,
  type MasterDataChanges,
  type MasterDataQuery,
} from '../../../apps/wms-adapter/database.ts';
import type { Item, Location } from '../../../shared/contracts/master-data.ts';
import { sealed } from '../sealed.ts';
import type { Tables } from './memory.ts';

type Versioned<Row> = { readonly row: Row; readonly version: number };

export type MasterDataTables = {
  readonly warehouses: Set<string>;
  readonly items: Map<string, Versioned<Item>>;
  /** By `locationKeyText`. */
  readonly locations: Map<string, Versioned<Location>>;
  /** The last version that was drawn. */
  masterDataVersion: number;
};

export function noMasterData(): MasterDataTables {
  return { warehouses: new Set(), items: new Map(), locations: new Map(), masterDataVersion: 0 };
}

export function putItems(tables: Tables, items: readonly Item[]): void {
  for (const item of items) tables.items.set(item.itemId, versioned(tables, item));
}

/** Answers the unknown warehouses; if there are any, nothing is written. */
export function putLocations(tables: Tables, locations: readonly Location[]): string[] {
  const unknown = unknownOf(
    tables,
    locations.map(({ warehouseId }) => warehouseId),
  );
  if (unknown.length > 0) return unknown;
  for (const location of locations) {
    const name = locationKeyText(location.warehouseId, location.locationId);
    tables.locations.set(name, versioned(tables, location));
  }
  return [];
}

function versioned<Row>(tables: Tables, row: Row): Versioned<Row> {
  tables.masterDataVersion += 1;
  return { row: sealed(row), version: tables.masterDataVersion };
}

/** The warehouses that do not exist, each once. */
export function unknownOf({ warehouses }: Tables, warehouseIds: readonly string[]): string[] {
  return [...new Set(warehouseIds)].filter((warehouseId) => !warehouses.has(warehouseId));
}

export function masterDataSince(
  { items, locations }: Tables,
  { version, warehouseIds, limit }: MasterDataQuery,
): MasterDataChanges {
  const wanted = new Set(warehouseIds);
  const changed = [...items.values(), ...locations.values().filter(({ row }) => wanted.has(row.warehouseId))]
    .filter((one) => one.version > version)
    .sort((one, other) => one.version - other.version);
  const page = changed.slice(0, limit);
  return {
    version: page.at(-1)?.version ?? version,
    items: page.flatMap(({ row }) => ('itemId' in row ? row : [])),
    locations: page.flatMap(({ row }) => ('itemId' in row ? [] : row)),
    hasMore: changed.length > limit,
  };
}

/** What exists of what a booking names. */
export function readExisting(
  tables: Tables,
  { positions, demands, countLocations }: BookingLookup,
): Pick<BookingFound, 'items' | 'locations' | 'warehouses'> {
  const items = new Set<string>();
  const warehouses = new Set<string>();
  const locations = new Set<string>();
  for (const { itemId } of [...positions, ...demands]) if (tables.items.has(itemId)) items.add(itemId);
  for (const { warehouseId, locationId } of [...positions, ...countLocations]) {
    const name = locationKeyText(warehouseId, locationId);
    if (tables.warehouses.has(warehouseId)) warehouses.add(warehouseId);
    if (tables.locations.has(name)) locations.add(name);
  }
  return { items, locations, warehouses };
}
