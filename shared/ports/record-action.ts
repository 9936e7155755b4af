import { type Action, MOST_ACTION_IDS } from '../contracts/actions.ts';
import type { ActionLog } from './action-log.ts';
import { isoNow, type Runtime } from './runtime.ts';

export type ActionPorts = { readonly actions: ActionLog; readonly runtime: Pick<Runtime, 'now'> };

/** What is about to be done, and by whom. */
export type Intent = Pick<Action, 'kind' | 'by'> & {
  readonly why?: string | undefined;
  readonly asked?: Readonly<Record<string, unknown>> | undefined;
};

/** Tells to what it has been done so far. */
export type Did = (ids: readonly string[]) => void;

/**
 * Does something that is recorded before it begins, so that nothing is done that the log does not know, and once more
 * when it has ended or failed. When the log goes away in between what was done stays done, and the record `begun`.
 *
 * @throws {StoreUnavailable} when the log does not take it, and nothing is done then; and what `work` throws
 */
export async function recordAction<Result>(
  { actions, runtime }: ActionPorts,
  intent: Intent,
  work: (did: Did) => Promise<Result>,
): Promise<Result> {
  const { kind, by, why, asked } = intent;
  const begun = {
    ...{ actionId: crypto.randomUUID(), at: isoNow(runtime), by, kind },
    ...(why !== undefined && { why }),
    ...(asked !== undefined && { asked: { ...asked } }),
  };
  await actions.put({ ...begun, status: 'begun', count: 0, ids: [] });
  let count = 0;
  const ids: string[] = [];
  const end = async (status: 'done' | 'failed') => {
    await actions.put({ ...begun, status, count, ids }).catch(() => {});
  };
  const did: Did = (more) => {
    count += more.length;
    ids.push(...more.slice(0, MOST_ACTION_IDS - ids.length));
  };
  try {
    const result = await work(did);
    await end('done');
    return result;
  } catch (error) {
    await end('failed');
    throw error;
  }
}
