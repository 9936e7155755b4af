import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { PickStore } from '../core/device-store.ts';
import type { PickTask } from '../core/scanner-device.ts';
import { json, number } from './rows.ts';
import { putSetting, setting } from './settings-table.ts';
import type { Sql } from './sql.ts';

/** What is to be picked, in table `pick_task`, in the order it was told. */
export function pickTable(sql: Sql): PickStore {
  return {
    putPickList: (warehouseId, tasks, at) =>
      sql.transaction(() => {
        sql.run('DELETE FROM pick_task WHERE warehouse_id = ?', warehouseId);
        for (const [place, task] of tasks.entries()) put(sql, warehouseId, place, task);
        putSetting(sql, 'pick-list-as-of', { ...setting(sql, 'pick-list-as-of'), [warehouseId]: at });
      }),
    pickList(warehouseId) {
      const asOf = setting(sql, 'pick-list-as-of')?.[warehouseId];
      const tasks = sql
        .all(
          'SELECT content, open FROM pick_task WHERE warehouse_id = ? AND open > 0 ORDER BY place',
          warehouseId,
        )
        .map((row) => ({ ...json<PickTask>(row, 'content'), open: number(row, 'open') }));
      return { tasks, ...(asOf !== undefined && { asOf }) };
    },
  };
}

function put(sql: Sql, warehouseId: string, place: number, task: PickTask): void {
  sql.run(
    'INSERT INTO pick_task (warehouse_id, place, allocation_id, content, open) VALUES (?, ?, ?, ?, ?)',
    warehouseId,
    place,
    task.allocationId,
    JSON.stringify(task),
    task.open,
  );
}

/** Takes a pick that was booked off what is open. */
export function takeOffPick(sql: Sql, { allocationId, quantity, closesAllocation }: Transaction): void {
  if (allocationId === undefined) return;
  if (closesAllocation) sql.run('UPDATE pick_task SET open = 0 WHERE allocation_id = ?', allocationId);
  else
    sql.run('UPDATE pick_task SET open = max(open - ?, 0) WHERE allocation_id = ?', quantity, allocationId);
}
