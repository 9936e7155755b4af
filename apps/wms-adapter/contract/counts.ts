import { describe, expect, test } from 'vitest';
import { type InventoryEvent, inventoryEventSchema } from '../../../shared/contracts/inventory-event.ts';
import type { Database } from '../database.ts';
import {
  allEvents,
  allPositions,
  bookOn,
  bookRequests,
  lock,
  lockOn,
  NOW,
  scan,
  TRACE,
  take,
  unsentOf,
} from './fixtures.ts';

const TEN_PAST = new Date('2024-11-18T12:10:00.000Z');
const LATER = new Date('2024-11-18T12:40:00.000Z');

/** What the cloud is told of counts: the part of the contract on events of locks. */
export function describeCounts(databaseOf: () => Database, reopen: () => Promise<void>): void {
  describe('A count under way', () => {
    const book = (...scans: Parameters<typeof scan>[0][]) => bookOn(databaseOf(), scans.map(scan));
    const begin = (fields: Parameters<typeof take>[0] = {}, now = NOW) =>
      lockOn(databaseOf(), take(fields), now);
    const end = (lockId = 'LOCK-1', now = TEN_PAST) => lockOn(databaseOf(), { kind: 'release', lockId }, now);
    const events = async (eventType: InventoryEvent['eventType']) =>
      (await allEvents(databaseOf())).filter((event) => event.eventType === eventType);
    const told = async (eventType: InventoryEvent['eventType']) =>
      (await events(eventType)).map(({ itemId, lotNumber, resultingOnHand, version, countLock }) =>
        [itemId, lotNumber ?? '', resultingOnHand, version, countLock?.lockId, countLock?.until].join(' '),
      );

    /** In the location: 5 of version 2, 7 of a lot, 2 of another item, and a lot at zero. Beside it, 9. */
    async function stockUp(): Promise<void> {
      await databaseOf().putItems([{ itemId: 'ITEM-2' }]);
      await book(
        ...[{ quantity: 4 }, { quantity: 1 }, { quantity: 7, lotNumber: 'LOT-1' }],
        ...[
          { quantity: 2, itemId: 'ITEM-2' },
          { quantity: 9, locationId: 'B-01' },
        ],
        ...[
          { quantity: 3, lotNumber: 'LOT-0' },
          { type: 'pick' as const, quantity: 3, lotNumber: 'LOT-0' },
        ],
        { quantity: 6, warehouseId: 'WH-002' },
      );
    }
    const END = '2024-11-18T12:30:00.000Z';

    test('is told of for each position of the location that holds pieces, under the trace of its call', async () => {
      await stockUp();
      const before = await allEvents(databaseOf());
      const positions = await allPositions(databaseOf());
      await begin();
      expect(await told('InventoryCountStarted')).toEqual([
        `ITEM-1  5 2 LOCK-1 ${END}`,
        `ITEM-1 LOT-1 7 1 LOCK-1 ${END}`,
        `ITEM-2  2 1 LOCK-1 ${END}`,
      ]);
      const [first] = await events('InventoryCountStarted');
      expect(first).toEqual({
        eventId: 'evt-20241118-000009',
        timestamp: NOW.toISOString(),
        eventType: 'InventoryCountStarted',
        ...{ itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02', lotNumber: null },
        ...{ quantityChange: 0, resultingOnHand: 5, schemaVersion: 1, version: 2 },
        ...{ transactionId: 'LOCK-1', scannerId: 'SCANNER-08', userId: 'user' },
        countLock: { lockId: 'LOCK-1', until: END },
      });
      expect(inventoryEventSchema.parse(first)).toEqual(first);
      const sent = await unsentOf(databaseOf());
      expect(sent.slice(before.length)).toMatchObject(Array(3).fill({ kind: 'event', trace: TRACE }));
      expect(await databaseOf().backlog()).toMatchObject({ unsent: sent.length });
      expect(await allPositions(databaseOf())).toEqual(positions);
    });

    test('takes event numbers, and no versions, like whatever comes after it', async () => {
      await stockUp();
      await begin();
      await book({ quantity: 1 });
      await end();
      await book({ quantity: 1 });
      const all = await allEvents(databaseOf());
      const numbers = all.map(({ eventId }) => Number(eventId.slice(-6)));
      expect(numbers).toEqual(Array.from({ length: all.length }, (_unused, index) => index + 1));
      expect(all.at(-1)).toMatchObject({ eventType: 'InventoryReceipt', version: 4, resultingOnHand: 7 });
    });

    test('is told of again when its lock is renewed, with what has come meanwhile', async () => {
      await stockUp();
      await begin();
      await book({ quantity: 1, lotNumber: 'LOT-2' });
      const before = await told('InventoryCountStarted');
      expect(before.slice(3)).toEqual([`ITEM-1 LOT-2 1 1 LOCK-1 ${END}`]);
      await begin({ lockId: 'LOCK-9' }, TEN_PAST);
      expect((await told('InventoryCountStarted')).slice(before.length)).toEqual([
        `ITEM-1  5 2 LOCK-1 ${LATER.toISOString()}`,
        `ITEM-1 LOT-1 7 1 LOCK-1 ${LATER.toISOString()}`,
        `ITEM-2  2 1 LOCK-1 ${LATER.toISOString()}`,
        `ITEM-1 LOT-2 1 1 LOCK-1 ${LATER.toISOString()}`,
      ]);
    });

    test('that is ended is told of for the same positions, at zero by now or not, and for those that were filled', async () => {
      await stockUp();
      await begin();
      await begin({ lockId: 'LOCK-2', locationId: 'B-01' });
      await reopen();
      await book({ type: 'pick', quantity: 7, lotNumber: 'LOT-1' }, { quantity: 1, lotNumber: 'LOT-2' });
      await end();
      const ended = [
        `ITEM-1  5 2 LOCK-1 ${TEN_PAST.toISOString()}`,
        `ITEM-1 LOT-1 0 2 LOCK-1 ${TEN_PAST.toISOString()}`,
        `ITEM-2  2 1 LOCK-1 ${TEN_PAST.toISOString()}`,
        `ITEM-1 LOT-2 1 1 LOCK-1 ${TEN_PAST.toISOString()}`,
      ];
      expect(await told('InventoryCountEnded')).toEqual(ended);
      await end();
      expect(await told('InventoryCountEnded')).toEqual(ended);
      expect((await databaseOf().locks({ limit: 9 }, TEN_PAST)).rows).toEqual([
        lock({ lockId: 'LOCK-2', locationId: 'B-01' }),
      ]);
    });

    test('ends with its posting, once, after what that changed', async () => {
      await stockUp();
      await begin();
      const later = { scannedAt: '2024-11-18T11:00:00Z' };
      const posted = scan({ type: 'count', quantity: 0, acknowledgeLock: 'LOCK-1', ...later });
      await book({ ...posted, acknowledgeLock: 'LOCK-9', transactionId: crypto.randomUUID() });
      expect(await told('InventoryCountEnded')).toEqual([]);
      await book({ type: 'pick', quantity: 1, lotNumber: 'LOT-1', acknowledgeLock: 'LOCK-1' });
      expect(await told('InventoryCountEnded')).toEqual([]);
      await book(posted, { ...posted, lotNumber: 'LOT-1', transactionId: crypto.randomUUID() }, posted);
      expect((await allEvents(databaseOf())).slice(-5).map(({ eventType }) => eventType)).toEqual([
        'InventoryCount',
        ...['InventoryCountEnded', 'InventoryCountEnded', 'InventoryCountEnded'],
        'InventoryCount',
      ]);
      expect(await told('InventoryCountEnded')).toEqual([
        `ITEM-1  0 4 LOCK-1 ${NOW.toISOString()}`,
        `ITEM-1 LOT-1 6 2 LOCK-1 ${NOW.toISOString()}`,
        `ITEM-2  2 1 LOCK-1 ${NOW.toISOString()}`,
      ]);
      await end();
      expect(await told('InventoryCountEnded')).toHaveLength(3);
    });

    test('that ran out is told of no more, whatever ends it then, and a new lock begins a new one', async () => {
      await stockUp();
      await begin();
      await bookOn(databaseOf(), [scan({ type: 'count', quantity: 5, acknowledgeLock: 'LOCK-1' })], LATER);
      expect(await end('LOCK-1', LATER)).toEqual({ kind: 'ended' });
      expect(await told('InventoryCountEnded')).toEqual([]);
      await begin({ lockId: 'LOCK-2' }, LATER);
      expect((await told('InventoryCountStarted')).at(-1)).toBe(
        'ITEM-2  2 1 LOCK-2 2024-11-18T13:10:00.000Z',
      );
    });

    test('of which the cloud cannot be told does not begin', async () => {
      await stockUp();
      const before = await allEvents(databaseOf());
      const order = { lock: take(), trace: Object({ traceparent: null }) };
      await expect(bookRequests(databaseOf(), [order])).rejects.toThrow();
      expect((await databaseOf().locks({ limit: 9 }, NOW)).rows).toEqual([]);
      expect(await allEvents(databaseOf())).toEqual(before);
    });
  });
}
