import { beforeEach, describe, expect, test } from 'vitest';
import { allocationDecisionSchema } from '../../../shared/contracts/allocation-messages.ts';
import type { Database } from '../database.ts';
import { InvalidCursorError } from '../page.ts';
import { describeAllocationProperties } from './allocation-properties.ts';
import { describeCuts } from './cuts.ts';
import {
  allAllocations,
  allPositions,
  booksOf,
  decideOn,
  decisionsToSend,
  lockOn,
  NOW,
  releaseOf,
  request,
  scan,
  take,
} from './fixtures.ts';
import { describePicks } from './picks.ts';

/** The part of the suite that is about allocations: rules 8 to 11 of the architecture, as far as the WMS keeps them. */
export function describeAllocations(databaseOf: () => Database, reopen: () => Promise<void>): void {
  describe('Allocations', () => {
    beforeEach(() => databaseOf().putItems([{ itemId: 'ITEM-2' }]));

    const { decide, book, stock, figures } = booksOf(databaseOf);

    describe('A request', () => {
      test.each([
        [
          'all that is asked for',
          10,
          { quantity: 8, leastQuantity: 8 },
          { status: 'confirmed', quantity: 8 },
        ],
        ['what there is of it', 6, { quantity: 8, leastQuantity: 5 }, { status: 'confirmed', quantity: 6 }],
        [
          'nothing when that is less than is of use',
          4,
          { quantity: 8, leastQuantity: 5 },
          { status: 'rejected', quantity: 0, reason: 'insufficient-stock' },
        ],
      ])('is given %s', async (_what, onHand, asked, answer) => {
        const [decision] = await decide(stock(onHand), request(asked));
        expect(decision).toEqual(allocationDecisionSchema.parse(decision));
        expect(decision).toMatchObject({ ...answer, sequence: 1, picked: 0, decidedAt: NOW.toISOString() });
        expect(await decisionsToSend(databaseOf())).toEqual([decision]);
      });

      test('for an item that the WMS does not know is rejected with that reason', async () => {
        expect(await decide(request({ itemId: 'ITEM-9' }))).toMatchObject([
          { status: 'rejected', reason: 'unknown-item' },
        ]);
      });

      test('gets what others have not reserved: two orders for the last piece, one is confirmed', async () => {
        await book(stock(1));
        const first = await decide(request());
        const [second, elsewhere] = await decide(request(), request({ warehouseId: 'WH-002' }));
        expect(first).toMatchObject([{ status: 'confirmed', quantity: 1 }]);
        expect([second, elsewhere]).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
        expect((await decide(request(), request())).map(({ status }) => status)).toEqual([
          'rejected',
          'rejected',
        ]);
      });

      test('is decided beside scans in one transaction, in the order in which they came', async () => {
        const [before, after] = await decide(request(), stock(1), request());
        expect([before?.status, after?.status]).toEqual(['rejected', 'confirmed']);
      });

      test('is decided once per allocation id: asked again, the same decision goes out again under its number', async () => {
        const asked = request({ quantity: 4 });
        const [first, inTheSameCommit] = await decide(stock(10), asked, asked);
        await reopen();
        const otherContent = { ...asked, quantity: 9, itemId: 'ITEM-2', orderedAt: '2024-11-18T08:00:00Z' };
        const [again] = await decide(asked);
        const [other] = await decide(otherContent);
        expect([inTheSameCommit, again, other]).toEqual([first, first, first]);
        expect(await decisionsToSend(databaseOf())).toEqual([first, first, first, first]);
        expect(await figures()).toEqual([[asked.orderId, 4, 0]]);
        expect((await allPositions(databaseOf()))[0]?.reserved).toBe(4);
      });

      test('that was rejected stays rejected when stock arrives', async () => {
        const asked = request();
        const [rejected] = await decide(asked);
        await book(stock(10));
        expect(await decide(asked)).toEqual([rejected]);
      });
    });

    describe('A release', () => {
      test('frees what is unpicked, for good, and answers what was already picked', async () => {
        const asked = request({ quantity: 10 });
        await decide(stock(10), asked, scan({ type: 'pick', quantity: 3, allocationId: asked.allocationId }));
        const [released] = await decide(releaseOf(asked));
        expect(released).toMatchObject({ status: 'released', sequence: 2, quantity: 3, picked: 3 });
        expect(await decide(request({ quantity: 7, leastQuantity: 7 }))).toMatchObject([
          { status: 'confirmed' },
        ]);
      });

      test('is final even for an id never seen: a request that comes later reserves nothing', async () => {
        const asked = request({ quantity: 5 });
        await book(stock(10));
        const [released] = await decide(releaseOf(asked));
        expect(released).toMatchObject({ status: 'released', sequence: 1, quantity: 0, picked: 0 });
        await reopen();
        expect(await decide(asked)).toEqual([released]);
        expect(await figures()).toEqual([[asked.orderId, 0, 0]]);
      });

      test('that comes again is answered the same under the same number', async () => {
        const asked = request();
        const [, released, again] = await decide(stock(1), asked, releaseOf(asked), releaseOf(asked));
        expect(again).toEqual(released);
        expect(await decide(asked)).toEqual([released]);
      });

      test('of a rejected request is final as well', async () => {
        const asked = request();
        expect(await decide(asked, releaseOf(asked))).toMatchObject([
          { status: 'rejected', sequence: 1 },
          { status: 'released', sequence: 2, quantity: 0 },
        ]);
      });

      test('frees nothing of another item, whatever item it names', async () => {
        const asked = request({ quantity: 5 });
        await decide(stock(10), stock(10, { itemId: 'ITEM-2' }), asked);
        await decide({ ...releaseOf(asked), itemId: 'ITEM-2' });
        expect(
          (await allPositions(databaseOf())).map(({ itemId, onHand, reserved }) => [
            itemId,
            onHand,
            reserved,
          ]),
        ).toEqual([
          ['ITEM-1', 10, 0],
          ['ITEM-2', 10, 0],
        ]);
      });
    });

    describePicks(databaseOf);
    describeCuts(databaseOf);

    describe('Positions', () => {
      const reserved = async (query = {}) =>
        (await allPositions(databaseOf(), query)).map(({ locationId, lotNumber, onHand, reserved }) =>
          [locationId, lotNumber ?? '-', onHand, reserved].join(' '),
        );

      test('show the reservations of their item, spread by location and lot up to what is on hand', async () => {
        await decide(
          stock(3),
          stock(4, { lotNumber: 'LOT-1' }),
          stock(5, { locationId: 'B-01' }),
          stock(9, { warehouseId: 'WH-002' }),
          stock(9, { itemId: 'ITEM-2' }),
          request({ quantity: 9 }),
        );
        const query = { itemId: 'ITEM-1', warehouseId: 'WH-001' };
        const spread = ['A-05-02 - 3 3', 'A-05-02 LOT-1 4 4', 'B-01 - 5 2'];
        expect(await reserved(query)).toEqual(spread);
        expect(await reserved({ ...query, limit: 1 })).toEqual(spread);
        expect(await reserved({ ...query, locationId: 'B-01' })).toEqual(['B-01 - 5 2']);
        expect(await reserved({ itemId: 'ITEM-1', warehouseId: 'WH-002' })).toEqual(['A-05-02 - 9 0']);
        expect(await reserved({ itemId: 'ITEM-2' })).toEqual(['A-05-02 - 9 0']);
      });
    });

    describe('Allocations', () => {
      test('are paged in the order in which they were first seen, and filtered', async () => {
        await decide(
          stock(10),
          request({ orderId: 'ORDER-2' }),
          request({ orderId: 'ORDER-1' }),
          request({ orderId: 'ORDER-1', allocationId: 'ORDER-1:2:1', lineId: '2', warehouseId: 'WH-002' }),
          request({ orderId: 'ORDER-3', itemId: 'ITEM-2' }),
        );
        await reopen();
        const ids = async (query = {}) =>
          (await allAllocations(databaseOf(), { limit: 2, ...query })).map(
            ({ allocationId }) => allocationId,
          );
        const all = ['ORDER-2:1:1', 'ORDER-1:1:1', 'ORDER-1:2:1', 'ORDER-3:1:1'];
        expect(await ids()).toEqual(all);
        expect(await ids({ orderId: 'ORDER-1' })).toEqual(['ORDER-1:1:1', 'ORDER-1:2:1']);
        expect(await ids({ itemId: 'ITEM-2' })).toEqual(['ORDER-3:1:1']);
        expect(await ids({ itemId: 'ITEM-1', warehouseId: 'WH-001' })).toEqual([
          'ORDER-2:1:1',
          'ORDER-1:1:1',
        ]);
        await expect(databaseOf().allocations({ after: 'x', limit: 1 })).rejects.toThrow(InvalidCursorError);
      });
    });

    describe('A location under lock', () => {
      test('promises nothing until the lock ends, which the rejection tells when only the lock stands in the way', async () => {
        await decide(stock(5), stock(2, { locationId: 'B-01' }));
        await lockOn(databaseOf(), take());
        expect(
          await decide(request({ quantity: 2 }), request({ quantity: 6 }), request({ quantity: 1 })),
        ).toMatchObject([
          { status: 'confirmed', quantity: 2 },
          { status: 'rejected', reason: 'under-count', retryAt: '2024-11-18T12:30:00.000Z' },
          { status: 'rejected', reason: 'under-count' },
        ]);
        expect(await decide(request({ quantity: 6, leastQuantity: 6 }))).toMatchObject([
          { reason: 'insufficient-stock' },
        ]);
        // Named by a scan, an ended lock is read all the same.
        const late = scan({ type: 'pick', locationId: 'B-01', acknowledgeLock: 'LOCK-1' });
        const { decisions } = await decideOn(
          databaseOf(),
          [late, request()],
          new Date('2024-11-18T12:30:00.000Z'),
        );
        expect(decisions).toMatchObject([{ status: 'confirmed' }]);
      });

      test('counts what was booked there in the same transaction', async () => {
        await lockOn(databaseOf(), take());
        await book(stock(5));
        expect(
          await decide(
            ...[scan({ type: 'pick', quantity: 1 }), stock(3, { locationId: 'B-01' })],
            request({ quantity: 4, leastQuantity: 3 }),
          ),
        ).toMatchObject([{ status: 'confirmed', quantity: 3 }]);
      });

      test('is free again when its count is posted with the lock, and not by another count', async () => {
        await book(stock(5));
        await lockOn(databaseOf(), take());
        const counted = { type: 'count' as const, quantity: 5, acknowledgeLock: 'LOCK-1' };
        expect(await decide(scan({ ...counted, quantity: 0, locationId: 'B-01' }), request())).toMatchObject([
          { reason: 'under-count' },
        ]);
        expect(await decide(scan({ ...counted, acknowledgeLock: 'LOCK-9' }), request())).toMatchObject([
          { reason: 'under-count' },
        ]);
        expect(await decide(scan(counted), request())).toMatchObject([{ status: 'confirmed' }]);
        expect((await databaseOf().locks({ limit: 10 }, NOW)).rows).toEqual([]);
      });
    });

    describeAllocationProperties(databaseOf);
  });
}
