import type { TableClient } from '@azure/data-tables';
import { type Action, actionSchema } from '../contracts/actions.ts';
import type { ActionLog } from '../ports/action-log.ts';
import { unavailable } from './failure.ts';
import { readPage } from './key-pages.ts';
import { recordColumns, recordOf } from './record-row.ts';

const PARTITION = 'actions';

/** The last millisecond of a JavaScript Date has as many digits as this (ECMA-262, 21.4.1.1). */
const LAST_MS = 8.64e15;

/** One partition; a row is `{time left until the end of time}|{action}`, so that a list begins with the newest. */
export function tableActionLog(table: TableClient): ActionLog {
  return {
    async put(action) {
      const row = { partitionKey: PARTITION, rowKey: actionKey(action), ...recordColumns(action) };
      try {
        await table.upsertEntity(row, 'Replace');
      } catch (error) {
        throw unavailable(error);
      }
    },
    async list(page) {
      const { rows, ...next } = await readPage(table, `PartitionKey eq '${PARTITION}'`, page, isActionPlace);
      return { rows: rows.map((row) => recordOf(row, actionSchema)), ...next };
    },
  };
}

/** Keys of later actions come first. */
export function actionKey({ at, actionId }: Pick<Action, 'at' | 'actionId'>): string {
  return `${String(LAST_MS - Date.parse(at)).padStart(16, '0')}|${actionId}`;
}

/** Whether a list of actions can have ended there. */
export function isActionPlace({ partitionKey, rowKey }: { partitionKey: string; rowKey: string }): boolean {
  return partitionKey === PARTITION && /^\d{16}\|./.test(rowKey);
}
