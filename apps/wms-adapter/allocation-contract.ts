import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { allocationDecisionSchema } from '../../shared/contracts/allocation-messages.ts';
import { describeAllocationProperties } from './allocation-properties.ts';
import {
  addMasterData,
  allAllocations,
  allEvents,
  allPositions,
  type DatabaseUnderTest,
  decideOn,
  decisionsToSend,
  NOW,
  releaseOf,
  request,
  scan,
  TRACE,
} from './contract-fixtures.ts';
import { type Database, InvalidCursorError } from './database.ts';

type Work = Parameters<typeof decideOn>[1][number];

/** The part of the suite that is about allocations: rules 8 to 11 of the architecture, as far as the WMS keeps them. */
export function describeAllocations(name: string, open: () => Promise<DatabaseUnderTest>): void {
  describe(`Allocations in the WMS database on ${name}`, () => {
    let underTest: DatabaseUnderTest;
    let database: Database;

    beforeEach(async () => {
      underTest = await open();
      database = underTest.database;
      await addMasterData(database);
      await database.putItems([{ itemId: 'ITEM-2' }]);
    });
    afterEach(() => underTest.dispose());

    const reopen = async () => {
      database = await underTest.reopen();
    };
    const decide = async (...work: Work[]) => (await decideOn(database, work)).decisions;
    const book = async (...work: Work[]) => (await decideOn(database, work)).transactions;
    const stock = (quantity: number, fields = {}) => scan({ type: 'receipt', quantity, ...fields });
    const told = async () =>
      (await decisionsToSend(database)).map(({ orderId, sequence, status, quantity }) =>
        [orderId, sequence, status, quantity].join(' '),
      );
    const open1 = async () =>
      (await allAllocations(database)).map(({ orderId, reserved, picked }) => [orderId, reserved, picked]);

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
        expect(await decisionsToSend(database)).toEqual([decision]);
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
        expect(await decisionsToSend(database)).toEqual([first, first, first, first]);
        expect(await open1()).toEqual([[asked.orderId, 4, 0]]);
        expect((await allPositions(database))[0]?.reserved).toBe(4);
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
        expect(await open1()).toEqual([[asked.orderId, 0, 0]]);
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
          (await allPositions(database)).map(({ itemId, onHand, reserved }) => [itemId, onHand, reserved]),
        ).toEqual([
          ['ITEM-1', 10, 0],
          ['ITEM-2', 10, 0],
        ]);
      });
    });

    describe('A pick', () => {
      const picksOf = async () =>
        (await allEvents(database)).filter(({ eventType }) => eventType === 'InventoryPick');

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
        expect(await open1()).toEqual([['ORDER-1', 8, 6]]);
        expect((await allPositions(database))[0]).toMatchObject({ onHand: 4, reserved: 2 });
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
        expect(await open1()).toEqual([
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
        expect((await allPositions(database))[0]).toMatchObject({ onHand: 10, reserved: 6 });
      });

      test('that is sent twice counts once', async () => {
        const asked = request({ quantity: 10 });
        await decide(stock(10), asked);
        const pick = scan({ type: 'pick', quantity: 4, allocationId: asked.allocationId });
        await book(pick, pick);
        await book(pick);
        expect(await open1()).toEqual([[asked.orderId, 10, 4]]);
      });

      test('that closes its allocation releases the rest: reduced to what is picked', async () => {
        const asked = request({ orderId: 'ORDER-1', quantity: 8 });
        await decide(stock(10), asked);
        const { allocationId } = asked;
        await book(scan({ type: 'pick', quantity: 3, allocationId, closesAllocation: true }));
        expect((await decisionsToSend(database)).at(-1)).toMatchObject({
          ...{ allocationId, sequence: 2, status: 'reduced', reason: 'short-close' },
          ...{ quantity: 3, picked: 3 },
        });
        expect((await allPositions(database))[0]).toMatchObject({ onHand: 7, reserved: 0 });
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
      expect(await allEvents(database)).toMatchObject([{ expectedReceiptId: 'PO-1' }]);
    });

    describe('Stock that falls short of the reservations', () => {
      const later = { scannedAt: '2024-11-18T11:00:00Z' };

      test.each([
        ['a count', { type: 'count' as const, quantity: 95 }],
        ['an adjustment', { type: 'adjustment' as const, quantity: -5 }],
        ['an unallocated pick', { type: 'pick' as const, quantity: 5 }],
      ])('by %s is cut in the same transaction, and only the shortage', async (_what, fields) => {
        await decide(stock(100), request({ orderId: 'ORDER-1', quantity: 100 }));
        await decideOn(database, [scan({ ...fields, ...later })], new Date('2024-11-18T12:00:02.000Z'));
        const [, event, decision] = (await database.unsent(10)).slice(-3);
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
        expect(await open1()).toEqual([['ORDER-1', 4, 4]]);
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
        const [{ rows: before }] = [await database.allocations({ limit: 100 })];
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
        const after = await allAllocations(database);
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
        expect(await open1()).toEqual([['ORDER-1', 10, 0]]);
      });

      test('is not, as long as what is on hand covers them: other stock goes first', async () => {
        await decide(stock(10), request({ orderId: 'ORDER-1', quantity: 6 }));
        await book(scan({ type: 'pick', quantity: 4, ...later }));
        await book(scan({ type: 'count', quantity: 2, locationId: 'B-01', ...later }));
        expect(await told()).toEqual(['ORDER-1 1 confirmed 6']);
      });
    });

    describe('Positions', () => {
      const reserved = async (query = {}) =>
        (await allPositions(database, query)).map(({ locationId, lotNumber, onHand, reserved }) =>
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
          (await allAllocations(database, { limit: 2, ...query })).map(({ allocationId }) => allocationId);
        const all = ['ORDER-2:1:1', 'ORDER-1:1:1', 'ORDER-1:2:1', 'ORDER-3:1:1'];
        expect(await ids()).toEqual(all);
        expect(await ids({ orderId: 'ORDER-1' })).toEqual(['ORDER-1:1:1', 'ORDER-1:2:1']);
        expect(await ids({ itemId: 'ITEM-2' })).toEqual(['ORDER-3:1:1']);
        expect(await ids({ itemId: 'ITEM-1', warehouseId: 'WH-001' })).toEqual([
          'ORDER-2:1:1',
          'ORDER-1:1:1',
        ]);
        await expect(database.allocations({ after: 'x', limit: 1 })).rejects.toThrow(InvalidCursorError);
      });
    });

    describe('A location under lock', () => {
      const lock = (fields = {}) => ({
        ...{ lockId: 'LOCK-1', warehouseId: 'WH-001', locationId: 'A-05-02' },
        ...{ scannerId: 'SCANNER-08', userId: 'user', until: '2024-11-18T12:30:00.000Z', ...fields },
      });

      test('promises nothing until the lock ends, which the rejection tells when only the lock stands in the way', async () => {
        await decide(stock(5), stock(2, { locationId: 'B-01' }));
        await database.putLock(lock(), NOW);
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
        const { decisions } = await decideOn(database, [request()], new Date('2024-11-18T12:30:00.000Z'));
        expect(decisions).toMatchObject([{ status: 'confirmed' }]);
      });

      test('counts what was booked there in the same transaction', async () => {
        await database.putLock(lock(), NOW);
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
        await database.putLock(lock(), NOW);
        const counted = { type: 'count' as const, quantity: 5, acknowledgeLock: 'LOCK-1' };
        expect(await decide(scan({ ...counted, quantity: 0, locationId: 'B-01' }), request())).toMatchObject([
          { reason: 'under-count' },
        ]);
        expect(await decide(scan({ ...counted, acknowledgeLock: 'LOCK-9' }), request())).toMatchObject([
          { reason: 'under-count' },
        ]);
        expect(await decide(scan(counted), request())).toMatchObject([{ status: 'confirmed' }]);
        expect((await database.locks({ limit: 10 }, NOW)).rows).toEqual([]);
      });

      test('is locked until the last of its locks ends', async () => {
        await book(stock(5));
        await database.putLock(lock({ until: '2024-11-18T12:10:00.000Z' }), NOW);
        await database.putLock(lock({ lockId: 'LOCK-2', scannerId: 'SCANNER-09' }), NOW);
        expect(await decide(request())).toMatchObject([{ retryAt: '2024-11-18T12:30:00.000Z' }]);
      });

      test('is kept over a restart, listed while its lock runs, renewed for its scanner, and ended', async () => {
        await database.putLock(lock(), NOW);
        await database.putLock(lock({ lockId: 'LOCK-2', scannerId: 'SCANNER-09' }), NOW);
        const renewed = { lockId: 'LOCK-3', until: '2024-11-18T12:40:00.000Z' };
        expect(await database.putLock(lock(renewed), NOW)).toEqual(lock({ ...renewed, lockId: 'LOCK-1' }));
        await reopen();
        const first = await database.locks({ limit: 1 }, NOW);
        expect(first.rows).toEqual([lock({ until: renewed.until })]);
        const second = await database.locks({ limit: 1, after: first.next }, NOW);
        expect(second.rows.map(({ lockId }) => lockId)).toEqual(['LOCK-2']);
        expect((await database.locks({ limit: 9 }, new Date('2024-11-18T12:30:00Z'))).rows).toHaveLength(1);
        await database.endLock('LOCK-1');
        await database.endLock('LOCK-1');
        expect((await database.locks({ limit: 9 }, NOW)).rows.map(({ lockId }) => lockId)).toEqual([
          'LOCK-2',
        ]);
      });
    });

    describeAllocationProperties(() => database);
  });
}
