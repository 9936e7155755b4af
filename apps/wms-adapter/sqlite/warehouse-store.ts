import type { DatabaseSync } from 'node:sqlite';
import { rowOf } from './rows.ts';

/** Which warehouses exist, to be called inside one transaction. */
export interface WarehouseStore {
  /** Creates those that do not exist. */
  add(warehouseIds: readonly string[]): void;
  /** Those that do not exist, each once. */
  unknownOf(warehouseIds: readonly string[]): string[];
}

export function createWarehouseStore(connection: DatabaseSync): WarehouseStore {
  const sql = {
    add: connection.prepare('INSERT OR IGNORE INTO warehouse (warehouse_id) VALUES (?)'),
    one: connection.prepare('SELECT 1 FROM warehouse WHERE warehouse_id = ?'),
  };
  return {
    add(warehouseIds) {
      for (const warehouseId of warehouseIds) sql.add.run(warehouseId);
    },
    unknownOf: (warehouseIds) =>
      [...new Set(warehouseIds)].filter((warehouseId) => rowOf(sql.one, warehouseId) === undefined),
  };
}
