import { z } from 'zod';
import { runningLockSchema } from '../../../shared/contracts/location-lock.ts';
import { masterDataChangesSchema } from '../../../shared/contracts/master-data-changes.ts';
import { pickListSchema } from '../../../shared/contracts/pick-list.ts';
import { wmsPositionsSchema } from '../../../shared/contracts/position.ts';
import { recountTasksSchema } from '../../../shared/contracts/recount-task.ts';
import { signInAnswerSchema } from '../../../shared/contracts/sign-in.ts';
import type { AdapterClient } from '../core/adapter-client.ts';
import { type Caller, type CallerParts, httpCaller } from './call.ts';
import { resultListSchema, scanResults } from './transaction-results.ts';

/** Items, positions and tasks in one page: while it is stored, a tenth of a second or two, no scan can be. */
const PAGE = 1_000;

const nothing = z.undefined();

/** The adapter's API by HTTP, with `fetch` of a browser's worker or of Node. */
export function adapterClient(parts: CallerParts): AdapterClient {
  const call: Caller = httpCaller(parts);
  return {
    async post(transactions) {
      const body = transactions;
      const answer = await call({ method: 'POST', path: '/transactions', body }, resultListSchema);
      return answer.kind === 'answered' ? { ...answer, body: scanResults(answer.body.results) } : answer;
    },
    masterData: (version, mark) => {
      const query = { version: String(version), ...(mark !== undefined && { mark }), limit: String(PAGE) };
      return call({ method: 'GET', path: '/master-data', query }, masterDataChangesSchema);
    },
    async positions(query) {
      const asked = { ...query, limit: String(PAGE) };
      const answer = await call({ method: 'GET', path: '/positions', query: asked }, wmsPositionsSchema);
      return answer.kind === 'answered'
        ? { ...answer, body: page(answer.body.positions, answer.body.next) }
        : answer;
    },
    async pickList(warehouseId, after) {
      const query = { warehouseId, ...(after !== undefined && { after }), limit: String(PAGE) };
      const answer = await call({ method: 'GET', path: '/pick-list', query }, pickListSchema);
      return answer.kind === 'answered'
        ? { ...answer, body: page(answer.body.picks, answer.body.next) }
        : answer;
    },
    async recountTasks(warehouseId, after) {
      const query = { warehouseId, ...(after !== undefined && { after }), limit: String(PAGE) };
      const answer = await call({ method: 'GET', path: '/recount-tasks', query }, recountTasksSchema);
      return answer.kind === 'answered'
        ? { ...answer, body: page(answer.body.recountTasks, answer.body.next) }
        : answer;
    },
    async enrol({ key }) {
      const asked = { method: 'GET', path: '/master-data', query: { limit: '1' }, key } as const;
      const answer = await call(asked, masterDataChangesSchema);
      if (answer.kind !== 'answered') return answer;
      const { scannerId, warehouseIds } = answer.body;
      return { ...answer, body: { scannerId, warehouseIds } };
    },
    signIn: (badge, pin) =>
      call({ method: 'POST', path: '/sign-in', body: { badge, pin } }, signInAnswerSchema),
    takeLock: (wanted) => call({ method: 'POST', path: '/locks', body: wanted }, runningLockSchema),
    extendLock: (lockId, scannerId) =>
      call(
        { method: 'POST', path: `/locks/${encodeURIComponent(lockId)}/extend`, body: { scannerId } },
        runningLockSchema,
      ),
    releaseLock: (lockId) =>
      call({ method: 'DELETE', path: `/locks/${encodeURIComponent(lockId)}` }, nothing),
    takeOverLock: (lockId, by) =>
      call(
        { method: 'POST', path: `/locks/${encodeURIComponent(lockId)}/take-over`, body: by },
        runningLockSchema,
      ),
  };
}

function page<Row>(rows: readonly Row[], next: string | undefined) {
  return { rows, ...(next !== undefined && { next }) };
}
