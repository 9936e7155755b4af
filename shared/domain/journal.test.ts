import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findMismatches } from './journal.ts';
import type { PositionUpdate } from './position.ts';

function history(changes: readonly number[]): PositionUpdate[] {
  const updates = [update(1, 1_000, 1_000)];
  let onHand = 1_000;
  for (const change of changes) {
    onHand += change;
    updates.push(update(updates.length + 1, change, onHand));
  }
  return updates;
}

function update(version: number, quantityChange: number, resultingOnHand: number): PositionUpdate {
  return {
    locationId: 'A-01',
    lotNumber: null,
    quantityChange,
    resultingOnHand,
    version,
    timestamp: '2024-11-18T10:00:00Z',
    eventId: `evt-${version}`,
  };
}

describe('the journal of a position', () => {
  test('shows no mismatch in an honest history, in whatever order it was written', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.integer({ min: -20, max: 20 }), { maxLength: 20 })
          .chain((changes) => fc.shuffledSubarray(history(changes), { minLength: changes.length + 1 })),
        (updates) => {
          expect(findMismatches([...updates, ...updates])).toEqual([]);
        },
      ),
    );
  });

  test('shows a mismatch that the order of arrival hid from the fold', () => {
    const updates = history([-10, -10, -10]).map((entry) =>
      entry.version === 3 ? { ...entry, quantityChange: -7 } : entry,
    );
    expect(findMismatches(updates.toReversed())).toEqual([
      expect.objectContaining({ kind: 'calculation-mismatch', version: 3, expected: 983, found: 980 }),
    ]);
  });

  test('does not judge across a gap', () => {
    expect(findMismatches(history([-10, -10, -10]).filter(({ version }) => version !== 2))).toEqual([]);
  });

  test('shows two events that claim one version', () => {
    expect(findMismatches([...history([-10]), update(2, -5, 995)])).toEqual([
      expect.objectContaining({ kind: 'conflicting-event', version: 2 }),
    ]);
  });
});
