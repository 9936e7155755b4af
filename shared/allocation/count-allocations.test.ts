import { expect, test } from 'vitest';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import { allocationCountsSchema } from '../contracts/allocation-counts.ts';
import { allocationCounts } from './count-allocations.ts';

test.each([
  { requestUnits: 12, seconds: 5 },
  { requestUnits: 600, seconds: 60 },
])(
  'counting for $requestUnits RU is done once in $seconds s, whoever asks',
  async ({ requestUnits, seconds }) => {
    const clock = virtualRuntime();
    let confirmed = 0;
    const count = async () => {
      confirmed += 1;
      return { lines: new Map([['confirmed' as const, confirmed]]), requestUnits };
    };
    const counts = allocationCounts({ count }, clock);
    const toldNow = async () => (await counts()).counts.find(({ state }) => state === 'confirmed')?.lines;
    expect(await Promise.all([toldNow(), toldNow()])).toEqual([1, 1]);
    clock.advance(seconds * 1_000 - 1);
    expect(await toldNow()).toBe(1);
    clock.advance(1);
    expect(await toldNow()).toBe(2);
  },
);

test('settled lines are counted since a day ago, which is told', async () => {
  const clock = virtualRuntime();
  const asked: string[] = [];
  const count = async (settledSince: string) => {
    asked.push(settledSince);
    return { lines: new Map([['fulfilled' as const, 7]]), requestUnits: 1 };
  };
  const { settled } = allocationCountsSchema.parse(await allocationCounts({ count }, clock)());
  const since = new Date(clock.now() - 24 * 3_600_000).toISOString();
  expect(asked).toEqual([since]);
  expect(settled).toEqual({
    since,
    counts: [
      { state: 'fulfilled', lines: 7 },
      { state: 'rejected', lines: 0 },
      { state: 'released', lines: 0 },
    ],
  });
});
