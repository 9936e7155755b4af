import type { DatabaseSync } from 'node:sqlite';
import type { Item, ItemDetails, Location, LocationDetails } from '../../../shared/contracts/master-data.ts';
import { inTransaction } from './transaction.ts';

/** Items, locations and warehouses. */
export interface MasterDataStore {
  putItems(items: readonly Item[]): void;
  item(itemId: string): Item | undefined;
  /** Answers the unknown warehouses; if there are any, nothing is written. */
  putLocations(locations: readonly Location[]): string[];
  location(warehouseId: string, locationId: string): Location | undefined;
  addWarehouses(warehouseIds: readonly string[]): void;
}

export function createMasterDataStore(connection: DatabaseSync): MasterDataStore {
  const sql = {
    putItem: connection.prepare(`INSERT INTO item (item_id, details) VALUES (?, ?)
      ON CONFLICT (item_id) DO UPDATE SET details = excluded.details`),
    item: connection.prepare('SELECT details FROM item WHERE item_id = ?'),
    putLocation:
      connection.prepare(`INSERT INTO location (warehouse_id, location_id, details) VALUES (?, ?, ?)
      ON CONFLICT (warehouse_id, location_id) DO UPDATE SET details = excluded.details`),
    location: connection.prepare('SELECT details FROM location WHERE warehouse_id = ? AND location_id = ?'),
    addWarehouse: connection.prepare('INSERT OR IGNORE INTO warehouse (warehouse_id) VALUES (?)'),
    warehouse: connection.prepare('SELECT 1 FROM warehouse WHERE warehouse_id = ?'),
  };

  return {
    putItems(items) {
      inTransaction(connection, () => {
        for (const { itemId, ...details } of items) {
          sql.putItem.run(itemId, JSON.stringify(details));
        }
      });
    },

    item(itemId) {
      const row = sql.item.get(itemId) as { details: string } | undefined;
      return row && { itemId, ...(JSON.parse(row.details) as ItemDetails) };
    },

    putLocations(locations) {
      return inTransaction(connection, () => {
        const warehouseIds = new Set(locations.map(({ warehouseId }) => warehouseId));
        const unknown = [...warehouseIds].filter((id) => sql.warehouse.get(id) === undefined);
        if (unknown.length === 0) {
          for (const { warehouseId, locationId, ...details } of locations) {
            sql.putLocation.run(warehouseId, locationId, JSON.stringify(details));
          }
        }
        return unknown;
      });
    },

    location(warehouseId, locationId) {
      const row = sql.location.get(warehouseId, locationId) as { details: string } | undefined;
      return row && { warehouseId, locationId, ...(JSON.parse(row.details) as LocationDetails) };
    },

    addWarehouses(warehouseIds) {
      inTransaction(connection, () => {
        for (const warehouseId of warehouseIds) {
          sql.addWarehouse.run(warehouseId);
        }
      });
    },
  };
}
