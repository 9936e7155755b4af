import { describe, expect, test } from 'vitest';
import type { Database } from '../database.ts';
import { allEvents, allPositions, booksOf, decisionsToSend, request, scan } from './fixtures.ts';

/** What picks do to reservations (architecture, rule 10). */
export function describePicks(databaseOf: () => Database): void {
  const { decide, book, stock, told, figures } = booksOf(databaseOf);

  describe('A pick', () => {
    const picksOf = async () =>
      (await allEvents(databaseOf())).filter(({ eventType }) => eventType === 'InventoryPick');

    test('of an allocation consumes its reservation, and its event carries what is picked of it so far', async () => {
      const asked = request({ orderId: 'ORDER-1', quantity: 8 });
      const { allocationId } = asked;
      const pick = () => scan({ type: 'pick', quantity: 3, allocationId });
      const results = await book(stock(10), asked, pick(), pick());
      expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied']);
      expect(await picksOf()).toMatchObject([
        { allocationId, orderId: 'ORDER-1', lineId: '1', allocationPicked: 3, quantityChange: -3 },
        { allocationId, orderId: 'ORDER-1', lineId: '1', allocationPicked: 6, quantityChange: -3 },
      ]);
      expect(await figures()).toEqual([['ORDER-1', 8, 6]]);
      expect((await allPositions(databaseOf()))[0]).toMatchObject({ onHand: 4, reserved: 2 });
    });

    test('that names no allocation, or none the WMS knows, is found by order and item: the oldest that is open', async () => {
      const second = { allocationId: 'ORDER-1:2:1', lineId: '2' };
      await decide(stock(10), request({ orderId: 'ORDER-1', quantity: 2 }));
      await decide(
        request({ orderId: 'ORDER-1', quantity: 2, ...second, orderedAt: '2024-11-18T08:00:00Z' }),
      );
      const pick = (fields = {}) => scan({ type: 'pick', quantity: 2, orderId: 'ORDER-1', ...fields });
      await book(pick(), pick({ allocationId: 'ORDER-9:1:1' }));
      await decide(request({ orderId: 'ORDER-1', allocationId: 'ORDER-1:3:1', lineId: '3' }), pick());
      expect((await picksOf()).map(({ lineId, allocationPicked }) => [lineId, allocationPicked])).toEqual([
        ['1', 2],
        ['2', 2],
        ['3', 1],
      ]);
    });

    test.each([
      ['an unknown allocation', { allocationId: 'ORDER-9:1:1' }],
      ['an unknown order', { orderId: 'ORDER-9' }],
      ['an allocation of another item', { allocationId: 'OTHER-ITEM:1:1' }],
      ['an allocation of another warehouse', { allocationId: 'OTHER-WAREHOUSE:1:1' }],
      ['nothing', {}],
    ])('that names %s is booked, unallocated', async (_what, fields) => {
      await decide(
        stock(10),
        stock(10, { itemId: 'ITEM-2' }),
        stock(10, { warehouseId: 'WH-002' }),
        request({ orderId: 'OTHER-ITEM', itemId: 'ITEM-2', quantity: 10 }),
        request({ orderId: 'OTHER-WAREHOUSE', warehouseId: 'WH-002', quantity: 10 }),
        request({ orderId: 'ORDER-1', quantity: 10 }),
      );
      expect(await book(scan({ type: 'pick', quantity: 3, ...fields }))).toMatchObject([
        { outcome: 'applied', position: { onHand: 7 } },
      ]);
      const [event] = await picksOf();
      expect(event?.allocationId).toBeUndefined();
      expect(event?.allocationPicked).toBeUndefined();
      expect(await told()).toContain('ORDER-1 2 reduced 7');
    });

    test('of more than is reserved is unallocated in its excess, which is cut from others', async () => {
      const asked = request({ orderId: 'ORDER-1', quantity: 5 });
      const { allocationId } = asked;
      await decide(stock(10), asked, request({ orderId: 'ORDER-2', quantity: 5 }));
      await book(scan({ type: 'pick', quantity: 7, allocationId }));
      expect((await picksOf())[0]).toMatchObject({ allocationId, allocationPicked: 5, quantityChange: -7 });
      expect(await figures()).toEqual([
        ['ORDER-1', 5, 5],
        ['ORDER-2', 3, 0],
      ]);
    });

    test('that is older than the last count changes no stock, but counts for its allocation', async () => {
      const asked = request({ quantity: 10 });
      const { allocationId } = asked;
      await decide(stock(10), asked);
      const at = (second: number) => ({ scannedAt: `2024-11-18T11:00:0${second}Z` });
      await book(scan({ type: 'count', quantity: 10, ...at(2) }));
      await book(scan({ type: 'pick', quantity: 4, allocationId, ...at(1) }));
      expect((await picksOf())[0]).toMatchObject({ allocationId, allocationPicked: 4, quantityChange: 0 });
      expect((await allPositions(databaseOf()))[0]).toMatchObject({ onHand: 10, reserved: 6 });
    });

    test('that is sent twice counts once', async () => {
      const asked = request({ quantity: 10 });
      await decide(stock(10), asked);
      const pick = scan({ type: 'pick', quantity: 4, allocationId: asked.allocationId });
      await book(pick, pick);
      await book(pick);
      expect(await figures()).toEqual([[asked.orderId, 10, 4]]);
    });

    test('that closes its allocation releases the rest: reduced to what is picked', async () => {
      const asked = request({ orderId: 'ORDER-1', quantity: 8 });
      await decide(stock(10), asked);
      const { allocationId } = asked;
      await book(scan({ type: 'pick', quantity: 3, allocationId, closesAllocation: true }));
      expect((await decisionsToSend(databaseOf())).at(-1)).toMatchObject({
        ...{ allocationId, sequence: 2, status: 'reduced', reason: 'short-close' },
        ...{ quantity: 3, picked: 3 },
      });
      expect((await allPositions(databaseOf()))[0]).toMatchObject({ onHand: 7, reserved: 0 });
    });

    test('that closes its allocation when all of it is picked says nothing more', async () => {
      const asked = request({ orderId: 'ORDER-1', quantity: 3 });
      await decide(stock(10), asked);
      await book(
        scan({ type: 'pick', quantity: 3, allocationId: asked.allocationId, closesAllocation: true }),
      );
      expect(await told()).toEqual(['ORDER-1 1 confirmed 3']);
    });
  });

  test('A receipt names the expected receipt that it fulfils', async () => {
    await book(stock(10, { expectedReceiptId: 'PO-1' }));
    expect(await allEvents(databaseOf())).toMatchObject([{ expectedReceiptId: 'PO-1' }]);
  });
}
