import { describe, expect, test } from 'vitest';
import {
  atLeastTimes,
  atMost,
  atMostTimes,
  below,
  type Figure,
  formatNumber,
  formatTable,
} from './figures.ts';

describe('The table of the benchmark', () => {
  const figures: Figure[] = [
    {
      ...{ workload: 'hot', figure: 'projected', unit: 'events/s', pipeline: 3_200, sample: 800 },
      target: atLeastTimes(3, 3_200, 800),
    },
    {
      ...{ workload: 'hot', figure: 'charge per event', unit: 'RU', pipeline: 9, sample: 10 },
      target: atMostTimes(0.7, 9, 10),
    },
    { workload: 'fold', figure: 'batches of 1', unit: 'events/s', pipeline: 1_234_567.8 },
  ];

  test('shows each figure with what is wanted and whether it is reached, workloads apart', () => {
    expect(
      formatTable(figures)
        .split('\n')
        .map((line) => line.replace(/\s{2,}/g, ' | ')),
    ).toEqual([
      'workload | figure | unit | pipeline | sample | ratio | wanted | reached',
      expect.stringMatching(/^─+( \| ─+)+$|^[─ |]+$/),
      'hot | projected | events/s | 3,200 | 800 | 4 × | ≥ 3 × the sample | yes',
      'hot | charge per event | RU | 9 | 10 | 0.9 × | ≤ 0.7 × the sample | NO',
      expect.stringMatching(/^[─ |]+$/),
      'fold | batches of 1 | events/s | 1,234,568',
    ]);
  });

  test('a limit is not reached by the limit itself', () => {
    expect(below(100, 'ms', 100)).toEqual({ wanted: '< 100 ms', reached: false });
    expect(below(100, 'ms', 99.9).reached).toBe(true);
  });

  test('what may be had at most is reached by itself', () => {
    expect(atMost(120, 'MB', 120)).toEqual({ wanted: '≤ 120 MB', reached: true });
    expect(atMost(120, 'MB', 120.1).reached).toBe(false);
  });

  test.each([
    [0.0234567, '0.0235'],
    [7.66666, '7.67'],
    [99.94, '99.9'],
    [215.6, '216'],
    [20_000, '20,000'],
    [0, '0'],
    [Number.NaN, '–'],
  ])('writes %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});
