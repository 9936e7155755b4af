import { expect, test } from 'vitest';
import type { Run } from '../../../shared/contracts/reconciliation.ts';
import { someRun } from '../../../test/doubles/reconciliation-fixtures.ts';
import { virtualRuntime } from '../../../test/doubles/virtual-runtime.ts';
import { followRun } from './follow-run.ts';
import { ReconciliationApiError } from './reconciliation-client.ts';

const away = new ReconciliationApiError('away', true);
const runtime = virtualRuntime();

/** Gives one answer after the other, the last one for ever. */
function answering(...answers: readonly (Run | Error)[]) {
  const left = [...answers];
  return {
    run: async () => {
      const answer = left.length > 1 ? left.shift() : left[0];
      if (!answer || answer instanceof Error) throw answer;
      return answer;
    },
  };
}

test('A run is followed through a restart of the app', async () => {
  const run = someRun({ status: 'running' });
  const shown: string[] = [];
  const client = answering(run, away, away, away, { ...run, status: 'failed' });
  const ended = await followRun(run.runId, client, { runtime, show: ({ status }) => shown.push(status) });
  expect([ended.status, shown]).toEqual(['failed', ['running', 'failed']]);
});

test('An app that stays away is told after two minutes, one that refuses at once', async () => {
  const from = runtime.now();
  const show = () => {};
  await expect(followRun('x', answering(someRun(), away), { runtime, show })).rejects.toBe(away);
  expect(runtime.now() - from).toBeGreaterThanOrEqual(120_000);
  const refused = new ReconciliationApiError('no such run', false);
  const asked = runtime.now();
  await expect(followRun('x', answering(refused), { runtime, show })).rejects.toBe(refused);
  expect(runtime.now()).toBe(asked);
});
