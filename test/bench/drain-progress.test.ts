import { expect, test } from 'vitest';
import { type DrainSample, peakAt, ratesOfTenths } from './drain-progress.ts';

const MB = 1_000_000;

/** Nothing for a second, then half in 2 s, the other half in 4 s, and a look after it. */
const samples: DrainSample[] = [
  { at: 0, sent: 0, peak: 100 * MB },
  { at: 1_000, sent: 0, peak: 100 * MB },
  { at: 3_000, sent: 1_000, peak: 120 * MB },
  { at: 7_000, sent: 2_000, peak: 150 * MB },
  { at: 8_000, sent: 2_000, peak: 160 * MB },
];

test('The rate of each tenth of a drain counts from when it began to when it ended', () => {
  expect(ratesOfTenths(samples).map(Math.round)).toEqual([
    ...[500, 500, 500, 500, 500],
    ...[250, 250, 250, 250, 250],
  ]);
});

test('The peak at a share of the messages is that of the first look after it', () => {
  expect([0.1, 0.5, 1].map((share) => peakAt(samples, share) / MB)).toEqual([120, 120, 150]);
});

test('A drain that went faster than it was looked at has no rate', () => {
  const [first] = samples;
  const at = { at: 0, sent: 10, peak: 0 };
  expect(ratesOfTenths(first ? [first, at] : [])).toEqual(new Array(10).fill(Number.POSITIVE_INFINITY));
});
