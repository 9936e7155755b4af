import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atpByDate, type Demand, demandOnlyAt, lastKnownDay } from './atp-by-date.ts';
import { emptyStock, type StockFigures } from './stock.ts';
import { addDays, daysFrom } from './utc-day.ts';

const TODAY = '2024-11-18';
const day = (offset: number) => addDays(TODAY, offset);

type Case = {
  readonly atp: number;
  readonly expected?: readonly (readonly [offset: number, quantity: number, received?: number])[];
  readonly wanted?: readonly (readonly [offset: number | undefined, quantity: number])[];
  readonly projected: readonly number[];
  readonly days: readonly number[];
};

describe('ATP of a day is the lowest projected quantity from that day on', () => {
  test.each<[string, Case]>([
    [
      'with nothing known ahead every day has the ATP of now',
      { atp: 7, projected: [7, 7, 7], days: [7, 7, 7] },
    ],
    [
      'a receipt raises the days from its own on',
      { atp: 20, expected: [[2, 30]], projected: [20, 20, 50, 50], days: [20, 20, 50, 50] },
    ],
    [
      'what is wanted later is kept from the days before',
      { atp: 20, wanted: [[2, 15]], projected: [20, 20, 5, 5], days: [5, 5, 5, 5] },
    ],
    [
      // The published kind of example: on hand 10, a sale of 12 later, a purchase order between the two.
      'a receipt in time for the demand leaves the days before as they are',
      { atp: 10, expected: [[1, 5]], wanted: [[3, 12]], projected: [10, 15, 15, 3], days: [3, 3, 3, 3] },
    ],
    [
      'a receipt after the demand does not help the days before it',
      {
        atp: 10,
        expected: [[3, 100]],
        wanted: [[1, 4]],
        projected: [10, 6, 6, 106],
        days: [6, 6, 6, 106],
      },
    ],
    [
      'the lowest day decides also when it lies beyond the days asked for',
      { atp: 50, expected: [[1, 10]], wanted: [[40, 55]], projected: [50, 60, 60], days: [5, 5, 5] },
    ],
    [
      'what was wanted earlier, or as soon as possible, is wanted today',
      {
        atp: 10,
        wanted: [
          [-30, 1],
          [undefined, 2],
          [0, 3],
        ],
        projected: [4, 4],
        days: [4, 4],
      },
    ],
    [
      'an overdue receipt counts for nothing',
      { atp: 3, expected: [[-1, 50]], projected: [3, 3], days: [3, 3] },
    ],
    ['a receipt due today counts', { atp: 3, expected: [[0, 50]], projected: [53], days: [53] }],
    [
      'of a receipt only what has not come yet counts',
      { atp: 3, expected: [[1, 50, 45]], projected: [3, 8], days: [3, 8] },
    ],
    ['it may be below zero', { atp: -5, expected: [[1, 3]], projected: [-5, -2], days: [-5, -2] }],
  ])('%s', (_name, { atp, expected = [], wanted = [], projected, days }) => {
    const found = atpByDate(
      [stockWith(atp, expected)],
      wanted.map(([offset, quantity]) => demand(quantity, offset)),
      { from: TODAY, to: day(days.length - 1) },
      TODAY,
    );
    expect(found.map(({ date }) => date)).toEqual(days.map((_unused, offset) => day(offset)));
    expect(found.map((row) => row.projected)).toEqual(projected);
    expect(found.map((row) => row.atp)).toEqual(days);
  });

  test('an item is the sum of its warehouses, and each day tells what comes and what is wanted on it', () => {
    const found = atpByDate(
      [stockWith(10, [[1, 5]]), stockWith(-2, [[1, 1]])],
      [demand(4, 1), demand(1, undefined)],
      { from: TODAY, to: day(2) },
      TODAY,
    );
    expect(found).toEqual([
      { date: day(0), expected: 0, demand: 1, projected: 7, atp: 7 },
      { date: day(1), expected: 6, demand: 4, projected: 9, atp: 9 },
      { date: day(2), expected: 0, demand: 0, projected: 9, atp: 9 },
    ]);
  });

  test('days before today are left out, whatever was asked', () => {
    const range = { from: day(-5), to: day(1) };
    expect(atpByDate([stockWith(1)], [], range, TODAY).map(({ date }) => date)).toEqual([TODAY, day(1)]);
    expect(atpByDate([stockWith(1)], [], { from: day(-5), to: day(-1) }, TODAY)).toEqual([]);
  });

  test('a range may begin after everything that is known', () => {
    const found = atpByDate([stockWith(5, [[1, 5]])], [], { from: day(30), to: day(30) }, TODAY);
    expect(found).toEqual([{ date: day(30), expected: 0, demand: 0, projected: 10, atp: 10 }]);
  });

  test('at a warehouse only demand counts that no other may meet', () => {
    const only: Demand = { quantity: 1, allowedWarehouses: ['WH-001'] };
    const other: Demand = { quantity: 2, allowedWarehouses: ['WH-002'] };
    const either: Demand = { quantity: 4, allowedWarehouses: ['WH-001', 'WH-002'] };
    expect(demandOnlyAt('WH-001', [only, other, either, { quantity: 8 }])).toEqual([only]);
  });

  test('the last known day is that of the last receipt or demand', () => {
    expect(lastKnownDay([stockWith(5, [[4, 5]])], [demand(1, 9)], TODAY)).toBe(day(9));
    expect(lastKnownDay([stockWith(5, [[-4, 5]])], [demand(1, undefined)], TODAY)).toBe(TODAY);
  });
});

