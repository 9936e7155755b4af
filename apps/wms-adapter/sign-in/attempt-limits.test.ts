import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ATTEMPT_LIMITS, type EarlierAttempt, heldUpUntil } from './attempt-limits.ts';

const NOW = new Date('2024-11-18T12:00:00.000Z');
const MINUTE = 60_000;

/** Attempts so many minutes ago. */
function ago(minutes: number[], of: Partial<EarlierAttempt> = {}): EarlierAttempt[] {
  return minutes.map((one) => ({
    at: NOW.getTime() - one * MINUTE,
    ...{ isOfBadge: true, isOfDevice: false },
    ...of,
  }));
}

describe('The next attempt to sign in is taken', () => {
  const device = { isOfBadge: false, isOfDevice: true };
  test.each([
    ['at once after none', [], undefined],
    ['at once after four wrong ones', ago([0, 1, 2, 3]), undefined],
    ['after five when the first of them is five minutes old', ago([0, 1, 2, 3, 4]), 1],
    ['at once when it is', ago([0, 1, 2, 3, 5]), undefined],
    ['by the fifth from the end, whatever came before', ago([0, 1, 2, 3, 4, 4.5, 4.9]), 1],
    ['whatever the order in which they were read', ago([4, 0, 3, 1, 2]), 1],
    ['after fifty of a day when the first of them is a day old', ago(steps(50, 10)), 24 * 60 - 500],
    ['after twenty-nine with one device', ago(steps(29, 0.1), device), undefined],
    ['after thirty with one device when the first is five minutes old', ago(steps(30, 0.1), device), 2],
    ['also counting those that another clock dates a little later', ago([-0.5, 1, 2, 3, 4]), 1],
  ])('%s', (_what, earlier, minutes) => {
    expect(minutesFromNow(heldUpUntil(earlier, NOW))).toBe(minutes);
  });

  test('never more often than the limits say, however the attempts come', () => {
    const gap = fc.integer({ min: 0, max: 10 * MINUTE });
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1, maxLength: 80 }), (gaps) => {
        const taken: EarlierAttempt[] = [];
        let now = NOW.getTime();
        for (const step of gaps) {
          now += step;
          const until = heldUpUntil(taken, new Date(now));
          if (until === undefined) taken.push({ at: now, isOfBadge: true, isOfDevice: true });
          else expect(until.getTime()).toBeGreaterThan(now);
        }
        for (const { attempts, withinMs } of ATTEMPT_LIMITS) {
          for (const { at } of taken) {
            const within = taken.filter((other) => other.at > at - withinMs && other.at <= at);
            expect(within.length).toBeLessThanOrEqual(attempts);
          }
        }
      }),
    );
  });

  test('when it said so', () => {
    const minutes = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 });
    fc.assert(
      fc.property(minutes, (list) => {
        const earlier = ago(list);
        const until = heldUpUntil(earlier, NOW);
        if (until !== undefined) expect(heldUpUntil(earlier, until)).toBeUndefined();
      }),
    );
  });
});

/** So many times, each `apart` minutes before the next, which is `apart` ago. */
function steps(count: number, apart: number): number[] {
  return Array.from({ length: count }, (_none, index) => (index + 1) * apart);
}

function minutesFromNow(until: Date | undefined): number | undefined {
  return until && (until.getTime() - NOW.getTime()) / MINUTE;
}
