import { expect, test } from 'vitest';
import { StoreUnavailable } from './stock-store.ts';
import { untilStored } from './until-stored.ts';

function stoppedClock() {
  const slept: number[] = [];
  const sleep = async (ms: number) => void slept.push(ms);
  return { slept, runtime: { sleep, random: () => 0.5 } };
}

test('what is stored at once is not waited for, and neither is the second attempt', async () => {
  const { slept, runtime } = stoppedClock();
  const races: number[] = [];
  const attempt = async (race: number) => {
    races.push(race);
    return race === 1 ? 'stored' : 'conflict';
  };
  expect(await untilStored(runtime, 'item A', attempt)).toBe('stored');
  expect(races).toEqual([0, 1]);
  expect(slept).toEqual([]);
});

test('whoever goes on losing waits longer each time, up to a quarter of a second', async () => {
  const { slept, runtime } = stoppedClock();
  await untilStored(runtime, 'item A', async (race) => (race < 12 ? 'conflict' : race));
  expect(slept).toHaveLength(11);
  expect(slept).toEqual(slept.toSorted((a, b) => a - b));
  expect(Math.max(...slept)).toBeLessThanOrEqual(250);
});

test('whoever always loses is told to come back, and what it was about', async () => {
  const { runtime } = stoppedClock();
  const lost = untilStored(runtime, 'order A-17', async () => 'conflict' as const);
  await expect(lost).rejects.toThrow(StoreUnavailable);
  await expect(lost).rejects.toThrow('attempts to store order A-17 each met a newer state');
});

test('an attempt that fails is not made again', async () => {
  const { runtime } = stoppedClock();
  let attempts = 0;
  const failing = untilStored(runtime, 'item A', async () => {
    attempts += 1;
    throw new StoreUnavailable('away');
  });
  await expect(failing).rejects.toThrow('away');
  expect(attempts).toBe(1);
});
