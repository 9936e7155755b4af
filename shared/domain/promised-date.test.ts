import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Allocation, LineTerms } from './order-line.ts';
import { promisedDates, type WaitingLine } from './promised-date.ts';
import { emptyStock, type StockFigures } from './stock.ts';
import { addDays } from './utc-day.ts';

const TODAY = '2024-11-18';
const day = (offset: number) => addDays(TODAY, offset);

type Known = Record<string, { atp?: number; expected?: readonly (readonly [number, number])[] }>;

describe('a backorder is promised the day on which expected receipts cover it', () => {
  test.each<[string, Known, WaitingLine[], (string | null)[]]>([
    ['nothing is expected', { 'WH-001': {} }, [line(1)], [null]],
    ['one receipt covers it', { 'WH-001': { expected: [[3, 5]] } }, [line(5)], [day(3)]],
    [
      'it takes two receipts',
      {
        'WH-001': {
          expected: [
            [3, 5],
            [6, 1],
          ],
        },
      },
      [line(6)],
      [day(6)],
    ],
    [
      'receipts of several warehouses add up',
      { 'WH-001': { expected: [[3, 5]] }, 'WH-002': { expected: [[4, 1]] } },
      [line(6)],
      [day(4)],
    ],
    ['less is expected than it wants', { 'WH-001': { expected: [[3, 5]] } }, [line(6)], [null]],
    [
      'those before it in the queue are served first',
      {
        'WH-001': {
          expected: [
            [3, 5],
            [6, 5],
          ],
        },
      },
      [line(4), line(2), line(4)],
      [day(3), day(6), day(6)],
    ],
    [
      'one that cannot be covered takes what comes first',
      { 'WH-001': { expected: [[3, 5]] } },
      [line(9), line(1)],
      [null, null],
    ],
    ['an overdue receipt counts for nothing', { 'WH-001': { expected: [[-1, 5]] } }, [line(1)], [null]],
    ['a receipt is due today', { 'WH-001': { expected: [[0, 5]] } }, [line(1)], [TODAY]],
    [
      'a receipt first fills what the warehouse lacks',
      {
        'WH-001': {
          atp: -4,
          expected: [
            [3, 5],
            [6, 5],
          ],
        },
      },
      [line(2)],
      [day(6)],
    ],
    ['stock that is free already is on its way to it', { 'WH-001': { atp: 2 } }, [line(2)], [TODAY]],
    [
      'only allowed warehouses count',
      { 'WH-001': { expected: [[3, 5]] }, 'WH-002': { expected: [[4, 5]] } },
      [line(5, { allowedWarehouses: ['WH-002'] }), line(5)],
      [day(4), day(3)],
    ],
    [
      'without a split one warehouse has to have all of it',
      {
        'WH-001': {
          expected: [
            [3, 5],
            [9, 1],
          ],
        },
        'WH-002': { expected: [[3, 5]] },
      },
      [line(6, { allowSplit: false })],
      [day(9)],
    ],
    [
      'what it cannot use goes to those behind it',
      {
        'WH-001': {
          expected: [
            [3, 5],
            [9, 4],
          ],
        },
      },
      [line(6, { allowSplit: false }), line(5)],
      [null, day(3)],
    ],
    [
      'fewer pieces than are of use are not taken',
      {
        'WH-001': {
          expected: [
            [3, 2],
            [5, 2],
          ],
        },
      },
      [line(4, { leastQuantity: 3 })],
      [day(5)],
    ],
  ])('%s', (_name, known, lines, dates) => {
    const waiting = lines.map((held, index) => ({ ...held, lineId: `L${index}` }));
    expect([...promisedDates(waiting, stocksOf(known), TODAY).values()]).toEqual(dates);
  });

  test('stock that its warehouse refused is not promised again until something is heard of it', () => {
    const refused: Allocation = {
      ...{ allocationId: 'O:L0:1', warehouseId: 'WH-001', quantity: 5, picked: 0, state: 'decided' },
      ...{ asked: true, run: 1, heldAt: '2024-11-18T10:00:00Z', unreservedSeen: 5 },
      decided: {
        sequence: 1,
        status: 'rejected',
        quantity: 0,
        decidedAt: '2024-11-18T10:00:01Z',
        settledAt: '2024-11-18T10:00:01Z',
      },
    };
    const waiting = [{ ...line(5), allocations: [refused] }];
    const [stock] = stocksOf({ 'WH-001': { atp: 5, expected: [[2, 1]] } });
    if (!stock) throw new Error('a stock');
    const promised = (asOf: string) => [...promisedDates(waiting, [{ ...stock, asOf }], TODAY).values()];
    expect(promised('2024-11-18T10:00:00.999Z')).toEqual([day(2)]);
    expect(promised('2024-11-18T10:00:02Z')).toEqual([TODAY]);
    const more = [{ ...stock, onHand: 6, asOf: '2024-11-18T10:00:00.999Z' }];
    expect([...promisedDates(waiting, more, TODAY).values()]).toEqual([TODAY]);
  });
});

test('no more is promised by any day than is there and comes by then', () => {
  const offsets = fc.integer({ min: -2, max: 10 });
  fc.assert(
    fc.property(
      fc.integer({ min: -10, max: 10 }),
      fc.array(fc.tuple(offsets, fc.integer({ min: 1, max: 20 })), { maxLength: 6 }),
      fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 15 }), allowSplit: fc.boolean() }), {
        maxLength: 8,
      }),
      (atp, expected, wanted) => {
        const waiting = wanted.map(({ quantity, allowSplit }, index) => ({
          ...line(quantity, { allowSplit }),
          lineId: `L${index}`,
        }));
        const dates = [...promisedDates(waiting, stocksOf({ 'WH-001': { atp, expected } }), TODAY).values()];
        for (let offset = 0; offset <= 10; offset += 1) {
          const promised = waiting.reduce((sum, { backordered }, index) => {
            const date = dates[index];
            return date && date <= day(offset) ? sum + backordered : sum;
          }, 0);
          const there = expected
            .filter(([at]) => at >= 0 && at <= offset)
            .reduce((sum, [, pieces]) => sum + pieces, atp);
          expect(promised).toBeLessThanOrEqual(Math.max(there, 0));
        }
      },
    ),
  );
});

function line(quantity: number, terms: Partial<LineTerms> = {}): WaitingLine {
  const allowSplit = terms.allowSplit ?? true;
  return {
    kind: 'order-line',
    orderId: 'ORDER-1',
    lineId: 'L0',
    itemId: 'ITEM-12345',
    backordered: quantity,
    allocations: [],
    terms: {
      quantity,
      priority: 0,
      allowSplit,
      allowBackorder: true,
      leastQuantity: allowSplit ? 1 : quantity,
      ...terms,
    },
  };
}

function stocksOf(known: Known): StockFigures[] {
  return Object.entries(known).map(([warehouseId, { atp = 0, expected = [] }]) => ({
    ...emptyStock({ itemId: 'ITEM-12345', warehouseId }),
    onHand: atp,
    expectedReceipts: expected.map(([offset, quantity], index) => ({
      expectedReceiptId: `R-${index}`,
      quantity,
      received: 0,
      expectedOn: day(offset),
    })),
  }));
}
