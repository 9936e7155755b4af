import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { PickStore } from '../core/device-store.ts';
import type { PickTask } from '../core/scanner-device.ts';
import { json, number, text } from './rows.ts';
import { asOf, putAsOf, putSetting, setting } from './settings-table.ts';
import type { Sql } from './sql.ts';

/** What is to be picked, in table `pick_task`, in the order it was told. */
export function pickTable(sql: Sql): PickStore {
  return {
    putPickList: (warehouseId, tasks, at) =>
      sql.transaction(() => {
        sql.run('DELETE FROM pick_task WHERE warehouse_id = ?', warehouseId);
        for (const [place, task] of tasks.entries()) put(sql, warehouseId, place, task);
        putSetting(sql, 'picks-in-doubt', {
          ...setting(sql, 'picks-in-doubt'),
          [warehouseId]: idsUnderWay(sql),
        });
        putAsOf(sql, 'pick-list-as-of', warehouseId, at);
      }),
    pickList(warehouseId) {
      const told = asOf(sql, 'pick-list-as-of', warehouseId);
      const tasks = sql
        .all(
          'SELECT content, open FROM pick_task WHERE warehouse_id = ? AND open > 0 ORDER BY place',
          warehouseId,
        )
        .map((row) => ({ ...json<PickTask>(row, 'content'), open: number(row, 'open') }));
      return { tasks, ...(told !== undefined && { asOf: told }) };
    },
  };
}

/** Scans that are called for and not answered. */
function idsUnderWay(sql: Sql): string[] {
  return sql
    .all("SELECT transaction_id FROM scan WHERE state = 'queued' AND attempts > 0")
    .map((row) => text(row, 'transaction_id'));
}

/** Whether a pick may have been booked before the pick list was told. */
export function isInDoubt(sql: Sql, { warehouseId, transactionId }: Transaction): boolean {
  return setting(sql, 'picks-in-doubt')?.[warehouseId]?.includes(transactionId) === true;
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

/** Takes a pick that was booked off what is open; all that is open, where it is unclear whether the list tells of the pick already. */
export function takeOffPick(
  sql: Sql,
  { allocationId, quantity, closesAllocation }: Transaction,
  isUnclear: boolean,
): void {
  if (allocationId === undefined) return;
  if (closesAllocation || isUnclear)
    sql.run('UPDATE pick_task SET open = 0 WHERE allocation_id = ?', allocationId);
  else
    sql.run('UPDATE pick_task SET open = max(open - ?, 0) WHERE allocation_id = ?', quantity, allocationId);
}
