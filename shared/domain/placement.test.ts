import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allPieces,
  at,
  figuresOf,
  placed,
  someDecision,
  someFigures,
  someLine,
  TEN_OCLOCK,
} from './example-lines.ts';
import { type LineFigures, type LineTerms, lineFigures, type OrderLine, promisedOf } from './order-line.ts';
import { freeIn, placeLines } from './placement.ts';
import { endLine, settleDecision } from './settlement.ts';
import type { StockFigures } from './stock.ts';

/** A line that waits for all of it. */
function waitingLine(terms: Partial<LineTerms>, minute = 0): OrderLine {
  const line = someLine(terms, { orderedAt: at(minute * 60_000) });
  return { ...line, backordered: line.terms.quantity };
}

describe('Placing a line', () => {
  test.each<[string, Partial<LineTerms>, Partial<OrderLine>, number, Partial<LineFigures>]>([
    ['holds all of it where it is free', {}, {}, 10, { held: 10 }],
    ['holds what is free, and the rest waits', {}, {}, 4, { held: 4, backordered: 6 }],
    ['lets all of it wait where nothing is free', {}, {}, 0, { backordered: 10 }],
    [
      'rejects what is not free when it takes no backorder',
      { allowBackorder: false },
      {},
      4,
      { held: 4, rejected: 6 },
    ],
    [
      'lets all of it wait when it must not be split and less is free',
      { allowSplit: false },
      {},
      9,
      { backordered: 10 },
    ],
    [
      'rejects all of it when all or nothing is wanted and less is free',
      { allowBackorder: false },
      { allOrNothing: true },
      9,
      { rejected: 10 },
    ],
    [
      'holds all of it when all or nothing is wanted and it is free',
      { allowBackorder: false },
      { allOrNothing: true },
      10,
      { held: 10 },
    ],
    ['takes no less than is of use', { leastQuantity: 5 }, {}, 4, { backordered: 10 }],
    [
      'gives a cart what there is, and lets none of it wait',
      {},
      { kind: 'hold-line' },
      4,
      { held: 4, rejected: 6 },
    ],
  ])('%s', (_name, terms, fields, onHand, expected) => {
    const [line] = placed([someFigures('WH-001', onHand)], [someLine(terms, fields)]);
    expect(figuresOf(line)).toEqual(expected);
  });

  test('of a cart asks no warehouse; of an order it does', () => {
    const stocks = [someFigures('WH-001', 10)];
    expect(placed(stocks, [someLine()])[0]?.allocations[0]).toMatchObject({ asked: true, run: 1 });
    expect(placed(stocks, [someLine({}, { kind: 'hold-line' })])[0]?.allocations[0]).toMatchObject({
      asked: false,
    });
  });

  test('again changes nothing', () => {
    const stocks = [someFigures('WH-001', 4)];
    const [line] = placed(stocks, [someLine()]);
    const held = [someFigures('WH-001', 4, { tentative: 4 })];
    expect(placeLines(held, [], line ? [{ line, run: 1 }] : [], TEN_OCLOCK)).toEqual([]);
  });

  test('that has ended changes nothing', () => {
    const line = endLine(someLine(), 'cancelled', at());
    expect(placeLines([someFigures('WH-001', 10)], [], [{ line, run: 1 }], TEN_OCLOCK)).toEqual([]);
  });

  test('takes only from warehouses that may deliver', () => {
    const stocks = [someFigures('WH-001', 50), someFigures('WH-002', 4)];
    const [line] = placed(stocks, [someLine({ allowedWarehouses: ['WH-002'] })]);
    expect(line?.allocations.map(({ warehouseId, quantity }) => [warehouseId, quantity])).toEqual([
      ['WH-002', 4],
    ]);
  });

  test('numbers allocations on, and remembers what it saw and why', () => {
    const [line] = placed([someFigures('WH-001', 6), someFigures('WH-002', 4)], [someLine()]);
    expect(line?.allocations).toMatchObject([
      {
        allocationId: `${line?.orderId}:1:1`,
        warehouseId: 'WH-001',
        quantity: 6,
        unreservedSeen: 6,
        heldAt: at(),
      },
      { allocationId: `${line?.orderId}:1:2`, warehouseId: 'WH-002', quantity: 4, unreservedSeen: 4 },
    ]);
    expect(line?.why.map(({ detail }) => detail)).toEqual([
      '6 held in WH-001, which had 6 to promise.',
      '4 held in WH-002, which had 4 to promise.',
    ]);
  });
});

