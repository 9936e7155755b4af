import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasIdle, moveBackIn, moveIdleOut, OVERFLOW_FROM_POSITIONS, REPLAY_HORIZON_MS } from './overflow.ts';
import { type Position, positionKey } from './position.ts';
import { emptyStock, replacePositions } from './stock.ts';

const KEY = { itemId: 'ITEM-1', warehouseId: 'WH-001' };
const NOW = Date.UTC(2024, 10, 18, 10);
const NOTHING = { ...KEY, positions: [] };

function position(locationId: string, fields: Partial<Position> = {}): Position {
  const changedAt = new Date(NOW - REPLAY_HORIZON_MS - 1).toISOString();
  return { locationId, lotNumber: null, onHand: 0, version: 1, changedAt, ...fields };
}

function stockOf(positions: readonly Position[]) {
  return replacePositions(emptyStock(KEY), positions, '2024-11-18T10:00:00Z');
}

/** Enough positions in use that moving the others is worth it. */
const busy = Array.from({ length: OVERFLOW_FROM_POSITIONS }, (_, index) =>
  position(`A-${index}`, { onHand: 1 }),
);

test.each([
  ['at zero and idle beyond the horizon', {}, true],
  ['that holds a piece', { onHand: 1 }, false],
  ['changed within the horizon', { changedAt: new Date(NOW - REPLAY_HORIZON_MS).toISOString() }, false],
  ['with an open gap', { missing: [[1, 2]] as const }, false],
  ['that is unversioned, at zero and idle', { eventId: 'evt-1' }, true],
])('a position %s: moves out is %s', (_name, fields, moves) => {
  const stock = stockOf([...busy, position('Z', fields)]);
  expect(hasIdle(stock, NOW)).toBe(moves);
  expect(moveIdleOut(stock, NOTHING, NOW).overflow.positions).toHaveLength(moves ? 1 : 0);
});

test('a stock of few positions is left alone', () => {
  const stock = stockOf([...busy.slice(1), position('Z')]);
  expect(hasIdle(stock, NOW)).toBe(false);
  expect(moveIdleOut(stock, NOTHING, NOW)).toEqual({ stock, overflow: NOTHING });
});

test('whatever moves out and back, no position is lost, doubled or changed, and the total stays', () => {
  const held = fc.uniqueArray(fc.nat(200), { minLength: OVERFLOW_FROM_POSITIONS + 1, maxLength: 120 });
  fc.assert(
    fc.property(held, fc.array(fc.nat(200)), (places, wanted) => {
      const stock = stockOf(places.map((place) => position(`L-${place}`, { onHand: place % 3 })));
      const out = moveIdleOut(stock, NOTHING, NOW);
      const back = moveBackIn(
        out.stock,
        out.overflow,
        wanted.map((place) => positionKey(position(`L-${place}`))),
      );
      const byPlace = (a: Position, b: Position) => (a.locationId < b.locationId ? -1 : 1);
      const all = [...back.stock.positions, ...back.overflow.positions];
      expect(all.toSorted(byPlace)).toEqual(stock.positions.toSorted(byPlace));
      expect(back.stock.onHand).toBe(stock.onHand);
      expect(back.stock.overflowed ?? 0).toBe(back.overflow.positions.length);
    }),
  );
});
