import { expect, test } from 'vitest';
import type { RunningLock } from '../../../shared/contracts/location-lock.ts';
import type { Answer } from './adapter-client.ts';
import { counting } from './counting.ts';
import { deviceUnderTest } from './device-under-test.ts';
import { fakeAdapter } from './fake-adapter.ts';
import { virtualTime } from './virtual-time.ts';

const HELD = { lockId: 'LOCK-1', until: '2026-11-22T10:20:00.000Z' };

/** Counting by a device that has heard nothing of the server yet, whose locks are answered so; what was let go of. */
function countingWith(takeLock: () => Promise<Answer<RunningLock>>, at: string) {
  const released: string[] = [];
  const { client } = fakeAdapter(virtualTime());
  const parts = {
    store: deviceUnderTest().store,
    client: {
      ...client,
      takeLock,
      async releaseLock(lockId: string) {
        released.push(lockId);
        return { kind: 'no-answer' as const, detail: 'gone' };
      },
    },
    isOffline: () => true,
    // Nobody waits any longer.
    within: <Result>(work: Promise<Result>) => Promise.race([work, new Promise<undefined>(setImmediate)]),
    clockOffsetMs: () => 0,
    now: () => Date.parse(at),
  };
  return { released, device: counting(parts) };
}

test('a count that was under way goes on under its lock where the server does not answer, while that runs', async () => {
  const silent = async () => ({ kind: 'no-answer' as const, detail: 'gone' });
  const early = countingWith(silent, '2026-11-22T10:19:59.000Z').device;
  expect(await early.resumeCount('WH-001', 'A-01', HELD)).toEqual({ kind: 'running', ...HELD });
  const late = countingWith(silent, HELD.until).device;
  expect(await late.resumeCount('WH-001', 'A-01', HELD)).toEqual({ kind: 'offline' });
  expect(await late.resumeCount('WH-001', 'A-01')).toEqual({ kind: 'offline' });
});

test('of a count that was under way the server is asked, although nobody knows of a network yet', async () => {
  const lock = { ...HELD, userId: 'ben', scannerId: 'SCANNER-09' };
  const locks = [{ ...lock, warehouseId: 'WH-001', locationId: 'A-01' }];
  const problem = { type: 'about:blank', title: 'under count', status: 409, locks };
  const { device } = countingWith(async () => ({ kind: 'refused', problem }), '2026-11-22T10:00:00.000Z');
  expect(await device.resumeCount('WH-001', 'A-01', HELD)).toEqual({ kind: 'taken', ...lock });
});

test('the lock of a count that goes on is not let go of where it is confirmed too late', async () => {
  const { promise, resolve } = Promise.withResolvers<Answer<RunningLock>>();
  const { device, released } = countingWith(() => promise, '2026-11-22T10:00:00.000Z');
  expect(await device.resumeCount('WH-001', 'A-01', HELD)).toEqual({ kind: 'running', ...HELD });
  const holder = { warehouseId: 'WH-001', locationId: 'A-01', scannerId: 'SCANNER-08', userId: 'ann' };
  resolve({ kind: 'answered', body: { ...HELD, ...holder, startedAt: '2026-11-22T09:50:00.000Z' } });
  await new Promise(setImmediate);
  expect(released).toEqual([]);
});
