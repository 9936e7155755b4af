import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { availableAfterLocks, availablePieces, type Supply } from './supply.ts';

const end = (minute: number) => `2024-11-18T10:${minute}:00.000Z`;
const supply = (fields: Partial<Supply>): Supply => ({
  itemExists: true,
  onHand: 0,
  reserved: 0,
  locked: [],
  ...fields,
});

describe('What is available', () => {
  test.each([
    ['on hand', { onHand: 10 }, 10],
    ['less what is reserved', { onHand: 10, reserved: 4 }, 6],
    [
      'less what is locked by a count',
      { onHand: 10, reserved: 4, locked: [{ until: end(10), onHand: 5 }] },
      1,
    ],
    ['never below 0', { onHand: 10, reserved: 9, locked: [{ until: end(10), onHand: 5 }] }, 0],
  ])('is %s', (_what, fields, pieces) => {
    expect(availablePieces(supply(fields))).toBe(pieces);
  });

  test('after locks is told by the lock whose end brings enough', () => {
    const locked = [
      { until: end(20), onHand: 3 },
      { until: end(10), onHand: 4 },
    ];
    const stock = supply({ onHand: 10, reserved: 2, locked });
    expect([4, 5, 6, 8].map((pieces) => availableAfterLocks(stock, pieces))).toEqual([
      end(10),
      end(10),
      end(20),
      end(20),
    ]);
  });

  test('after locks is told only where the stock would do without any lock', () => {
    const figures = fc.record({
      onHand: fc.nat(20),
      reserved: fc.nat(20),
      locked: fc.array(fc.record({ until: fc.constantFrom(end(10), end(20)), onHand: fc.nat(9) })),
    });
    fc.assert(
      fc.property(figures, fc.integer({ min: 1, max: 20 }), (fields, pieces) => {
        const stock = supply(fields);
        fc.pre(availablePieces(stock) < pieces);
        const without = availablePieces({ ...stock, locked: [] });
        expect(availableAfterLocks(stock, pieces) !== undefined).toBe(without >= pieces);
      }),
    );
  });
});
