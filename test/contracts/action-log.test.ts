import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Action } from '../../shared/contracts/actions.ts';
import type { ActionLog } from '../../shared/ports/action-log.ts';
import { InvalidContinuationToken } from '../../shared/ports/quarantine-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { tableActionLog } from '../../shared/storage/action-log.ts';
import { inMemoryActionLog } from '../doubles/action-log.ts';
import { inMemory, inStorage, type StoreUnderTest } from './store-under-test.ts';

function action(actionId: string, at: string): Action {
  return { actionId, at, by: 'ann', kind: 'replay-messages', status: 'begun', count: 0, ids: [] };
}

describe.each<[string, () => Promise<StoreUnderTest<ActionLog>>]>([
  ['in memory', inMemory(inMemoryActionLog)],
  ['in Table storage', inStorage((storage) => tableActionLog(storage.table('actions')))],
])('the action log %s', (_name, start) => {
  let implementation: StoreUnderTest<ActionLog>;
  let log: ActionLog;
  beforeAll(async () => {
    implementation = await start();
    log = implementation.store;
  });
  afterAll(() => implementation.stop());

  const first = action('a', '2024-11-18T09:59:59.999Z');
  const second = action('b', '2024-11-18T10:00:00.000Z');
  const third = action('c', '2024-11-19T10:00:00.000Z');

  test('tells the newest first, page by page', async () => {
    for (const one of [second, third, first]) await log.put(one);
    expect(await log.list({ top: 3 })).toEqual({ rows: [third, second, first] });
    const page = await log.list({ top: 2 });
    expect(page.rows).toEqual([third, second]);
    const { continuationToken } = page;
    expect(await log.list({ top: 2, continuationToken })).toEqual({ rows: [first] });
  });

  test('keeps what is told of an action last', async () => {
    const ids = Array.from({ length: 100 }, (_unused, index) => `${index}`.padStart(200, 'ü'));
    const done: Action = {
      ...second,
      status: 'done',
      why: 'Put right.',
      asked: { all: true },
      count: 700,
      ids,
    };
    await log.put(done);
    expect((await log.list({ top: 3 })).rows).toEqual([third, done, first]);
  });

  test.each(['x', 'bnVsbA', Buffer.from('["runs","1"]').toString('base64url')])(
    'does not take the token %s, which no list gave',
    async (continuationToken) => {
      await expect(log.list({ top: 1, continuationToken })).rejects.toBeInstanceOf(InvalidContinuationToken);
    },
  );

  test('that is away says so', async () => {
    await implementation.goAway();
    await expect(log.list({ top: 1 })).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(log.put(first)).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
