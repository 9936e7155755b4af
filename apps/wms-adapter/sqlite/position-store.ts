import type { DatabaseSync } from 'node:sqlite';
import { onHandOf, shortfallOf } from '../../../shared/domain/ledger.ts';
import { columnsOf } from '../cursor.ts';
import {
  type BookingWrites,
  type LockLocation,
  type PositionKey,
  type PositionState,
  positionKeyText,
} from '../database.ts';
import { createRowVersions } from './row-versions.ts';
import { rowOf, rowsOf } from './rows.ts';

/** The positions a booking reads and writes, to be called inside its transaction. */
export interface PositionStore {
  /** By `positionKeyText`; those that were never booked on are missing. */
  read(keys: readonly PositionKey[]): Map<string, PositionState>;
  idOf(key: PositionKey): number | undefined;
  /** Those of the location that hold pieces. */
  holding(location: Omit<LockLocation, 'since'>): PositionKey[];
  /** Answers the ids by `positionKeyText`. `changedAt` is when the booking commits. */
  write(positions: BookingWrites['positions'], changedAt: string): Map<string, number>;
}

export interface PositionRow extends PositionKeyRow {
  position_id: number;
  on_hand: number;
  shortfall: number;
  version: number;
  count_key: string | null;
}

export interface PositionKeyRow {
  warehouse_id: string;
  item_id: string;
  location_id: string;
  lot_number: string;
}

const KEY_IS = 'warehouse_id = ? AND item_id = ? AND location_id = ? AND lot_number = ?';

export function createPositionStore(connection: DatabaseSync): PositionStore {
  const rowVersions = createRowVersions(connection);
  const sql = {
    byKey: connection.prepare(`SELECT * FROM position WHERE ${KEY_IS}`),
    id: connection.prepare(`SELECT position_id FROM position WHERE ${KEY_IS}`),
    holding: connection.prepare(`SELECT * FROM position
      WHERE warehouse_id = ? AND location_id = ? AND on_hand > 0 ORDER BY position_id`),
    put: connection.prepare(`INSERT INTO position
      (warehouse_id, item_id, location_id, lot_number, on_hand, shortfall, version, count_key,
        changed_at, row_version)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (warehouse_id, item_id, location_id, lot_number) DO UPDATE SET
        on_hand = excluded.on_hand, shortfall = excluded.shortfall,
        version = excluded.version, count_key = excluded.count_key,
        changed_at = excluded.changed_at, row_version = excluded.row_version
      RETURNING position_id`),
  };

  return {
    read(keys) {
      const found = new Map<string, PositionState>();
      for (const key of keys) {
        const row = rowOf<PositionRow>(sql.byKey, ...columnsOf(key));
        if (row) {
          const { count_key: countKey, version } = row;
          found.set(positionKeyText(key), { countKey, raw: row.on_hand - row.shortfall, version });
        }
      }
      return found;
    },

    idOf: (key) => rowOf<{ position_id: number }>(sql.id, ...columnsOf(key))?.position_id,

    holding: ({ warehouseId, locationId }) =>
      rowsOf<PositionRow>(sql.holding, warehouseId, locationId).map(keyOf),

    write(positions, changedAt) {
      const ids = new Map<string, number>();
      let rowVersion = rowVersions.draw(positions.length);
      for (const { key, state } of positions) {
        const figures = [onHandOf(state), shortfallOf(state), state.version, state.countKey];
        rowVersion += 1;
        const change = [changedAt, rowVersion];
        const row = rowOf<{ position_id: number }>(sql.put, ...columnsOf(key), ...figures, ...change);
        if (row) ids.set(positionKeyText(key), row.position_id);
      }
      return ids;
    },
  };
}

/** The key of a position, from its columns. */
export function keyOf(row: PositionKeyRow): PositionKey {
  return {
    itemId: row.item_id,
    warehouseId: row.warehouse_id,
    locationId: row.location_id,
    lotNumber: row.lot_number === '' ? null : row.lot_number,
  };
}