describe('What is free', () => {
  test('is the ATP, never less than nothing: negative ATP stops new holds and revokes no promise', () => {
    const short = someFigures('WH-001', 5, { confirmed: 12, picked: 2, tentative: 1, safetyStock: 1 });
    expect(freeIn(short, TEN_OCLOCK)).toMatchObject({ warehouseId: 'WH-001', atp: 0, atRisk: 0 });
    const confirmed = { ...someLine(), backordered: 10 };
    expect(placeLines([short], [confirmed], [], TEN_OCLOCK)).toEqual([]);
  });

  test('is at risk as far as it stands in a location under count, until the count ends', () => {
    const counts = [
      { lockId: 'L', locationId: 'A-01', lotNumber: null, onHand: 30, until: at(60_000), ended: false },
    ];
    const stock = someFigures('WH-001', 50, { confirmed: 10, counts });
    expect(freeIn(stock, TEN_OCLOCK)).toMatchObject({ warehouseId: 'WH-001', atp: 40, atRisk: 30 });
    expect(freeIn(stock, TEN_OCLOCK + 60_000).atRisk).toBe(0);
    expect(freeIn({ ...stock, tentative: 30 }, TEN_OCLOCK)).toMatchObject({
      warehouseId: 'WH-001',
      atp: 10,
      atRisk: 10,
    });
  });

  test('at risk goes to the later ones of the queue', () => {
    const counts = [
      { lockId: 'L', locationId: 'A-01', lotNumber: null, onHand: 10, until: at(60_000), ended: false },
    ];
    const stocks = [someFigures('WH-001', 20, { counts }), someFigures('WH-002', 10)];
    const lines = placed(stocks, [someLine(), someLine(), someLine()]);
    expect(lines.map(({ allocations }) => allocations.map(({ warehouseId }) => warehouseId))).toEqual([
      ['WH-001'],
      ['WH-002'],
      ['WH-001'],
    ]);
  });
});

describe('The queue', () => {
  test('gives backorders what is free before a newcomer of the same priority', () => {
    const [backorder, newcomer] = placed(
      [someFigures('WH-001', 10)],
      [someLine({}, { orderedAt: at(1) })],
      [waitingLine({})],
    );
    expect(figuresOf(backorder)).toEqual({ held: 10 });
    expect(figuresOf(newcomer)).toEqual({ backordered: 10 });
  });

  test('gives a newcomer of higher priority what is free before the backorders', () => {
    const newcomer = someLine({ priority: 1 }, { orderedAt: at(1) });
    const [backorder, placedNewcomer] = placed([someFigures('WH-001', 15)], [newcomer], [waitingLine({})]);
    expect(figuresOf(placedNewcomer)).toEqual({ held: 10 });
    expect(figuresOf(backorder)).toEqual({ held: 5, backordered: 5 });
  });

  test('is by priority, then age, whoever asked first', () => {
    const backorders = [
      waitingLine({ quantity: 3 }, 2),
      waitingLine({ quantity: 3 }, 1),
      waitingLine({ quantity: 3, priority: 7 }, 3),
    ];
    const lines = placed([someFigures('WH-001', 4)], [], backorders);
    expect(lines.map(figuresOf)).toEqual([{ backordered: 3 }, { held: 1, backordered: 2 }, { held: 3 }]);
  });

  test('passes by a backorder that cannot use what is free', () => {
    const whole = waitingLine({ allowSplit: false, leastQuantity: 10 });
    const elsewhere = waitingLine({ allowedWarehouses: ['WH-002'] });
    const lines = placed(
      [someFigures('WH-001', 9)],
      [someLine({ quantity: 9 }, { orderedAt: at(1) })],
      [whole, elsewhere],
    );
    expect(lines.map(figuresOf)).toEqual([{ backordered: 10 }, { backordered: 10 }, { held: 9 }]);
  });

  test('gives a backorder what it takes under a run of its own', () => {
    const [line] = placed([someFigures('WH-001', 4)], [], [waitingLine({})]);
    expect(line).toMatchObject({ runs: 2, allocations: [{ run: 2, quantity: 4 }], unsettledSince: at() });
  });

  test('of 900 backorders and a receipt of 1 gives 1 to the oldest, and after a cancel of 10 the next 10', () => {
    const backorders = Array.from({ length: 900 }, (_unused, index) => waitingLine({ quantity: 1 }, index));
    const first = placed([someFigures('WH-001', 1)], [], backorders);
    expect(first.map((line) => lineFigures(line).held)).toEqual([1, ...Array.from({ length: 899 }, () => 0)]);
    const waiting = first.filter(({ backordered }) => backordered > 0);
    const next = placed([someFigures('WH-001', 11, { tentative: 1 })], [], waiting);
    expect(next.map((line) => lineFigures(line).held)).toEqual([
      ...Array.from({ length: 10 }, () => 1),
      ...Array.from({ length: 889 }, () => 0),
    ]);
  });
});

