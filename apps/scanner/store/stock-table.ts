import type { WmsPosition } from '../../../shared/contracts/position.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { PositionQuery, Settlement, StockStore } from '../core/device-store.ts';
import { number, text } from './rows.ts';
import { asOf, putAsOf } from './settings-table.ts';
import type { Sql, SqlRow } from './sql.ts';

const PUT = `INSERT OR REPLACE INTO position
  (warehouse_id, item_id, location_id, lot_number, on_hand, reserved, version, told_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

/** One statement for each way of asking, so that each has its index: a warehouse may have 100,000 positions. */
function find(
  sql: Sql,
  warehouseId: string,
  { itemId, locationId, limit }: PositionQuery,
): readonly SqlRow[] {
  const byItem = itemId === undefined ? [] : [['item_id', itemId] as const];
  const byLocation = locationId === undefined ? [] : [['location_id', locationId] as const];
  const conditions = [['warehouse_id', warehouseId] as const, ...byItem, ...byLocation];
  const where = conditions.map(([column]) => `${column} = ?`).join(' AND ');
  return sql.all(
    `SELECT * FROM position WHERE ${where} ORDER BY item_id, location_id, lot_number LIMIT ?`,
    ...conditions.map(([, value]) => value),
    limit,
  );
}

/** Stock as it was told last, in table `position`. */
export function stockTable(sql: Sql): StockStore {
  return {
    putPositions: (positions, at) =>
      sql.transaction(() => {
        for (const position of positions) put(sql, position, at);
      }),
    finishStock: (warehouseId, startedAt) =>
      sql.transaction(() => {
        sql.run('DELETE FROM position WHERE warehouse_id = ? AND told_at < ?', warehouseId, startedAt);
        putAsOf(sql, 'stock-as-of', warehouseId, startedAt);
      }),
    positions: (query) =>
      [...query.warehouseIds]
        .sort()
        .flatMap((warehouseId) => find(sql, warehouseId, query))
        .slice(0, query.limit)
        .map(positionOf),
    stockAsOf: (warehouseId) => asOf(sql, 'stock-as-of', warehouseId),
  };
}

function put(sql: Sql, position: WmsPosition, at: string): void {
  const { warehouseId, itemId, locationId, lotNumber, onHand, reserved, version } = position;
  sql.run(PUT, warehouseId, itemId, locationId, lotNumber ?? '', onHand, reserved, version, at);
}

function positionOf(row: SqlRow): WmsPosition {
  return {
    itemId: text(row, 'item_id'),
    warehouseId: text(row, 'warehouse_id'),
    locationId: text(row, 'location_id'),
    lotNumber: text(row, 'lot_number') || null,
    onHand: number(row, 'on_hand'),
    reserved: number(row, 'reserved'),
    version: number(row, 'version'),
  };
}

/**
 * Takes over the position that the answer to a scan told, unless a newer one is known: a `duplicate` tells what the first booking
 * led to. Nobody told what is reserved, so that stays.
 */
export function putPositionTold(
  sql: Sql,
  { warehouseId, itemId, locationId, lotNumber }: Transaction,
  { onHand, version }: NonNullable<Settlement['position']>,
  at: string,
): void {
  const key = [warehouseId, itemId, locationId, lotNumber ?? ''];
  sql.run(
    `INSERT INTO position (warehouse_id, item_id, location_id, lot_number, on_hand, reserved, version, told_at)
     VALUES (?, ?, ?, ?, ?, 0, ?, ?)
     ON CONFLICT DO UPDATE SET on_hand = excluded.on_hand, version = excluded.version, told_at = excluded.told_at
     WHERE excluded.version >= version`,
    ...key,
    onHand,
    version,
    at,
  );
}
