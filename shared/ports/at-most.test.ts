import { describe, expect, test } from 'vitest';
import { mapAtMost } from './at-most.ts';

describe('Work for many', () => {
  test('is done a few at a time, and answered in the order asked', async () => {
    let underWay = 0;
    let most = 0;
    const results = await mapAtMost(3, [1, 2, 3, 4, 5, 6, 7], async (number) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await Promise.resolve();
      underWay -= 1;
      return number * 2;
    });
    expect(results).toEqual([2, 4, 6, 8, 10, 12, 14]);
    expect(most).toBe(3);
  });

  test('of nobody is nothing', async () => {
    expect(await mapAtMost(3, [], async () => 1)).toEqual([]);
  });

  test('stops at the first failure, when what is under way has ended', async () => {
    const done: number[] = [];
    const work = mapAtMost(2, [1, 2, 3, 4, 5], async (number) => {
      await Promise.resolve();
      if (number === 1) throw new Error('no');
      done.push(number);
    });
    await expect(work).rejects.toThrow('no');
    expect(done).toEqual([2]);
  });
});
