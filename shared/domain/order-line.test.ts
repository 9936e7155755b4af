import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AllocationStatus } from '../contracts/allocation.ts';
import { allPieces, at, heldLine, someAllocation, someDecision, someLine } from './example-lines.ts';
import {
  type Allocation,
  allocationIdOf,
  allocationStatus,
  backorderRank,
  instanceIdOf,
  isSettled,
  type LineFigures,
  lineFigures,
  lineKey,
  lineStatus,
  type OrderLine,
  parseAllocationId,
  promisedOf,
  queuePlace,
  settledState,
  standing,
} from './order-line.ts';
import { settleDecision, settlePick } from './settlement.ts';

const NOTHING: LineFigures = {
  held: 0,
  open: 0,
  releasing: 0,
  backordered: 0,
  confirmed: 0,
  fulfilled: 0,
  rejected: 0,
  released: 0,
};

function decided(quantity: number, status: 'confirmed' | 'rejected' | 'reduced' | 'released' = 'confirmed') {
  return { sequence: 1, status, quantity, decidedAt: at(), settledAt: at() };
}

/** A line of 10 with one allocation. */
function lineWith(allocation: Partial<Allocation>, fields: Partial<OrderLine> = {}): OrderLine {
  const line = someLine({ quantity: 10 }, fields);
  return { ...line, allocations: [someAllocation(line, 1, allocation)] };
}

describe('The pieces of a line', () => {
  test.each<[string, OrderLine, Partial<LineFigures>]>([
    ['are open before anything is promised', someLine({ quantity: 10 }), { open: 10 }],
    ['are held until the warehouse answers', lineWith({}), { held: 10 }],
    [
      'are fulfilled when picked, even before the answer is heard',
      lineWith({ picked: 4 }),
      { held: 6, fulfilled: 4 },
    ],
    ['are confirmed by its answer', lineWith({ state: 'decided', decided: decided(10) }), { confirmed: 10 }],
    [
      'are open as far as the warehouse did not confirm them',
      lineWith({ state: 'decided', decided: decided(7) }),
      { confirmed: 7, open: 3 },
    ],
    [
      'are open when it rejects',
      lineWith({ state: 'decided', decided: decided(0, 'rejected') }),
      { open: 10 },
    ],
    [
      'are releasing, still counted, until it has released them',
      lineWith({ state: 'releasing', decided: decided(10), picked: 4 }, { ended: 'cancelled' }),
      { releasing: 6, fulfilled: 4 },
    ],
    [
      'are released then, but for those that were picked',
      lineWith({ state: 'released', decided: decided(4, 'released'), picked: 4 }, { ended: 'cancelled' }),
      { released: 6, fulfilled: 4 },
    ],
    [
      'are released when a cart expires that no warehouse heard of',
      lineWith({ state: 'released', asked: false }, { ended: 'expired' }),
      { released: 10 },
    ],
    [
      'are rejected when all or nothing was wanted and it was nothing',
      lineWith({ state: 'released', decided: decided(0, 'released') }, { ended: 'all-or-nothing' }),
      { rejected: 10 },
    ],
    [
      'are what the line remembers of them',
      lineWith({ quantity: 4 }, { backordered: 3, rejected: 2, released: 1 }),
      { held: 4, backordered: 3, rejected: 2, released: 1 },
    ],
  ])('%s', (_name, line, expected) => {
    expect(lineFigures(line)).toEqual({ ...NOTHING, ...expected });
    expect(allPieces(line)).toBe(10);
  });
});

describe('The status of a line', () => {
  test('is the first that applies to any piece', () => {
    const order: [keyof LineFigures, AllocationStatus][] = [
      ['held', 'tentative'],
      ['open', 'tentative'],
      ['releasing', 'releasing'],
      ['backordered', 'backordered'],
      ['confirmed', 'confirmed'],
      ['fulfilled', 'fulfilled'],
      ['rejected', 'rejected'],
      ['released', 'released'],
    ];
    for (const [index, [, expected]] of order.entries()) {
      const later = Object.fromEntries(order.slice(index).map(([name]) => [name, 1]));
      expect(lineStatus({ ...NOTHING, ...later })).toBe(expected);
    }
  });

  test('of 100 confirmed, a count of 95 and no other source is backordered: 95 confirmed, 5 backordered', () => {
    const line = {
      ...lineWith({ quantity: 100, state: 'decided', decided: decided(95, 'reduced') }),
      backordered: 5,
    };
    const figures = lineFigures({ ...line, terms: { ...line.terms, quantity: 100 } });
    expect(figures).toEqual({ ...NOTHING, confirmed: 95, backordered: 5 });
    expect(lineStatus(figures)).toBe('backordered');
  });
});

describe('An allocation', () => {
  test.each<[AllocationStatus, number, Partial<Allocation>]>([
    ['tentative', 10, {}],
    ['tentative', 10, { picked: 3 }],
    ['releasing', 10, { state: 'releasing' }],
    ['releasing', 8, { state: 'releasing', decided: decided(8) }],
    ['confirmed', 8, { state: 'decided', decided: decided(8), picked: 3 }],
    ['fulfilled', 8, { state: 'decided', decided: decided(8), picked: 8 }],
    ['rejected', 0, { state: 'decided', decided: decided(0, 'rejected') }],
    ['released', 0, { state: 'released', decided: decided(0, 'released') }],
    ['fulfilled', 3, { state: 'released', decided: decided(3, 'released'), picked: 3 }],
  ])('is %s and stands for %i pieces', (status, pieces, fields) => {
    const allocation = someAllocation(someLine(), 1, fields);
    expect(allocationStatus(allocation)).toBe(status);
    expect(standing(allocation)).toBe(pieces);
  });
});

