import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AtpThresholds, observeAtp, withThresholds } from './atp-thresholds.ts';

const NOW = Date.UTC(2024, 10, 18, 10);

describe('a threshold is crossed', () => {
  test.each<[string, number, number, [threshold: number, below: boolean][]]>([
    ['when ATP falls below it', 10, 9, [[10, true]]],
    ['when ATP reaches it again', 9, 10, [[10, false]]],
    ['not when ATP falls to it', 11, 10, []],
    ['not when ATP moves on one side of it', 30, 12, []],
    ['not when ATP stays', 9, 9, []],
    [
      'as one change each when ATP jumps over several',
      60,
      -1,
      [
        [0, true],
        [10, true],
        [50, true],
      ],
    ],
  ])('%s', (_name, before, after, crossed) => {
    const held = withThresholds('ITEM-1', [50, 10, 0, 10], before, undefined);
    const seen = observeAtp(held, after, NOW);
    expect(seen.untold.map(({ threshold, below }) => [threshold, below])).toEqual(crossed);
    expect(seen.lastAtp).toBe(after);
    for (const change of seen.untold)
      expect(change).toMatchObject({ itemId: 'ITEM-1', atp: after, previousAtp: before });
  });

  test('and what is told in the end is which side of each threshold ATP is on', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 6 }),
        fc.array(fc.integer({ min: -25, max: 25 }), { minLength: 1 }),
        (thresholds, [first = 0, ...later]) => {
          let held: AtpThresholds = withThresholds('ITEM-1', thresholds, first, undefined);
          for (const atp of later) held = observeAtp(held, atp, NOW);
          const sequences = held.untold.map(({ sequence }) => sequence);
          expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
          for (const threshold of held.thresholds) {
            const last = held.untold.findLast((change) => change.threshold === threshold);
            expect(last?.below ?? first < threshold).toBe(held.lastAtp < threshold);
          }
        },
      ),
    );
  });
});

test('new thresholds keep the ATP last seen and what is still to be told', () => {
  const held = observeAtp(withThresholds('ITEM-1', [10], 20, undefined), 5, NOW);
  const changed = withThresholds('ITEM-1', [3], 1, held);
  expect(changed).toMatchObject({ thresholds: [3], lastAtp: 5, untold: held.untold });
  expect(observeAtp(changed, 1, NOW).untold).toHaveLength(2);
});

test('thresholds that are set again after they were removed look from the ATP of now, and use no number twice', () => {
  const first = observeAtp(withThresholds('ITEM-1', [10], 20, undefined), 5, NOW);
  const removed = withThresholds('ITEM-1', [], 5, first);
  expect(removed).toMatchObject({ thresholds: [], untold: [] });
  const again = withThresholds('ITEM-1', [10], 90, removed);
  expect(observeAtp(again, 80, NOW).untold).toEqual([]);
  expect(observeAtp(again, 8, NOW).untold).toMatchObject([{ sequence: first.sequence + 1, previousAtp: 90 }]);
});
