import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StackError } from '../stack/start-error.ts';

/** A position in the WMS's books. Pieces. */
export type WmsPosition = {
  positionId: number;
  itemId: string;
  warehouseId: string;
  locationId: string;
  lotNumber: string | null;
  onHand: number;
  version: number;
};

/** A reservation in the WMS's books of which nothing is picked. Pieces. */
export type WmsReservation = {
  allocationId: string;
  orderId: string;
  lineId: string;
  itemId: string;
  warehouseId: string;
  reserved: number;
};

const BUSY_TIMEOUT_MS = 5_000;
const POSITION = `SELECT position_id AS positionId, item_id AS itemId, warehouse_id AS warehouseId,
  location_id AS locationId, nullif(lot_number, '') AS lotNumber, on_hand AS onHand, version FROM position`;

/** What refers to positions, such as what was booked on them. */
const REFERENCES = `SELECT tables.name AS "table", keys."from" AS "column"
  FROM sqlite_master AS tables, pragma_foreign_key_list(tables.name) AS keys
  WHERE tables.type = 'table' AND keys."table" = 'position'`;

/**
 * Opens the adapter's SQLite file beside the adapter.
 * @throws {StackError} when it is not there, or not of a version that this knows
 */
export function openWmsFile(path: string): DatabaseSync {
  if (!existsSync(path))
    throw new StackError(`There is no WMS database at ${path}; start the stack first (npm start).`);
  const connection = new DatabaseSync(path);
  connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA synchronous = NORMAL`);
  const needed = ['outbox', 'outbox_claim', 'event', 'position', 'allocation', 'item_stock'];
  const there = new Set(
    rows<{ name: string }>(connection, 'SELECT name FROM sqlite_master').map((row) => row.name),
  );
  const lacking = needed.filter((name) => !there.has(name));
  if (lacking.length === 0) return connection;
  connection.close();
  throw new StackError(
    `${path} has no table ${lacking.join(', ')}; start the stack on it first (npm start).`,
  );
}

/** The position at or after a place (0 to 1) in the order in which they were made; undefined when there is none. */
export function positionNear(connection: DatabaseSync, place: number): WmsPosition | undefined {
  const [last] = rows<{ id: number | null }>(connection, 'SELECT max(position_id) AS id FROM position');
  const from = Math.floor(place * (last?.id ?? 0));
  return rows<WmsPosition>(
    connection,
    `${POSITION} WHERE position_id > ? ORDER BY position_id LIMIT 1`,
    from,
  )[0];
}

/** All of an item in a warehouse. */
export function positionsOf(connection: DatabaseSync, itemId: string, warehouseId: string): WmsPosition[] {
  return rows<WmsPosition>(
    connection,
    `${POSITION} WHERE item_id = ? AND warehouse_id = ?`,
    itemId,
    warehouseId,
  );
}

/** A reservation at or after a place (0 to 1), of which nothing is picked; undefined when there is none. */
export function reservationNear(connection: DatabaseSync, place: number): WmsReservation | undefined {
  const last = 'SELECT max(allocation_number) AS id FROM allocation';
  const from = Math.floor(place * (rows<{ id: number | null }>(connection, last)[0]?.id ?? 0));
  const open = `SELECT allocation_id AS allocationId, order_id AS orderId, line_id AS lineId, item_id AS itemId,
    warehouse_id AS warehouseId, reserved FROM allocation
    WHERE allocation_number > ? AND reserved > 0 AND picked = 0 AND status = 'confirmed'
    ORDER BY allocation_number LIMIT 1`;
  return rows<WmsReservation>(connection, open, from)[0];
}

/** Deletes a position and what was booked on it, unless its pieces are reserved. The ledger stays. False: nothing was done. */
export function deletePosition(connection: DatabaseSync, { positionId, version }: WmsPosition): boolean {
  return atOnce(connection, () => {
    const [current] = rows<WmsPosition>(connection, `${POSITION} WHERE position_id = ?`, positionId);
    if (current?.version !== version) return false;
    const { itemId, warehouseId, onHand } = current;
    const taken = connection
      .prepare(`UPDATE item_stock SET on_hand = on_hand - ?
        WHERE item_id = ? AND warehouse_id = ? AND reserved <= on_hand - ?`)
      .run(onHand, itemId, warehouseId, onHand);
    if (taken.changes !== 1) return false;
    for (const { table, column } of rows<{ table: string; column: string }>(connection, REFERENCES))
      connection.prepare(`DELETE FROM "${table}" WHERE "${column}" = ?`).run(positionId);
    connection.prepare('DELETE FROM position WHERE position_id = ?').run(positionId);
    return true;
  });
}

/** Forgets a reservation as if it had never been asked for. False: something was picked meanwhile, and nothing was done. */
export function deleteReservation(connection: DatabaseSync, reservation: WmsReservation): boolean {
  const { allocationId, itemId, warehouseId, reserved } = reservation;
  return atOnce(connection, () => {
    const gone = connection
      .prepare('DELETE FROM allocation WHERE allocation_id = ? AND picked = 0 AND reserved = ?')
      .run(allocationId, reserved);
    if (gone.changes !== 1) return false;
    connection
      .prepare('UPDATE item_stock SET reserved = reserved - ? WHERE item_id = ? AND warehouse_id = ?')
      .run(reserved, itemId, warehouseId);
    return true;
  });
}

/** Runs `work` in a write transaction. */
export function atOnce<Result>(connection: DatabaseSync, work: () => Result): Result {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** The rows of a query, whose columns the caller names. */
export function rows<Row>(connection: DatabaseSync, sql: string, ...values: (string | number)[]): Row[] {
  return connection.prepare(sql).all(...values) as Row[];
}
