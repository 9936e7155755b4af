import { expect, test } from 'vitest';
import { OverloadedError } from '../booking/group-commit.ts';
import { fewAtATime } from './few-at-a-time.ts';

test('No more run at once than may, all that may wait get their turn in order, and the rest is refused', async () => {
  const takeTurn = fewAtATime(2, 3);
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const work = (name: number) => () =>
    new Promise<number>((resolve) => {
      begun.push(name);
      ends.set(name, () => resolve(name));
    });
  const taken = [1, 2, 3, 4, 5].map((name) => takeTurn(work(name)));
  await expect(takeTurn(work(6))).rejects.toThrow(OverloadedError);
  expect(begun).toEqual([1, 2]);
  for (const name of [2, 1, 3, 4, 5]) {
    ends.get(name)?.();
    expect(await taken[name - 1]).toBe(name);
  }
  expect(begun).toEqual([1, 2, 3, 4, 5]);
});

test('Work that fails makes room as well', async () => {
  const takeTurn = fewAtATime(1, 0);
  await expect(takeTurn(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await takeTurn(async () => 'done')).toBe('done');
});
