import type { DatabaseSync } from 'node:sqlite';
import { columnsOf, numberOfCursor, pageOf } from '../cursor.ts';
import type { RecountTask, RecountTasks } from '../recounts/recount-tasks.ts';
import { allOf, equal } from './conditions.ts';
import { keyOf, type PositionKeyRow } from './position-store.ts';
import { rowsOf } from './rows.ts';
import { inTransaction } from './transaction.ts';

interface TaskRow extends PositionKeyRow {
  task_number: number;
  investigation_id: string;
  asked_at: string;
  asked_by: string;
  reason: string;
}

/** By the position's key, since the WMS need not know the position. */
const IS_DONE = `EXISTS (SELECT 1 FROM position JOIN movement USING (position_id)
  WHERE position.warehouse_id = recount_task.warehouse_id AND position.item_id = recount_task.item_id
    AND position.location_id = recount_task.location_id AND position.lot_number = recount_task.lot_number
    AND movement.kind = 'count' AND movement.version > recount_task.since_version)`;

/** The recounts that the cloud asks for. */
export function createRecountTaskStore(connection: DatabaseSync): RecountTasks {
  const sql = {
    noteStep:
      connection.prepare(`INSERT INTO recount_investigation (investigation_id, step_number) VALUES (?, ?)
      ON CONFLICT (investigation_id) DO UPDATE SET step_number = excluded.step_number
        WHERE excluded.step_number > recount_investigation.step_number`),
    withdraw: connection.prepare('DELETE FROM recount_task WHERE investigation_id = ?'),
    add: connection.prepare(`INSERT INTO recount_task
      (investigation_id, warehouse_id, item_id, location_id, lot_number, asked_at, asked_by, reason, since_version)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, min(?9, coalesce((SELECT version FROM position
        WHERE warehouse_id = ?2 AND item_id = ?3 AND location_id = ?4 AND lot_number = ?5), 0)))`),
  };

  return {
    takeRecountOrder: async ({ investigationId, stepNumber, asked }) =>
      inTransaction(connection, () => {
        if (sql.noteStep.run(investigationId, stepNumber).changes === 0) return;
        sql.withdraw.run(investigationId);
        if (asked === undefined) return;
        const { askedAt, askedBy, reason, positions } = asked;
        for (const { position, sinceVersion } of positions) {
          sql.add.run(investigationId, ...columnsOf(position), askedAt, askedBy, reason, sinceVersion);
        }
      }),

    async recountTasks({ warehouseId, itemId, after, limit }) {
      const { text, values } = allOf([
        ['task_number > ?', numberOfCursor(after ?? '0', 'recount tasks')],
        ...equal('warehouse_id', warehouseId),
        ...equal('item_id', itemId),
      ]);
      const statement = connection.prepare(
        `SELECT * FROM recount_task WHERE ${text} AND NOT ${IS_DONE} ORDER BY task_number LIMIT ?`,
      );
      const rows = rowsOf<TaskRow>(statement, ...values, limit + 1);
      return pageOf(rows, limit, taskOf, (row) => String(row.task_number));
    },
  };
}

function taskOf(row: TaskRow): RecountTask {
  const { investigation_id: investigationId, asked_at: askedAt, asked_by: askedBy, reason } = row;
  return { position: keyOf(row), investigationId, askedAt, askedBy, reason };
}
