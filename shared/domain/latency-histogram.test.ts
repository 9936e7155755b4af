import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LATENCY_BOUNDS } from '../contracts/figures.ts';
import { addHistograms, bucketOf, emptyHistogram, percentile } from './latency-histogram.ts';

function histogramOf(latencies: readonly number[]): number[] {
  const histogram = emptyHistogram();
  for (const latency of latencies) {
    const bucket = bucketOf(latency);
    histogram[bucket] = (histogram[bucket] ?? 0) + 1;
  }
  return histogram;
}

const latency = fc.oneof(fc.integer({ min: -10_000, max: 10_000 }), fc.integer({ min: 0, max: 10_000_000 }));

test('a percentile lies in the bucket of the latency that has that rank', () => {
  fc.assert(
    fc.property(
      fc.array(latency, { minLength: 1 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (some, share) => {
        const sorted = [...some].sort((a, b) => a - b);
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
        const bucket = bucketOf(exact);
        const found = percentile(histogramOf(some), share) ?? -1;
        expect(found).toBeGreaterThanOrEqual(bucket === 0 ? 0 : (LATENCY_BOUNDS[bucket - 1] ?? 0));
        expect(found).toBeLessThanOrEqual(LATENCY_BOUNDS[bucket] ?? Number.POSITIVE_INFINITY);
      },
    ),
  );
});

test('histograms of parts add up to that of the whole', () => {
  fc.assert(
    fc.property(fc.array(latency), fc.array(latency), (some, others) => {
      expect(addHistograms(histogramOf(some), histogramOf(others))).toEqual(
        histogramOf([...some, ...others]),
      );
    }),
  );
});

test.each([
  [[], 0.5, null],
  [[700, 700, 700, 700], 0.5, 725],
  [[10, 20, 90_000_000], 0.99, 3_600_000],
  [[-500], 1, 50],
])('of %j the %d percentile reads %s', (some, share, expected) => {
  expect(percentile(histogramOf(some), share)).toBe(expected);
});
