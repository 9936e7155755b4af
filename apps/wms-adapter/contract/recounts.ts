import { describe, expect, test } from 'vitest';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { Database } from '../database.ts';
import { InvalidCursorError } from '../page.ts';
import { bookOn, lockOn, readAll, scan, take } from './fixtures.ts';

const TEN_PAST = new Date('2024-11-18T12:10:00.000Z');
const LATER = new Date('2024-11-18T12:40:00.000Z');

/** Positions that have to be counted anew, because something was scanned while another counted the location. */
export function describeRecounts(databaseOf: () => Database, reopen: () => Promise<void>): void {
  describe('The list of recounts', () => {
    const other = { scannerId: 'SCANNER-09', queued: true };
    const book = (...scans: Partial<Transaction>[]) => bookOn(databaseOf(), scans.map(scan), LATER);
    const lockLocation = (fields: Parameters<typeof take>[0] = {}) => lockOn(databaseOf(), take(fields));
    const release = () => lockOn(databaseOf(), { kind: 'release', lockId: 'LOCK-1' }, TEN_PAST);
    const recounts = (query = {}) => readAll((after) => databaseOf().recounts({ limit: 1, after, ...query }));
    const said = async (query = {}) =>
      (await recounts(query)).map(({ key, entries }) =>
        [key.warehouseId, key.itemId, key.locationId, ...entries.map(({ version }) => version)].join(' '),
      );
    const during = { ...other, scannedAt: '2024-11-18T12:05:00Z' };

    test('has a position beside whose count another scanned, with what was scanned', async () => {
      await book({ quantity: 8, scannedAt: '2024-11-18T11:00:00Z' });
      await lockLocation();
      await book(
        ...[
          { ...during, type: 'pick' as const, quantity: 2 },
          { ...during, scannedAt: '2024-11-18T12:06:00Z', quantity: 1 },
        ],
        { ...during, quantity: 1, scannedAt: '2024-11-18T12:30:00Z' },
        { quantity: 1, scannedAt: '2024-11-18T12:05:00Z' },
      );
      await reopen();
      expect(await recounts()).toMatchObject([
        {
          ...{ key: { itemId: 'ITEM-1', locationId: 'A-05-02', lotNumber: null }, onHand: 9, version: 5 },
          entries: [
            { version: 3, quantity: 1, flags: ['recount'], counts: true },
            { version: 2, quantity: -2, flags: ['recount'], counts: true },
          ],
        },
      ]);
    });

    test('keeps it after the count that was under way, and loses it with one scanned after that has ended', async () => {
      await lockLocation();
      await book({ ...during, quantity: 2 });
      const count = { type: 'count' as const, quantity: 2 };
      await book({ ...count, scannedAt: '2024-11-18T12:30:00.000Z' });
      expect(await said()).toEqual(['WH-001 ITEM-1 A-05-02 1']);
      await book({ ...count, lotNumber: 'LOT-1', scannedAt: '2024-11-18T12:31:00Z' });
      expect(await said()).toEqual(['WH-001 ITEM-1 A-05-02 1']);
      await book({ ...count, scannedAt: '2024-11-18T12:30:00.0001Z' });
      expect(await said()).toEqual([]);
    });

    test('goes by the end of a lock that was ended before its time', async () => {
      await lockLocation();
      await bookOn(databaseOf(), [scan({ ...during, quantity: 2 })], TEN_PAST);
      await release();
      const count = { type: 'count' as const, quantity: 2, scannerId: 'SCANNER-10' };
      await book({ ...count, scannedAt: '2024-11-18T12:10:00Z' });
      expect(await said()).toEqual(['WH-001 ITEM-1 A-05-02 1']);
      await book({ ...count, scannedAt: '2024-11-18T12:10:00.001Z' });
      expect(await said()).toEqual([]);
    });

    test('has only what was scanned beside locks that ended after the latest count', async () => {
      await lockLocation();
      await bookOn(databaseOf(), [scan({ ...during, quantity: 2 })], TEN_PAST);
      await release();
      await book({ type: 'count', quantity: 2, scannedAt: '2024-11-18T12:15:00Z' });
      await lockOn(databaseOf(), take({ lockId: 'LOCK-2' }), new Date('2024-11-18T12:20:00.000Z'));
      await book({ ...during, quantity: 3, scannedAt: '2024-11-18T12:25:00Z' });
      expect(await said()).toEqual(['WH-001 ITEM-1 A-05-02 3']);
    });

    test('has the other end of a transfer only where that was under count', async () => {
      await lockLocation({ locationId: 'B-01' });
      await book({ ...during, type: 'transfer', toLocationId: 'B-01', quantity: 2 });
      expect(await said()).toEqual(['WH-001 ITEM-1 B-01 1']);
    });

    test('is in the order of positions, page by page, and of one warehouse or item', async () => {
      await databaseOf().putItems([{ itemId: 'ITEM-2' }]);
      await lockLocation();
      await lockLocation({ lockId: 'LOCK-2', warehouseId: 'WH-002' });
      await book({ ...during, itemId: 'ITEM-2' }, { ...during, warehouseId: 'WH-002' }, during);
      const all = ['WH-001 ITEM-1 A-05-02 1', 'WH-001 ITEM-2 A-05-02 1', 'WH-002 ITEM-1 A-05-02 1'];
      expect(await said()).toEqual(all);
      expect(await said({ limit: 9 })).toEqual(all);
      expect(await said({ warehouseId: 'WH-002' })).toEqual(all.slice(2));
      expect(await said({ itemId: 'ITEM-2' })).toEqual(all.slice(1, 2));
      await expect(recounts({ after: 'x' })).rejects.toThrow(InvalidCursorError);
    });

    test('has the last scanned 100 entries of a position', async () => {
      await lockLocation();
      const second = (index: number) => new Date(Date.UTC(2024, 10, 18, 12, 1, index)).toISOString();
      await book(
        ...Array.from({ length: 103 }, (_unused, index) => ({ ...during, scannedAt: second(index) })),
      );
      const [position] = await recounts();
      expect(position?.entries.map(({ version }) => version)).toEqual(
        Array.from({ length: 100 }, (_unused, index) => 103 - index),
      );
    });
  });
}
