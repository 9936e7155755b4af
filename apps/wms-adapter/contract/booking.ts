import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inventoryEventSchema } from '../../../shared/contracts/inventory-event.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import { lookupFor } from '../booking/lookup.ts';
import type { Database } from '../database.ts';
import {
  allEvents,
  allPositions,
  bookOn,
  bookRequests,
  NOW,
  outcomes,
  scan,
  scanRequest,
  unsentOf,
} from './fixtures.ts';

/** What becomes of transactions: the booking rules, on the database that keeps them. */
export function describeBooking(databaseOf: () => Database, reopen: () => Promise<void>): void {
  describe('A booking', () => {
    const book = (...transactions: Transaction[]) => bookOn(databaseOf(), transactions);
    const bookBy = async (call: number, ...transactions: Transaction[]) => {
      const requests = transactions.map((transaction) => ({ ...scanRequest(transaction), call }));
      return (await bookRequests(databaseOf(), requests)).transactions;
    };

    test('keeps positions with versions 1, 2, 3 …', async () => {
      await book(scan({ type: 'receipt', quantity: 10 }), scan({ type: 'pick', quantity: 3 }));
      const [result] = await book(scan({ type: 'adjustment', quantity: -2 }));
      expect(result).toMatchObject({ outcome: 'applied', position: { onHand: 5, version: 3 } });
      expect(await allPositions(databaseOf())).toMatchObject([
        { onHand: 5, version: 3, reserved: 0, lotNumber: null },
      ]);
    });

    test('answers a transaction sent twice as a duplicate, with the position it led to, and books it once', async () => {
      const receipt = scan({ type: 'receipt', quantity: 10 });
      await book(receipt);
      await book(scan({ type: 'pick', quantity: 3 }));
      const uploadedAgain = { ...receipt, transactionId: receipt.transactionId.toUpperCase(), queued: true };
      const answers = await book(receipt, uploadedAgain);
      const duplicate = { outcome: 'duplicate', position: { onHand: 10, version: 1 } };
      expect(answers).toMatchObject([duplicate, duplicate]);
      expect(await allEvents(databaseOf())).toHaveLength(2);
    });

    test('answers a transaction that stands twice in one call as applied and duplicate', async () => {
      const receipt = scan({ type: 'receipt', quantity: 10 });
      expect(outcomes(await book(receipt, receipt))).toEqual(['applied', 'duplicate']);
      expect(await allEvents(databaseOf())).toHaveLength(1);
    });

    test('refuses another transaction under a used id, naming it', async () => {
      const receipt = scan({ type: 'receipt', quantity: 10 });
      const [, other] = await book(receipt, { ...receipt, quantity: 11 });
      expect(other).toMatchObject({
        outcome: 'rejected',
        problem: { errors: [{ pointer: '/transactionId' }] },
      });
      expect(other?.problem?.detail).toContain(receipt.transactionId);
    });

    test('refuses an update that expects another version, naming both, and takes it once it expects the right one', async () => {
      const lotNumber = 'LOT-2024-089';
      await book(scan({ type: 'receipt', quantity: 10, lotNumber }));
      const update = scan({ type: 'adjustment', quantity: -2, lotNumber, expectedVersion: 0 });
      const [conflict] = await book(update);
      expect(conflict).toMatchObject({ outcome: 'conflict', position: { onHand: 10, version: 1 } });
      expect(conflict?.problem?.detail).toBe(
        'Position WH-001/A-05-02/LOT-2024-089 is at version 1, the update expected 0',
      );
      const [retried] = await book({ ...update, expectedVersion: 1 });
      expect(retried).toMatchObject({ outcome: 'applied', position: { onHand: 8, version: 2 } });
    });

    test('refuses a scan by a call that was made before the one in which it was refused, whoever kept it, and takes it by a later one', async () => {
      const receipt = scan({ type: 'receipt', itemId: 'ITEM-2', quantity: 10 });
      expect(await bookBy(5, receipt)).toMatchObject([{ outcome: 'rejected' }]);
      await databaseOf().putItems([{ itemId: 'ITEM-2' }]);
      await reopen();
      const late = await bookBy(4, receipt, scan({ type: 'receipt', quantity: 1 }));
      const superseded = { type: 'urn:stockbridge:problem:call-superseded', status: 409, lastCall: 5 };
      expect(late).toMatchObject([
        { outcome: 'rejected', problem: superseded },
        { outcome: 'rejected', problem: superseded },
      ]);
      expect(await allEvents(databaseOf())).toEqual([]);
      const ofAnother = scan({ type: 'receipt', quantity: 1, scannerId: 'SCANNER-09' });
      expect(outcomes(await bookBy(4, ofAnother))).toEqual(['applied']);
      expect(outcomes(await bookBy(6, receipt))).toEqual(['applied']);
      expect(outcomes(await bookBy(4, receipt))).toEqual(['duplicate']);
    });

    test.each([
      ['an unknown item', { itemId: 'ITEM-9' }, '/itemId', 'ITEM-9'],
      ['an unknown warehouse', { warehouseId: 'WH-999' }, '/warehouseId', 'WH-999'],
      ['an unknown location', { locationId: 'Z-99' }, '/locationId', 'Z-99'],
      [
        'an unknown destination',
        { type: 'transfer' as const, toLocationId: 'Z-99' },
        '/toLocationId',
        'Z-99',
      ],
    ])('refuses %s and keeps nothing of it', async (_what, fields, pointer, value) => {
      const [result] = await book(scan({ type: 'receipt', quantity: 1, ...fields }));
      expect(result).toMatchObject({ outcome: 'rejected', problem: { status: 422, errors: [{ pointer }] } });
      expect(result?.problem?.errors?.[0]?.detail).toContain(value);
      expect(await allEvents(databaseOf())).toEqual([]);
      expect(await allPositions(databaseOf())).toEqual([]);
    });

    test('reads 0 below zero, calls it an exception, and closes the shortfall with what comes later', async () => {
      await book(scan({ type: 'receipt', quantity: 4 }));
      const [short] = await book(scan({ type: 'pick', quantity: 10 }));
      expect(short).toMatchObject({ outcome: 'exception', position: { onHand: 0, version: 2 } });
      expect(short?.problem?.detail).toContain('6 pieces short');
      const [part, rest] = await book(
        scan({ type: 'receipt', quantity: 5 }),
        scan({ type: 'receipt', quantity: 5 }),
      );
      expect(part).toMatchObject({ outcome: 'applied', position: { onHand: 0 } });
      expect(rest).toMatchObject({ outcome: 'applied', position: { onHand: 4 } });
      const events = await allEvents(databaseOf());
      expect(
        events.map((event) => [event.quantityChange, event.resultingOnHand, event.scannedQuantity]),
      ).toEqual([
        [4, 4, undefined],
        [-4, 0, -10],
        [0, 0, 5],
        [4, 4, 5],
      ]);
    });

    test('refuses what would take a position beyond what an event can carry', async () => {
      await book(scan({ type: 'receipt', quantity: 1_000_000_000 }));
      const [result] = await book(scan({ type: 'receipt', quantity: 1 }));
      expect(result).toMatchObject({ outcome: 'rejected', problem: { errors: [{ pointer: '/quantity' }] } });
    });

    test('writes two events for a transfer, each naming the other', async () => {
      await book(scan({ type: 'receipt', quantity: 10 }));
      const transfer = scan({ type: 'transfer', quantity: 4, toLocationId: 'B-01', allocationId: 'ALLOC-1' });
      const [result] = await book(transfer);
      expect(result).toMatchObject({ outcome: 'applied', position: { onHand: 6, version: 2 } });
      const [, from, to] = await allEvents(databaseOf());
      const shared = {
        transactionId: transfer.transactionId,
        eventType: 'InventoryTransfer',
        allocationId: 'ALLOC-1',
      };
      const source = {
        locationId: 'A-05-02',
        lotNumber: null,
        quantityChange: -4,
        resultingOnHand: 6,
        version: 2,
      };
      const destination = {
        locationId: 'B-01',
        lotNumber: null,
        quantityChange: 4,
        resultingOnHand: 4,
        version: 1,
      };
      expect(from).toMatchObject({ ...shared, ...source, counterpart: destination });
      expect(to).toMatchObject({ ...shared, ...destination, counterpart: source });
    });

    test('a delta scanned before the latest count changes nothing, and its event says so', async () => {
      await book(scan({ type: 'count', quantity: 95, scannedAt: '2024-11-18T10:00:02Z' }));
      const [late] = await book(scan({ type: 'pick', quantity: 5, scannedAt: '2024-11-18T10:00:01Z' }));
      expect(late).toMatchObject({ outcome: 'applied', position: { onHand: 95, version: 2 } });
      expect((await allEvents(databaseOf()))[1]).toMatchObject({
        quantityChange: 0,
        scannedQuantity: -5,
        version: 2,
      });
    });

    test('gives the same on hand whatever order scans arrive in, over any number of calls', async () => {
      await fc.assert(
        fc.asyncProperty(scansArbitrary, fc.integer({ min: 1, max: 4 }), async (arrival, callSize) => {
          const itemIds = [`ITEM-A-${randomUUID()}`, `ITEM-B-${randomUUID()}`] as const;
          await databaseOf().putItems(itemIds.map((itemId) => ({ itemId })));
          const inOrder = arrival.toSorted((a, b) => ((a.scannedAt ?? '') < (b.scannedAt ?? '') ? -1 : 1));
          await bookOn(
            databaseOf(),
            inOrder.map((fields) => scan({ ...fields, itemId: itemIds[0] })),
          );
          for (let start = 0; start < arrival.length; start += callSize) {
            const call = arrival.slice(start, start + callSize);
            await bookOn(
              databaseOf(),
              call.map((fields) => scan({ ...fields, itemId: itemIds[1] })),
            );
          }
          const figures = await Promise.all(
            itemIds.map(async (itemId) => {
              const { rows } = await databaseOf().positions({ itemId, limit: 100 });
              return rows.map(({ locationId, onHand, version }) => [locationId, onHand, version]);
            }),
          );
          expect(figures[1]).toEqual(figures[0]);
        }),
        { numRuns: 60 },
      );
    });

    test('numbers events for good, over restarts and days', async () => {
      await book(scan({ type: 'receipt' }), scan({ type: 'receipt' }));
      await reopen();
      await book(scan({ type: 'receipt' }));
      await bookOn(databaseOf(), [scan({ type: 'receipt' })], new Date('2024-11-19T00:00:00.000Z'));
      await book(scan({ type: 'receipt' }));
      expect((await allEvents(databaseOf())).map((event) => event.eventId)).toEqual([
        'evt-20241118-000001',
        'evt-20241118-000002',
        'evt-20241118-000003',
        'evt-20241119-000001',
        'evt-20241118-000004',
      ]);
    });

    test('writes events that keep the published contract', async () => {
      await book(
        scan({ type: 'receipt', quantity: 7, lotNumber: 'LOT-1' }),
        scan({ type: 'count', quantity: 7 }),
      );
      for (const event of await allEvents(databaseOf())) {
        expect(inventoryEventSchema.parse(event)).toEqual(event);
        expect(event.timestamp).toBe(NOW.toISOString());
      }
    });

    test('keeps everything over a restart', async () => {
      const receipt = scan({ type: 'receipt', quantity: 10 });
      await book(receipt);
      const before = [
        await allPositions(databaseOf()),
        await allEvents(databaseOf()),
        await unsentOf(databaseOf()),
      ];
      await reopen();
      expect([
        await allPositions(databaseOf()),
        await allEvents(databaseOf()),
        await unsentOf(databaseOf()),
      ]).toEqual(before);
      expect(outcomes(await book(receipt))).toEqual(['duplicate']);
      expect((await databaseOf().backlog()).unsent).toBe(1);
    });

    test('writes nothing when deciding fails', async () => {
      const failing = databaseOf().book(lookupFor([], NOW), () => {
        throw new Error('no decision');
      });
      await expect(failing).rejects.toThrow('no decision');
      expect(outcomes(await book(scan({ type: 'receipt' })))).toEqual(['applied']);
    });
  });
}

/** Scans at distinct times, in a random order. */
export const scansArbitrary = fc
  .uniqueArray(
    fc.record({
      type: fc.constantFrom('receipt' as const, 'pick' as const, 'count' as const, 'transfer' as const),
      quantity: fc.integer({ min: 1, max: 20 }),
      toLocationId: fc.constant('B-01'),
      scannedAt: fc.integer({ min: 10, max: 59 }).map((second) => `2024-11-18T10:00:${second}Z`),
    }),
    { selector: ({ scannedAt }) => scannedAt, maxLength: 12 },
  )
  .chain((scans) => fc.shuffledSubarray(scans, { minLength: scans.length }));
