import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FULL_OF_TIMES, MOST_TIMES, noteProjected, type ProjectedTime } from './projected-times.ts';
import { emptyStock, type Stock } from './stock.ts';

const TEN = Date.parse('2024-11-18T10:00:00.000Z');
const STOCK = emptyStock({ itemId: 'ITEM-1', warehouseId: 'WH-001' });

/** Folds of so many events each, one a millisecond: what the stock holds after each, and all that it handed on by then. */
function play(folds: readonly (readonly string[])[]) {
  let stock: Stock = STOCK;
  const pieces: (readonly ProjectedTime[])[] = [];
  for (const [turn, eventIds] of folds.entries()) {
    const noted = noteProjected(stock, eventIds, TEN + turn);
    stock = noted.stock;
    if (noted.handedOn.length > 0) pieces.push(noted.handedOn);
  }
  return { stock, held: stock.projectedTimes ?? [], pieces };
}

function named(sizes: readonly number[]): string[][] {
  return sizes.map((size, turn) => Array.from({ length: size }, (_, index) => `evt-${turn}-${index}`));
}

/** Mostly as events come one by one, now and then as a backlog brings them. */
const sizes = fc.array(
  fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.integer({ min: 10, max: 90 })),
  { maxLength: 60 },
);

test('every event is in the stock or handed on, once, with the time of its fold, and the stock holds few', () => {
  fc.assert(
    fc.property(sizes, (drawn) => {
      const folds = named(drawn);
      const { held, pieces } = play(folds);
      const expected = folds.flatMap((eventIds, turn) => eventIds.map((eventId) => [eventId, TEN + turn]));
      expect([...pieces.flat(), ...held]).toEqual(expected);
      expect(held.length).toBeLessThanOrEqual(MOST_TIMES);
    }),
  );
});

test('what is handed on are pieces of many events', () => {
  fc.assert(
    fc.property(sizes, (drawn) => {
      for (const piece of play(named(drawn)).pieces)
        expect(piece.length).toBeGreaterThanOrEqual(FULL_OF_TIMES);
    }),
  );
});

test('of an event that comes again the first time counts', () => {
  const { held } = play([
    ['evt-1', 'evt-2', 'evt-1'],
    ['evt-2', 'evt-3'],
  ]);
  expect(held).toEqual([
    ['evt-1', TEN],
    ['evt-2', TEN],
    ['evt-3', TEN + 1],
  ]);
});

test('nothing else of the stock changes', () => {
  const { stock } = noteProjected({ ...STOCK, tentative: 4, watched: true }, ['evt-1'], TEN);
  expect(stock).toEqual({ ...STOCK, tentative: 4, watched: true, projectedTimes: [['evt-1', TEN]] });
});