describe('Whatever is asked for and free', () => {
  const WAREHOUSES = ['WH-001', 'WH-002', 'WH-003'];
  const stocks = fc
    .tuple(
      ...WAREHOUSES.map(() =>
        fc.record({ onHand: fc.integer({ min: -5, max: 40 }), tentative: fc.nat(10), count: fc.nat(20) }),
      ),
    )
    .map((all) =>
      all.map(({ onHand, tentative, count }, index) =>
        someFigures(WAREHOUSES[index] ?? '', onHand, {
          tentative,
          counts:
            count > 0
              ? [
                  {
                    lockId: 'L',
                    locationId: 'A-01',
                    lotNumber: null,
                    onHand: count,
                    until: at(60_000),
                    ended: false,
                  },
                ]
              : [],
        }),
      ),
    );
  const lines = fc.array(
    fc
      .record({
        quantity: fc.integer({ min: 1, max: 15 }),
        least: fc.integer({ min: 1, max: 6 }),
        priority: fc.nat(2),
        minute: fc.nat(5),
        allowSplit: fc.boolean(),
        allowBackorder: fc.boolean(),
        allOrNothing: fc.boolean(),
        allowedWarehouses: fc.option(fc.subarray(WAREHOUSES, { minLength: 1 }), { nil: undefined }),
        kind: fc.constantFrom('order-line' as const, 'hold-line' as const),
        waits: fc.boolean(),
      })
      .map(({ least, minute, allOrNothing, kind, waits, allowBackorder, ...rest }) => {
        const isWaiting = waits && kind === 'order-line' && !allOrNothing;
        const terms = {
          ...rest,
          leastQuantity: Math.min(least, rest.quantity),
          allowBackorder: isWaiting || (allowBackorder && !allOrNothing),
        };
        const line = someLine(terms, { orderedAt: at(minute * 60_000), allOrNothing, kind });
        return isWaiting ? { ...line, backordered: line.terms.quantity } : line;
      }),
    { maxLength: 12 },
  );
  const isWaiting = ({ backordered }: OrderLine) => backordered > 0;
  const place = (from: readonly StockFigures[], all: readonly OrderLine[]) =>
    placed(
      from,
      all.filter((line) => !isWaiting(line)),
      all.filter(isWaiting),
    );

  test('no more is promised than was free, and the pieces of each line add up to its quantity', () => {
    fc.assert(
      fc.property(stocks, lines, (from, all) => {
        const after = place(from, all);
        for (const stock of from) {
          const held = after.reduce(
            (sum, line) => sum + (promisedOf(line).get(stock.warehouseId)?.tentative ?? 0),
            0,
          );
          expect(held).toBeLessThanOrEqual(freeIn(stock, TEN_OCLOCK).atp);
        }
        for (const line of after) {
          expect(allPieces(line)).toBe(line.terms.quantity);
          expect(lineFigures(line).open).toBe(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('exactly what is free is given where every line takes anything', () => {
    fc.assert(
      fc.property(
        stocks,
        fc.array(fc.integer({ min: 1, max: 15 }), { maxLength: 12 }),
        (from, quantities) => {
          const after = place(
            from,
            quantities.map((quantity, index) =>
              index % 2 ? waitingLine({ quantity }) : someLine({ quantity }),
            ),
          );
          const free = from.reduce((sum, stock) => sum + freeIn(stock, TEN_OCLOCK).atp, 0);
          const wanted = quantities.reduce((sum, quantity) => sum + quantity, 0);
          const held = after.reduce((sum, line) => sum + lineFigures(line).held, 0);
          expect(held).toBe(Math.min(free, wanted));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('nobody is given anything that another of a better place, who would take anything, goes without', () => {
    fc.assert(
      fc.property(
        stocks,
        fc.array(
          fc.record({
            quantity: fc.integer({ min: 1, max: 15 }),
            priority: fc.nat(2),
            minute: fc.nat(3),
            waits: fc.boolean(),
          }),
          { maxLength: 12 },
        ),
        (from, wanted) => {
          const all = wanted.map(({ quantity, priority, minute, waits }) => {
            const line = waitingLine({ quantity, priority }, minute);
            return waits ? line : { ...line, backordered: 0 };
          });
          const after = place(from, all).toSorted(
            (a, b) =>
              b.terms.priority - a.terms.priority ||
              Date.parse(a.orderedAt) - Date.parse(b.orderedAt) ||
              (a.orderId < b.orderId ? -1 : 1),
          );
          const firstShort = after.findIndex((line) => lineFigures(line).backordered > 0);
          const later = firstShort < 0 ? [] : after.slice(firstShort + 1);
          expect(later.every((line) => lineFigures(line).held === 0)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('a shortage that comes after an order of all or nothing was confirmed waits like any other', () => {
  const line = someLine({}, { allOrNothing: true });
  const [held] = placed([someFigures('WH-001', 10)], [line]);
  if (!held) throw new Error('nothing was placed');
  const confirmed = settleDecision(held, someDecision(held), at(2_000));
  const cut = { sequence: 2, status: 'reduced', quantity: 7, reason: 'stock-fell-short' } as const;
  const short = settleDecision(confirmed, someDecision(confirmed, cut), at(3_000));
  const [after] = placed([someFigures('WH-001', 7, { confirmed: 7 })], [short]);
  expect(figuresOf(after)).toEqual({ confirmed: 7, backordered: 3 });
});
