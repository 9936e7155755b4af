import type { Action } from '../../shared/contracts/actions.ts';
import type { ActionLog } from '../../shared/ports/action-log.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { actionKey, isActionPlace } from '../../shared/storage/action-log.ts';
import { pageOf } from './page-of.ts';

export type InMemoryActionLog = ActionLog & { away: boolean };

/** The action log in memory. */
export function inMemoryActionLog(): InMemoryActionLog {
  const actions = new Map<string, Action>();
  const ask = () => {
    if (log.away) throw new StoreUnavailable('The action log is away.');
  };
  const log: InMemoryActionLog = {
    away: false,
    async put(action) {
      ask();
      actions.set(actionKey(action), structuredClone(action));
    },
    async list(page) {
      ask();
      const rows = [...actions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, action]) => action);
      return pageOf(
        rows,
        page,
        (action) => ['actions', actionKey(action)],
        ([partitionKey, rowKey]) => isActionPlace({ partitionKey, rowKey }),
      );
    },
  };
  return log;
}