describe('for whatever is known, ATP by day', () => {
  const situation = fc.record({
    atp: fc.integer({ min: -50, max: 50 }),
    expected: fc.array(fc.tuple(fc.integer({ min: -5, max: 20 }), fc.integer({ min: 1, max: 50 }))),
    wanted: fc.array(
      fc.tuple(
        fc.option(fc.integer({ min: -5, max: 20 }), { nil: undefined }),
        fc.integer({ min: 1, max: 50 }),
      ),
    ),
  });
  const daysOf = (
    {
      atp,
      expected,
      wanted,
    }: { atp: number; expected: [number, number][]; wanted: [number | undefined, number][] },
    to: number,
  ) =>
    atpByDate(
      [stockWith(atp, expected)],
      wanted.map(([offset, quantity]) => demand(quantity, offset)),
      { from: TODAY, to: day(to) },
      TODAY,
    );

  test('never falls from one day to the next, and never lies above what is projected', () => {
    fc.assert(
      fc.property(situation, (known) => {
        const found = daysOf(known, 25);
        for (const [index, row] of found.entries()) {
          expect(row.atp).toBeLessThanOrEqual(row.projected);
          expect(row.atp).toBeGreaterThanOrEqual(found[index - 1]?.atp ?? row.atp);
        }
      }),
    );
  });

  test('is, day by day, the lowest of the projected quantities from there on', () => {
    fc.assert(
      fc.property(situation, fc.integer({ min: 0, max: 25 }), (known, to) => {
        // 25 days reach beyond all that is known here, so the plain rule can be read off them.
        const all = daysOf(known, 25).map(({ projected }) => projected);
        expect(daysOf(known, to).map(({ atp }) => atp)).toEqual(
          all.slice(0, to + 1).map((_unused, index) => Math.min(...all.slice(index))),
        );
      }),
    );
  });

  test('ends at everything there is, everything expected and nothing wanted', () => {
    fc.assert(
      fc.property(situation, ({ atp, expected, wanted }) => {
        const coming = expected
          .filter(([offset]) => offset >= 0)
          .reduce((sum, [, pieces]) => sum + pieces, 0);
        const going = wanted.reduce((sum, [, pieces]) => sum + pieces, 0);
        expect(daysOf({ atp, expected, wanted }, 25).at(-1)?.atp).toBe(atp + coming - going);
      }),
    );
  });
});

test('days run from one to another over months and leap days', () => {
  expect(daysFrom('2024-02-28', '2024-03-01')).toEqual(['2024-02-28', '2024-02-29', '2024-03-01']);
  expect(daysFrom('2024-12-31', '2025-01-01')).toEqual(['2024-12-31', '2025-01-01']);
  expect(daysFrom('2025-01-01', '2024-12-31')).toEqual([]);
});

function stockWith(atp: number, expected: NonNullable<Case['expected']> = []): StockFigures {
  const expectedReceipts = expected.map(([offset, quantity, received = 0], index) => ({
    expectedReceiptId: `R-${index}`,
    quantity,
    received,
    expectedOn: day(offset),
  }));
  return { ...emptyStock({ itemId: 'ITEM-12345', warehouseId: 'WH-001' }), onHand: atp, expectedReceipts };
}

function demand(quantity: number, offset: number | undefined): Demand {
  return { quantity, wantedDate: offset === undefined ? undefined : day(offset) };
}
