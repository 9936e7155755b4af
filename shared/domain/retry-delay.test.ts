import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conflictDelay, failureDelay, retryDelay } from './retry-delay.ts';

const earliest = { random: () => 0 };
const latest = { random: () => 1 - Number.EPSILON };
const chance = fc
  .double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  .map((value) => ({ random: () => value }));

describe('the delay of a retry', () => {
  test.each([
    [0, 500, 1_000],
    [1, 1_000, 2_000],
    [4, 8_000, 16_000],
    [9, 150_000, 300_000],
    [10_000, 150_000, 300_000],
  ])('after attempt %i lies between %i and %i ms', (attempt, from, to) => {
    expect(retryDelay(attempt, earliest)).toBe(from);
    expect(retryDelay(attempt, latest)).toBe(to);
  });

  test('is never more than 5 minutes and never nothing, so that there is no limit of tries', () => {
    fc.assert(
      fc.property(fc.nat(), chance, (attempt, random) => {
        const delay = retryDelay(attempt, random);
        expect(delay).toBeGreaterThanOrEqual(500);
        expect(delay).toBeLessThanOrEqual(300_000);
      }),
    );
  });
});

test('after a lost race it is next to nothing at first and a quarter of a second at most', () => {
  expect(conflictDelay(1, latest)).toBe(10);
  expect(conflictDelay(1, earliest)).toBe(5);
  expect(conflictDelay(1_000, latest)).toBe(250);
});

describe('the delay before a store is asked again', () => {
  const throttled = { status: 'throttled' } as const;
  const unavailable = { status: 'unavailable' } as const;

  test('is what the store asked for, the longest of several', () => {
    const failures = [{ ...throttled, retryAfterMs: 40 }, { ...throttled, retryAfterMs: 700 }, throttled];
    expect(failureDelay(failures, 1, latest)).toBe(700);
  });

  test('starts short for a store that throttles without saying how long, and doubles to a second', () => {
    expect([1, 2, 3, 50].map((tries) => failureDelay([throttled], tries, latest))).toEqual([
      20, 40, 80, 1_000,
    ]);
  });

  test('doubles to two seconds for a store that does not answer', () => {
    expect([1, 2, 3, 4, 5, 50].map((tries) => failureDelay([throttled, unavailable], tries, latest))).toEqual(
      [200, 400, 800, 1_600, 2_000, 2_000],
    );
  });
});
