import type { DatabaseSync } from 'node:sqlite';
import type { CountedPosition } from '../locks/count-events.ts';
import type { LocationLock } from '../locks/location-lock.ts';

/** Which positions the cloud was told are under count, to be called inside one transaction. */
export interface CountedPositions {
  /** Those of the lock's location that hold pieces; the lock remembers that they are told of. */
  begin(lock: LocationLock): CountedPosition[];
  /** Those that the lock remembers, at zero by now or not, and what has come into its location since. */
  end(lock: LocationLock): CountedPosition[];
}

interface CountedRow {
  position_id: number;
  item_id: string;
  lot_number: string;
  on_hand: number;
  version: number;
}

export function createCountedPositions(connection: DatabaseSync): CountedPositions {
  const columns = 'position_id, item_id, lot_number, on_hand, version';
  const sql = {
    holding: connection.prepare(`SELECT ${columns} FROM position
      WHERE warehouse_id = ? AND location_id = ? AND on_hand > 0 ORDER BY position_id`),
    holdingOrTold: connection.prepare(`SELECT ${columns} FROM position
      WHERE warehouse_id = ? AND location_id = ?
        AND (on_hand > 0 OR position_id IN (SELECT position_id FROM counted_position WHERE lock_id = ?))
      ORDER BY position_id`),
    remember: connection.prepare(
      'INSERT OR IGNORE INTO counted_position (lock_id, position_id) VALUES (?, ?)',
    ),
  };

  return {
    begin(lock) {
      const rows = sql.holding.all(lock.warehouseId, lock.locationId) as unknown as CountedRow[];
      for (const { position_id: id } of rows) sql.remember.run(lock.lockId, id);
      return rows.map((row) => countedOf(lock, row));
    },

    end(lock) {
      const { warehouseId, locationId, lockId } = lock;
      const rows = sql.holdingOrTold.all(warehouseId, locationId, lockId) as unknown as CountedRow[];
      return rows.map((row) => countedOf(lock, row));
    },
  };
}

function countedOf({ warehouseId, locationId }: LocationLock, row: CountedRow): CountedPosition {
  return {
    itemId: row.item_id,
    warehouseId,
    locationId,
    lotNumber: row.lot_number === '' ? null : row.lot_number,
    onHand: row.on_hand,
    version: row.version,
  };
}
