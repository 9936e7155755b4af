import type { DatabaseSync } from 'node:sqlite';
import type { Item, ItemDetails, Location, LocationDetails } from '../../../shared/contracts/master-data.ts';
import type { MasterDataChanges, MasterDataQuery } from '../database.ts';
import { jsonOf, rowOf, rowsOf } from './rows.ts';
import { inTransaction } from './transaction.ts';
import { createWarehouseStore } from './warehouse-store.ts';

/** Items, locations and warehouses. */
export interface MasterDataStore {
  putItems(items: readonly Item[]): void;
  item(itemId: string): Item | undefined;
  /** Answers the unknown warehouses; if there are any, nothing is written. */
  putLocations(locations: readonly Location[]): string[];
  location(warehouseId: string, locationId: string): Location | undefined;
  addWarehouses(warehouseIds: readonly string[]): void;
  since(query: MasterDataQuery): MasterDataChanges;
}

interface ItemRow {
  item_id: string;
  details: string;
  version: number;
}

interface LocationRow {
  warehouse_id: string;
  location_id: string;
  details: string;
  version: number;
}

export function createMasterDataStore(connection: DatabaseSync): MasterDataStore {
  const sql = prepareStatements(connection);
  const warehouses = createWarehouseStore(connection);
  const nextVersion = () => rowOf<{ version: number }>(sql.nextVersion)?.version ?? 0;

  return {
    putItems(items) {
      inTransaction(connection, () => {
        for (const { itemId, ...details } of items) {
          sql.putItem.run(itemId, JSON.stringify(details), nextVersion());
        }
      });
    },

    item(itemId) {
      const row = rowOf<ItemRow>(sql.item, itemId);
      return row && itemOf(row);
    },

    putLocations(locations) {
      return inTransaction(connection, () => {
        const unknown = warehouses.unknownOf(locations.map(({ warehouseId }) => warehouseId));
        if (unknown.length === 0) {
          for (const { warehouseId, locationId, ...details } of locations) {
            sql.putLocation.run(warehouseId, locationId, JSON.stringify(details), nextVersion());
          }
        }
        return unknown;
      });
    },

    location(warehouseId, locationId) {
      const row = rowOf<LocationRow>(sql.location, warehouseId, locationId);
      return row && locationOf(row);
    },

    addWarehouses: (warehouseIds) => inTransaction(connection, () => warehouses.add(warehouseIds)),

    since({ version, warehouseIds, limit }) {
      const changed = [
        ...rowsOf<ItemRow>(sql.itemsSince, version, limit + 1),
        ...[...new Set(warehouseIds)].flatMap((warehouseId) =>
          rowsOf<LocationRow>(sql.locationsSince, warehouseId, version, limit + 1),
        ),
      ].sort((a, b) => a.version - b.version);
      const page = changed.slice(0, limit);
      return {
        version: page.at(-1)?.version ?? version,
        items: page.flatMap((row) => ('item_id' in row ? itemOf(row) : [])),
        locations: page.flatMap((row) => ('item_id' in row ? [] : locationOf(row))),
        hasMore: changed.length > limit,
      };
    },
  };
}

function itemOf({ item_id: itemId, details }: ItemRow): Item {
  return { itemId, ...jsonOf<ItemDetails>(details) };
}

function locationOf(row: LocationRow): Location {
  const { warehouse_id: warehouseId, location_id: locationId, details } = row;
  return { warehouseId, locationId, ...jsonOf<LocationDetails>(details) };
}

function prepareStatements(connection: DatabaseSync) {
  const prepare = (text: string) => connection.prepare(text);
  return {
    nextVersion: prepare('UPDATE master_data_version SET version = version + 1 RETURNING version'),
    putItem: prepare(`INSERT INTO item (item_id, details, version) VALUES (?, ?, ?)
      ON CONFLICT (item_id) DO UPDATE SET details = excluded.details, version = excluded.version`),
    item: prepare('SELECT * FROM item WHERE item_id = ?'),
    itemsSince: prepare('SELECT * FROM item WHERE version > ? ORDER BY version LIMIT ?'),
    putLocation:
      prepare(`INSERT INTO location (warehouse_id, location_id, details, version) VALUES (?, ?, ?, ?)
      ON CONFLICT (warehouse_id, location_id) DO UPDATE SET details = excluded.details, version = excluded.version`),
    location: prepare('SELECT * FROM location WHERE warehouse_id = ? AND location_id = ?'),
    locationsSince: prepare(
      'SELECT * FROM location WHERE warehouse_id = ? AND version > ? ORDER BY version LIMIT ?',
    ),
  };
}
