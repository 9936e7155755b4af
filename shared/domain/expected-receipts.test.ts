import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import {
  announce,
  countedPieces,
  MAX_EXPECTED_RECEIPTS,
  receiptStatus,
  receive,
  withdraw,
} from './expected-receipts.ts';
import { positionUpdates } from './position.ts';
import { type ExpectedReceipt, emptyStock, foldStock, type Stock } from './stock.ts';

const KEY = { itemId: 'ITEM-12345', warehouseId: 'WH-001' };

describe('what was expected and what came', () => {
  const expected = [
    due('B', '2024-11-18', 5),
    due('A', '2024-11-18', 5),
    due('OLD', '2024-11-10', 3),
    due('LATER', '2024-11-20', 9),
  ];
  test.each<[string, string | null, number, Record<string, number>]>([
    ['the oldest due one is reduced when none is named', null, 2, { OLD: 2 }],
    ['of one day the first by id is the older one', null, 5, { OLD: 3, A: 2 }],
    ['a rest goes on to the next due one', null, 12, { OLD: 3, A: 5, B: 4 }],
    ['what exceeds all that is due reduces nothing that is due later', null, 99, { OLD: 3, A: 5, B: 5 }],
    ['the one that is named is reduced, though older ones are due', 'B', 2, { B: 2 }],
    ['one that is named may come before its day', 'LATER', 2, { LATER: 2 }],
    ['a rest beyond the one that is named reduces no other', 'B', 8, { B: 5 }],
    ['a name that is not expected reduces nothing', 'UNKNOWN', 8, {}],
    ['nothing received reduces nothing', null, 0, {}],
    ['a receipt that was taken back reduces nothing', null, -5, {}],
  ])('%s', (_name, expectedReceiptId, quantity, came) => {
    const left = receive(expected, { expectedReceiptId, quantity, day: '2024-11-18' });
    const open = (list: readonly ExpectedReceipt[], id: string) => {
      const receipt = list.find((held) => held.expectedReceiptId === id);
      return receipt ? receipt.quantity - receipt.received : 0;
    };
    for (const { expectedReceiptId: id, quantity: announced } of expected)
      expect(`${id} ${open(left, id)}`).toBe(`${id} ${announced - (came[id] ?? 0)}`);
    expect(left.every((receipt) => receipt.received <= receipt.quantity)).toBe(true);
    if (Object.keys(came).length === 0) expect(left).toBe(expected);
  });

  test('is overdue, and counts for nothing, from the day after its day', () => {
    const receipt = { ...due('A', '2024-11-18', 5), received: 2 };
    expect(receiptStatus(receipt, '2024-11-18')).toBe('expected');
    expect(countedPieces(receipt, '2024-11-18')).toBe(3);
    expect(receiptStatus(receipt, '2024-11-19')).toBe('overdue');
    expect(countedPieces(receipt, '2024-11-19')).toBe(0);
    expect(receiptStatus({ ...receipt, received: 5 }, '2024-11-19')).toBe('received');
  });

  test('is announced anew with what came of it so far, and is received when that is enough', () => {
    const list = [{ ...due('A', '2024-11-18', 5), received: 2 }, due('B', '2024-11-19', 1)];
    const later = announce(list, { expectedReceiptId: 'A', quantity: 8, expectedOn: '2024-11-25' });
    expect(later?.list).toEqual([list[1], { ...due('A', '2024-11-25', 8), received: 2 }]);
    const less = announce(list, { expectedReceiptId: 'A', quantity: 2, expectedOn: '2024-11-18' });
    expect(less?.list).toEqual([{ ...due('A', '2024-11-18', 2), received: 2 }, list[1]]);
    expect(less && receiptStatus(less.receipt, '2024-11-18')).toBe('received');
    expect(withdraw(list, 'A')).toEqual([list[1]]);
  });

  test('that came in full and is announced once more as it was is not expected twice', () => {
    const list = receive([due('A', '2024-11-18', 5)], {
      expectedReceiptId: 'A',
      quantity: 5,
      day: '2024-11-18',
    });
    const again = announce(list, { expectedReceiptId: 'A', quantity: 5, expectedOn: '2024-11-18' });
    expect(again?.list).toEqual([{ ...due('A', '2024-11-18', 5), received: 5 }]);
    expect(again && countedPieces(again.receipt, '2024-11-18')).toBe(0);
  });

  test('that came in full is remembered among the latest hundred', () => {
    let list: readonly ExpectedReceipt[] = [];
    for (let day = 1; day <= 120; day += 1) {
      const id = `R-${String(day).padStart(3, '0')}`;
      list = announce(list, { ...due(id, `2024-11-18`, 1) })?.list ?? [];
      list = receive(list, { expectedReceiptId: id, quantity: 1, day: '2024-11-18' });
    }
    expect(list).toHaveLength(100);
    expect(list[0]?.expectedReceiptId).toBe('R-021');
  });

  test(`is refused when ${MAX_EXPECTED_RECEIPTS} are open, unless it is one of them`, () => {
    const full = Array.from({ length: MAX_EXPECTED_RECEIPTS }, (_unused, n) =>
      due(`R-${n}`, '2024-11-18', 1),
    );
    expect(
      announce(full, { expectedReceiptId: 'NEW', quantity: 1, expectedOn: '2024-11-18' }),
    ).toBeUndefined();
    const changed = announce(full, { expectedReceiptId: 'R-7', quantity: 9, expectedOn: '2024-11-18' });
    expect(changed?.list).toHaveLength(MAX_EXPECTED_RECEIPTS);
  });
});

