import { describe, expect, test } from 'vitest';
import { retrying } from './retrying.ts';

const deadlock = Object.assign(new Error('deadlocked'), { number: 1205 });
const fault = new Error('a fault of ours');

/** Fails with these one after the other, then answers how often it was called. */
function failing(...errors: readonly Error[]): () => Promise<number> {
  let calls = 0;
  return async () => {
    const error = errors[calls];
    calls += 1;
    if (error !== undefined) throw error;
    return calls;
  };
}

/** A clock that only notes how long it was asked to wait. */
function waits() {
  const delays: number[] = [];
  const sleep = async (milliseconds: number) => {
    delays.push(milliseconds);
  };
  return { delays, sleep };
}

describe('Work on the database', () => {
  test('that succeeds is done once', async () => {
    const { delays, sleep } = waits();
    expect(await retrying(failing(), { random: () => 0, sleep })).toBe(1);
    expect(delays).toEqual([]);
  });

  test('is done again after a deadlock and a broken connection', async () => {
    const broken = Object.assign(new Error('gone'), { code: 'ESOCKET' });
    const { delays, sleep } = waits();
    expect(await retrying(failing(deadlock, broken), { random: () => 0, sleep })).toBe(3);
    expect(delays).toEqual([10, 20]);
  });

  test('waits twice as long each time, at most 2 s, over the upper half of which it is spread', async () => {
    const shortest = waits();
    const longest = waits();
    const errors = Array.from({ length: 9 }, () => deadlock);
    await retrying(failing(...errors), { random: () => 0, sleep: shortest.sleep, tries: 10 });
    await retrying(failing(...errors), { random: () => 1, sleep: longest.sleep, tries: 10 });
    expect(shortest.delays).toEqual([10, 20, 40, 80, 160, 320, 640, 1000, 1000]);
    expect(longest.delays).toEqual([20, 40, 80, 160, 320, 640, 1280, 2000, 2000]);
  });

  test('is given up after its last try, with what that one threw', async () => {
    const { delays, sleep } = waits();
    const last = Object.assign(new Error('the last'), { number: 1205 });
    await expect(
      retrying(failing(deadlock, deadlock, last), { random: () => 0, sleep, tries: 3 }),
    ).rejects.toBe(last);
    expect(delays).toHaveLength(2);
  });

  test('is given up at the second time-out: each has cost its time already', async () => {
    const timeout = Object.assign(new Error('no answer'), { code: 'ETIMEOUT' });
    const { delays, sleep } = waits();
    const work = failing(deadlock, timeout, deadlock, timeout, deadlock);
    await expect(retrying(work, { random: () => 0, sleep })).rejects.toBe(timeout);
    expect(delays).toEqual([10, 20, 40]);
  });

  test('that throws a fault of its own is not done again', async () => {
    const { delays, sleep } = waits();
    await expect(retrying(failing(fault), { random: () => 0, sleep })).rejects.toBe(fault);
    expect(delays).toEqual([]);
  });

  test('tells of every failure that is tried again', async () => {
    const told: [unknown, number][] = [];
    const onRetry = (error: unknown, delayMs: number) => told.push([error, delayMs]);
    await retrying(failing(deadlock), { random: () => 0, sleep: waits().sleep, onRetry });
    expect(told).toEqual([[deadlock, 10]]);
  });
});
