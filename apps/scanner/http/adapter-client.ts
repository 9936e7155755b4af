import { z } from 'zod';
import { runningLockSchema } from '../../../shared/contracts/location-lock.ts';
import { masterDataChangesSchema } from '../../../shared/contracts/master-data-changes.ts';
import { pickListSchema } from '../../../shared/contracts/pick-list.ts';
import { wmsPositionsSchema } from '../../../shared/contracts/position.ts';
import { recountTasksSchema } from '../../../shared/contracts/recount-task.ts';
import { signInAnswerSchema } from '../../../shared/contracts/sign-in.ts';
import type { AdapterClient, Answer, PageOf } from '../core/adapter-client.ts';
import { type Call, type Caller, type CallerParts, httpCaller } from './call.ts';
import { resultListSchema, scanResults } from './transaction-results.ts';

/** Items, positions and tasks in one page: while it is stored, a tenth of a second or two, no scan can be. */
const PAGE = 1_000;

const nothing = z.undefined();

/** The adapter's API by HTTP, with `fetch` of a browser's worker or of Node. */
export function adapterClient(parts: CallerParts): AdapterClient {
  const call: Caller = httpCaller(parts);

  /** One page of a list; `rowsOf` reads it out of the answer. */
  async function list<Body extends { readonly next?: string | undefined }, Row>(
    path: string,
    query: NonNullable<Call['query']>,
    schema: z.ZodType<Body>,
    rowsOf: (body: Body) => readonly Row[],
  ): Promise<Answer<PageOf<Row>>> {
    const answer = await call({ method: 'GET', path, query: { ...query, limit: String(PAGE) } }, schema);
    if (answer.kind !== 'answered') return answer;
    const { next } = answer.body;
    return { ...answer, body: { rows: rowsOf(answer.body), ...(next !== undefined && { next }) } };
  }

  return {
    async post(transactions, number) {
      const posted = { method: 'POST', path: '/transactions', body: transactions, number } as const;
      const answer = await call(posted, resultListSchema);
      return answer.kind === 'answered' ? { ...answer, body: scanResults(answer.body.results) } : answer;
    },
    masterData: (version, mark) => {
      const query = { version: String(version), ...(mark !== undefined && { mark }), limit: String(PAGE) };
      return call({ method: 'GET', path: '/master-data', query }, masterDataChangesSchema);
    },
    positions: (query) => list('/positions', { ...query }, wmsPositionsSchema, ({ positions }) => positions),
    pickList: (warehouseId, after) =>
      list('/pick-list', pageOf(warehouseId, after), pickListSchema, ({ picks }) => picks),
    recountTasks: (warehouseId, after) =>
      list(
        '/recount-tasks',
        pageOf(warehouseId, after),
        recountTasksSchema,
        ({ recountTasks }) => recountTasks,
      ),
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

function pageOf(warehouseId: string, after: string | undefined) {
  return { warehouseId, ...(after !== undefined && { after }) };
}
