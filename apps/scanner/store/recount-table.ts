import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { RecountStore } from '../core/device-store.ts';
import type { RecountTask } from '../core/scanner-device.ts';
import { json } from './rows.ts';
import { asOf, putAsOf } from './settings-table.ts';
import type { Sql } from './sql.ts';

/** What is to be counted for investigations, in table `recount_task`, in the order it was told. */
export function recountTable(sql: Sql): RecountStore {
  return {
    putRecounts: (warehouseId, tasks, at) =>
      sql.transaction(() => {
        sql.run('DELETE FROM recount_task WHERE warehouse_id = ?', warehouseId);
        for (const [place, task] of tasks.entries()) put(sql, warehouseId, place, task);
        putAsOf(sql, 'recounts-as-of', warehouseId, at);
      }),
    recounts(warehouseId) {
      const told = asOf(sql, 'recounts-as-of', warehouseId);
      const tasks = sql
        .all('SELECT content FROM recount_task WHERE warehouse_id = ? ORDER BY place', warehouseId)
        .map((row) => json<RecountTask>(row, 'content'));
      return { tasks, ...(told !== undefined && { asOf: told }) };
    },
  };
}

function put(sql: Sql, warehouseId: string, place: number, task: RecountTask): void {
  sql.run(
    'INSERT INTO recount_task (warehouse_id, place, item_id, location_id, lot_number, content) VALUES (?, ?, ?, ?, ?, ?)',
    warehouseId,
    place,
    task.itemId,
    task.locationId,
    task.lotNumber ?? '',
    JSON.stringify(task),
  );
}

/** A count that was booked answers all that ask for its position. */
export function takeOffRecounts(sql: Sql, { warehouseId, itemId, locationId, lotNumber }: Transaction): void {
  sql.run(
    'DELETE FROM recount_task WHERE warehouse_id = ? AND item_id = ? AND location_id = ? AND lot_number = ?',
    warehouseId,
    itemId,
    locationId,
    lotNumber ?? '',
  );
}
