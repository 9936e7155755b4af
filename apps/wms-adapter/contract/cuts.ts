import { describe, expect, test } from 'vitest';
import type { Database } from '../database.ts';
import { allAllocations, booksOf, decideOn, request, scan, TRACE, unsentOf } from './fixtures.ts';

/** What becomes of reservations when the stock does not cover them (architecture, rule 11). */
export function describeCuts(databaseOf: () => Database): void {
  const { decide, book, stock, told, figures } = booksOf(databaseOf);

  describe('Stock that falls short of the reservations', () => {
    const later = { scannedAt: '2024-11-18T11:00:00Z' };

    test.each([
      ['a count', { type: 'count' as const, quantity: 95 }],
      ['an adjustment', { type: 'adjustment' as const, quantity: -5 }],
      ['an unallocated pick', { type: 'pick' as const, quantity: 5 }],
    ])('by %s is cut in the same transaction, and only the shortage', async (_what, fields) => {
      await decide(stock(100), request({ orderId: 'ORDER-1', quantity: 100 }));
      await decideOn(databaseOf(), [scan({ ...fields, ...later })], new Date('2024-11-18T12:00:02.000Z'));
      const [, event, decision] = (await unsentOf(databaseOf())).slice(-3);
      expect(event).toMatchObject({ kind: 'event', event: { resultingOnHand: 95 } });
      expect(decision).toMatchObject({
        kind: 'decision',
        decision: {
          ...{ status: 'reduced', quantity: 95, picked: 0, sequence: 2, reason: 'stock-fell-short' },
          decidedAt: '2024-11-18T12:00:02.000Z',
        },
        trace: TRACE,
      });
    });

    test('beyond what there was (a shortfall) takes all that is unpicked', async () => {
      const asked = request({ orderId: 'ORDER-1', quantity: 10 });
      const { allocationId } = asked;
      await decide(stock(10), asked, scan({ type: 'pick', quantity: 4, allocationId }));
      const [result] = await book(scan({ type: 'pick', quantity: 9, ...later }));
      expect(result?.outcome).toBe('exception');
      expect(await figures()).toEqual([['ORDER-1', 4, 4]]);
    });

    test('is cut from the lowest priority first, then from the newest order, then by id; never below what is picked', async () => {
      const at = (minute: number) => ({ orderedAt: `2024-11-18T09:0${minute}:00Z` });
      const ordered = [
        request({ orderId: 'OLD', quantity: 2, ...at(1) }),
        request({ orderId: 'LOW', quantity: 2, priority: -1, ...at(0) }),
        request({ orderId: 'NEW-A', quantity: 2, ...at(2) }),
        request({ orderId: 'NEW-B', quantity: 2, ...at(2) }),
        request({ orderId: 'HIGH', quantity: 2, priority: 1, ...at(3) }),
      ];
      await decide(stock(10), ...ordered);
      await book(scan({ type: 'pick', quantity: 1, allocationId: 'NEW-A:1:1' }));
      await book(scan({ type: 'count', quantity: 3, ...later }));
      expect((await told()).slice(5)).toEqual([
        'LOW 2 reduced 0',
        'NEW-B 2 reduced 0',
        'NEW-A 2 reduced 1',
        'OLD 2 reduced 1',
      ]);
      await book(scan({ type: 'count', quantity: 0, scannedAt: '2024-11-18T11:00:01Z' }));
      expect((await told()).slice(9)).toEqual(['OLD 3 reduced 0', 'HIGH 2 reduced 0']);
    });

    test('is cut from what was reserved since the cut before as well, in the same call', async () => {
      await decide(stock(5), request({ orderId: 'ORDER-1', quantity: 5 }));
      await book(
        scan({ type: 'pick', quantity: 1 }),
        stock(3),
        request({ orderId: 'ORDER-2', quantity: 3, priority: -1 }),
        scan({ type: 'pick', quantity: 4 }),
      );
      expect((await told()).slice(1)).toEqual([
        'ORDER-1 2 reduced 4',
        'ORDER-2 1 confirmed 3',
        'ORDER-2 2 reduced 0',
        'ORDER-1 3 reduced 3',
      ]);
    });

    test('is cut by each scan of a call as if it came alone', async () => {
      const orders = Array.from({ length: 30 }, (_, index) =>
        request({ orderId: `ORDER-${String(index).padStart(2, '0')}`, quantity: 3, priority: index % 3 }),
      );
      await decide(stock(90), ...orders);
      const [{ rows: before }] = [await databaseOf().allocations({ limit: 100 })];
      expect(before).toHaveLength(30);
      await book(
        ...Array.from({ length: 20 }, (_, index) =>
          scan({
            type: 'pick',
            quantity: 2,
            ...(index % 4 === 0 && { allocationId: 'ORDER-02:1:1' }),
            ...later,
          }),
        ),
      );
      const after = await allAllocations(databaseOf());
      // ORDER-02 was picked 3 of 10 pieces; the other 37 are cut, priority 0 first.
      const of = (priority: number) =>
        after.filter((allocation) => allocation.priority === priority).map(({ reserved }) => reserved);
      expect(of(0)).toEqual(Array.from({ length: 10 }, () => 0));
      expect(of(1).reduce((sum, reserved) => sum + reserved)).toBe(30 - 7);
      expect(after.find(({ orderId }) => orderId === 'ORDER-02')).toMatchObject({ reserved: 3, picked: 3 });
    });

    test('is not: a transfer inside the warehouse under full reservation revokes nothing', async () => {
      await decide(stock(10), request({ orderId: 'ORDER-1', quantity: 10 }));
      await book(scan({ type: 'transfer', quantity: 10, toLocationId: 'B-01', ...later }));
      expect(await told()).toEqual(['ORDER-1 1 confirmed 10']);
      expect(await figures()).toEqual([['ORDER-1', 10, 0]]);
    });

    test('is not, as long as what is on hand covers them: other stock goes first', async () => {
      await decide(stock(10), request({ orderId: 'ORDER-1', quantity: 6 }));
      await book(scan({ type: 'pick', quantity: 4, ...later }));
      await book(scan({ type: 'count', quantity: 2, locationId: 'B-01', ...later }));
      expect(await told()).toEqual(['ORDER-1 1 confirmed 6']);
    });
  });
}