describe('What the stock counts for a line', () => {
  test('is tentative until the warehouse answers, confirmed then, and picked as it is picked', () => {
    const held = heldLine(10);
    expect(promisedOf(held)).toEqual(new Map([['WH-001', { tentative: 10, confirmed: 0, picked: 0 }]]));
    const confirmed = settleDecision(held, someDecision(held, { quantity: 8 }), at());
    const picked = settlePick(confirmed, confirmed.allocations[0]?.allocationId ?? '', 3, at());
    expect(promisedOf(picked)).toEqual(new Map([['WH-001', { tentative: 0, confirmed: 8, picked: 3 }]]));
  });

  test('adds up over the allocations of a warehouse, and is nothing for what was released unpicked', () => {
    const line = someLine();
    const allocations = [
      someAllocation(line, 1, { state: 'released', decided: decided(2, 'released'), picked: 2 }),
      someAllocation(line, 2, { state: 'decided', decided: decided(0, 'rejected') }),
      someAllocation(line, 3, { quantity: 4 }),
      someAllocation(line, 4, { quantity: 5, warehouseId: 'WH-002' }),
    ];
    expect(promisedOf({ ...line, allocations })).toEqual(
      new Map([
        ['WH-001', { tentative: 4, confirmed: 2, picked: 2 }],
        ['WH-002', { tentative: 5, confirmed: 0, picked: 0 }],
      ]),
    );
    expect(promisedOf(undefined)).toEqual(new Map());
  });

  test('counts what is releasing as it was counted before', () => {
    const asked = lineWith({ state: 'releasing' });
    const answered = lineWith({ state: 'releasing', decided: decided(8) });
    expect(promisedOf(asked).get('WH-001')).toEqual({ tentative: 10, confirmed: 0, picked: 0 });
    expect(promisedOf(answered).get('WH-001')).toEqual({ tentative: 0, confirmed: 8, picked: 0 });
  });
});

describe('The names of a line', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,20}$/);
  const lineId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);

  test('an allocation id tells order and line, whatever is in them', () => {
    fc.assert(
      fc.property(id, lineId, fc.integer({ min: 1, max: 9999 }), (order, line, number) => {
        const about = { orderId: order, lineId: line };
        expect(parseAllocationId(allocationIdOf(about, number))).toEqual({ ...about, number });
      }),
    );
  });

  test.each(['', 'ORD-1', 'ORD-1:1', 'ORD-1:1:x', ':1:1', 'TRX-1::2'])(
    '%j is no allocation id of ours',
    (text) => {
      expect(parseAllocationId(text)).toBeUndefined();
    },
  );

  test('lines of orders and of carts are told apart, and runs from the release', () => {
    const line = someLine({}, { orderId: 'A', lineId: '7' });
    expect(lineKey(line)).toBe('order-line|A|7');
    expect(lineKey({ ...line, kind: 'hold-line' })).toBe('hold-line|A|7');
    expect(instanceIdOf(line, 2)).toBe('A:7:2');
    expect(instanceIdOf(line, 'release')).toBe('A:7:release');
  });
});

describe('The queue of backorders', () => {
  test('is by priority, then age, then order and line', () => {
    const waiting = (priority: number, minute: number, orderId: string, lineId = '1') =>
      someLine({ priority }, { orderedAt: at(minute * 60_000), orderId, lineId, backordered: 1 });
    const queue = [
      waiting(1000, 9, 'A'),
      waiting(10, 9, 'A'),
      waiting(9, 1, 'Z'),
      waiting(9, 2, 'A'),
      waiting(9, 2, 'B', '1'),
      waiting(9, 2, 'B', '2'),
      waiting(0, 0, 'A'),
    ];
    const ranks = queue.map(backorderRank);
    expect(ranks).not.toContain(undefined);
    expect(ranks.toSorted()).toEqual(ranks);
    expect(ranks).toEqual(queue.map(queuePlace));
  });

  test('has no place for a line that waits for nothing, or has ended', () => {
    expect(backorderRank(someLine())).toBeUndefined();
    expect(backorderRank(someLine({}, { backordered: 3, ended: 'cancelled' }))).toBeUndefined();
  });
});

describe('A line is settled', () => {
  test.each<[string, boolean, OrderLine]>([
    ['when all is picked', true, lineWith({ state: 'decided', decided: decided(10), picked: 10 })],
    [
      'when what was not picked is released',
      true,
      lineWith({ state: 'released', picked: 4 }, { ended: 'cancelled' }),
    ],
    ['when nothing could be had', true, someLine({ quantity: 10 }, { rejected: 10 })],
    ['not while a piece is open', false, someLine()],
    ['not while a piece is held', false, lineWith({})],
    ['not while a piece is to be released', false, lineWith({ state: 'releasing' }, { ended: 'cancelled' })],
    ['not while a piece waits', false, someLine({ quantity: 10 }, { backordered: 10 })],
    [
      'not while a piece is to be picked',
      false,
      lineWith({ state: 'decided', decided: decided(10), picked: 9 }),
    ],
  ])('%s', (_name, expected, line) => {
    expect(isSettled(line)).toBe(expected);
    expect(settledState(line) !== undefined).toBe(expected && line.kind === 'order-line');
  });
});