describe('a fold of receipts', () => {
  const receipts = fc.array(
    fc.record({
      pieces: fc.integer({ min: 1, max: 20 }),
      day: fc.integer({ min: 10, max: 20 }),
      names: fc.constantFrom(null, 'R-0', 'R-1', 'R-2', 'R-unknown'),
      location: fc.constantFrom('A-01', 'A-02'),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const announced = fc
    .array(fc.record({ pieces: fc.integer({ min: 1, max: 40 }), day: fc.integer({ min: 10, max: 20 }) }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((list) => list.map(({ pieces, day }, index) => due(`R-${index}`, `2024-11-${day}`, pieces)));
  type Receipt = { pieces: number; day: number; names: string | null; location: string };

  function eventsOf(list: readonly Receipt[], versioned: boolean): InventoryEvent[] {
    const held = new Map<string, { onHand: number; version: number }>();
    return list.map(({ pieces, day, names, location }, index) => {
      const before = held.get(location) ?? { onHand: 0, version: 0 };
      const after = { onHand: before.onHand + pieces, version: before.version + 1 };
      held.set(location, after);
      return receiptEvent({
        eventId: `evt-${String(index).padStart(4, '0')}`,
        timestamp: `2024-11-${day}T10:00:00Z`,
        locationId: location,
        quantityChange: pieces,
        resultingOnHand: after.onHand,
        ...(versioned && { version: after.version }),
        ...(names !== null && { expectedReceiptId: names }),
      });
    });
  }

  test('in any order and batches reduces as much as in that order without any repetition', () => {
    fc.assert(
      fc.property(
        announced,
        receipts.chain((list) => {
          const events = eventsOf(list, true);
          return fc.tuple(
            fc.shuffledSubarray(events, { minLength: events.length }),
            fc.array(fc.record({ which: fc.nat(), at: fc.nat() }), { maxLength: 12 }),
            fc.integer({ min: 1, max: 5 }),
          );
        }),
        (expected, [order, repeats, size]) => {
          const stream = [...order];
          for (const { which, at } of repeats) {
            const event = order[which % order.length];
            // Later than its first: a repetition that overtakes would itself be the first.
            const first = event ? stream.indexOf(event) : 0;
            if (event) stream.splice(first + 1 + (at % (stream.length - first)), 0, event);
          }
          const once = foldAll(startWith(expected), [order]);
          const repeated = foldAll(startWith(expected), inBatches(stream, size));
          expect(repeated.expectedReceipts).toEqual(once.expectedReceipts);
          expect(foldAll(repeated, [order]).expectedReceipts).toEqual(once.expectedReceipts);
        },
      ),
    );
  });

  test('takes no more than came and no more than was expected', () => {
    fc.assert(
      fc.property(announced, receipts, fc.boolean(), (expected, list, versioned) => {
        const { expectedReceipts = [] } = foldAll(startWith(expected), [eventsOf(list, versioned)]);
        const openBefore = expected.reduce((sum, { quantity }) => sum + quantity, 0);
        const openAfter = expectedReceipts.reduce((sum, held) => sum + held.quantity - held.received, 0);
        const came = list.reduce((sum, { pieces }) => sum + pieces, 0);
        expect(openBefore - openAfter).toBeLessThanOrEqual(Math.min(came, openBefore));
        expect(expectedReceipts.every((held) => held.received >= 0 && held.received <= held.quantity)).toBe(
          true,
        );
      }),
    );
  });

  test('that are all named ends alike whatever their order', () => {
    fc.assert(
      fc.property(
        announced,
        receipts.chain((list) => {
          const events = eventsOf(
            list.map((receipt) => ({ ...receipt, names: receipt.names ?? 'R-3' })),
            true,
          );
          return fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }));
        }),
        (expected, [events, shuffled]) => {
          expect(foldAll(startWith(expected), [shuffled]).expectedReceipts).toEqual(
            foldAll(startWith(expected), [events]).expectedReceipts,
          );
        },
      ),
    );
  });

  test('counts a receipt that closes a gap, once', () => {
    const [first, second] = eventsOf(
      [
        { pieces: 4, day: 18, names: null, location: 'A-01' },
        { pieces: 3, day: 18, names: null, location: 'A-01' },
      ],
      true,
    );
    if (!first || !second) throw new Error('two receipts');
    const stock = startWith([due('R-0', '2024-11-18', 10)]);
    expect(foldAll(stock, [[second]]).expectedReceipts).toMatchObject([{ received: 3 }]);
    expect(foldAll(stock, [[second], [first]]).expectedReceipts).toMatchObject([{ received: 7 }]);
    expect(foldAll(stock, [[second], [first], [first, second]]).expectedReceipts).toMatchObject([
      { received: 7 },
    ]);
  });

  test.each([
    ['scanned before the latest count, which saw its pieces', 0, 30],
    ['of which a shortfall takes a part', 4, 4],
  ])('takes off what was scanned by a receipt %s', (_name, quantityChange, resultingOnHand) => {
    const late = receiptEvent({ version: 2, quantityChange, resultingOnHand, scannedQuantity: 10 });
    const stock = startWith([due('R-0', '2024-11-18', 30)]);
    expect(foldAll(stock, [[late]]).expectedReceipts).toMatchObject([{ received: 10 }]);
  });

  test('a second figure for a version that was received already is no second receipt', () => {
    const [event] = eventsOf([{ pieces: 4, day: 18, names: null, location: 'A-01' }], true);
    if (!event) throw new Error('a receipt');
    const other = { ...event, eventId: 'evt-other', quantityChange: 3, resultingOnHand: 3 };
    const stock = foldAll(startWith([due('R-0', '2024-11-18', 10)]), [[event], [other]]);
    expect(stock).toMatchObject({ onHand: 3, expectedReceipts: [{ received: 4 }] });
  });

  test.each(['InventoryAdjustment', 'InventoryCount', 'InventoryTransfer'] as const)(
    'pieces that come by %s fulfil nothing',
    (eventType) => {
      const event = receiptEvent({ eventType, version: 1 });
      const expected = [due('R-0', '2024-11-18', 10)];
      expect(foldAll(startWith(expected), [[event]])).toMatchObject({
        onHand: 10,
        expectedReceipts: expected,
      });
    },
  );

  test('remembers what came in full', () => {
    const stock = foldAll(startWith([due('R-0', '2024-11-18', 10)]), [[receiptEvent({ version: 1 })]]);
    expect(stock.expectedReceipts).toEqual([{ ...due('R-0', '2024-11-18', 10), received: 10 }]);
  });
});

function due(expectedReceiptId: string, expectedOn: string, quantity: number): ExpectedReceipt {
  return { expectedReceiptId, quantity, received: 0, expectedOn };
}

function startWith(expectedReceipts: readonly ExpectedReceipt[]): Stock {
  return { ...emptyStock(KEY), expectedReceipts };
}

function foldAll(stock: Stock, batches: readonly (readonly InventoryEvent[])[]): Stock {
  return batches.reduce((held, batch) => foldStock(held, KEY, batch.flatMap(positionUpdates)).stock, stock);
}

function inBatches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_unused, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

function receiptEvent(fields: Partial<InventoryEvent>): InventoryEvent {
  return {
    ...KEY,
    eventId: 'evt-1',
    timestamp: '2024-11-18T10:00:00Z',
    eventType: 'InventoryReceipt',
    locationId: 'A-01',
    lotNumber: null,
    quantityChange: 10,
    resultingOnHand: 10,
    transactionId: 'TRX-1',
    scannerId: 'SCANNER-08',
    userId: 'user_23',
    ...fields,
  };
}
