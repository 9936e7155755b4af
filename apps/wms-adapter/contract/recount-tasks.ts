import { describe, expect, test } from 'vitest';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { Database, PositionKey } from '../database.ts';
import { InvalidCursorError } from '../page.ts';
import { bookOn, readAll, scan } from './fixtures.ts';

const POSITION: PositionKey = {
  ...{ itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02' },
  lotNumber: null,
};
const ASKED = { askedAt: '2024-11-18T11:59:00.250Z', askedBy: 'ann', reason: 'Bücher ≠ "Regal"\\' };

/** Positions that investigations of the cloud ask to be counted. */
export function describeRecountTasks(databaseOf: () => Database, reopen: () => Promise<void>): void {
  describe('The list of recount tasks', () => {
    const ask = (
      stepNumber: number,
      positions: readonly (Partial<PositionKey> & { since?: number })[],
      investigationId = 'WH-001:ITEM-1:1',
    ) =>
      databaseOf().takeRecountOrder({
        investigationId,
        stepNumber,
        asked: {
          ...ASKED,
          positions: positions.map(({ since: sinceVersion = 0, ...key }) => ({
            position: { ...POSITION, ...key },
            sinceVersion,
          })),
        },
      });
    const withdraw = (stepNumber: number, investigationId = 'WH-001:ITEM-1:1') =>
      databaseOf().takeRecountOrder({ investigationId, stepNumber });
    const tasks = (query = {}) =>
      readAll((after) => databaseOf().recountTasks({ limit: 1, after, ...query }));
    const listed = async (query = {}) =>
      (await tasks(query)).map(({ position: { warehouseId, itemId, locationId, lotNumber } }) =>
        [warehouseId, itemId, locationId, ...(lotNumber === null ? [] : [lotNumber])].join(' '),
      );
    const book = (...scans: Partial<Transaction>[]) => bookOn(databaseOf(), scans.map(scan));
    const count = { type: 'count' as const, quantity: 0 };
    const A = 'WH-001 ITEM-1 A-05-02';
    const B = 'WH-001 ITEM-1 B-01';

    test('has what was asked for, in that order, and by whom, when and why', async () => {
      await ask(4, [{ locationId: 'B-01' }, { lotNumber: 'LOT-1' }, {}]);
      await reopen();
      const asked = { investigationId: 'WH-001:ITEM-1:1', ...ASKED };
      expect(await tasks()).toEqual([
        { ...asked, position: { ...POSITION, locationId: 'B-01' } },
        { ...asked, position: { ...POSITION, lotNumber: 'LOT-1' } },
        { ...asked, position: POSITION },
      ]);
    });

    test('loses a position with a count that gave it a higher version than the one asked about, and no other', async () => {
      await book({ quantity: 5 }, { ...count, quantity: 5 }, { quantity: 1 });
      await ask(4, [{ since: 3 }, { locationId: 'B-01' }, { lotNumber: 'LOT-1' }]);
      await book({ type: 'pick', quantity: 1 }, { type: 'adjustment', quantity: 2 });
      expect(await listed()).toEqual([A, B, `${A} LOT-1`]);
      await book({ ...count, lotNumber: 'LOT-2' }, { ...count, warehouseId: 'WH-002' });
      expect(await listed()).toEqual([A, B, `${A} LOT-1`]);
      await book({ ...count, quantity: 7 });
      expect(await listed()).toEqual([B, `${A} LOT-1`]);
      await book({ ...count, lotNumber: 'LOT-1' });
      await reopen();
      expect(await listed()).toEqual([B]);
    });

    test('loses a position that was counted before it was heard that it is asked for, but after the version asked about', async () => {
      await book({ quantity: 5 }, { ...count, quantity: 4 }, { quantity: 1 });
      await ask(4, [{ since: 1 }]);
      expect(await listed()).toEqual([]);
    });

    test('loses a position by a count although the count is older than the latest one', async () => {
      await book({ ...count, quantity: 4, scannedAt: '2024-11-18T11:00:00Z' });
      await ask(4, [{ since: 1 }]);
      await book({ ...count, quantity: 9, scannedAt: '2024-11-18T10:00:00Z' });
      expect(await listed()).toEqual([]);
    });

    test('loses a position that the WMS never heard of by any count, also of 0 pieces', async () => {
      await ask(4, [{ since: 7, lotNumber: 'PHANTOM' }]);
      expect(await listed()).toEqual([`${A} PHANTOM`]);
      await book({ lotNumber: 'PHANTOM' });
      expect(await listed()).toEqual([`${A} PHANTOM`]);
      const later = { scannedAt: '2024-11-18T11:00:00Z' };
      expect(await book({ ...count, ...later, lotNumber: 'PHANTOM' })).toMatchObject([
        { outcome: 'applied', position: { onHand: 0, version: 2 } },
      ]);
      expect(await listed()).toEqual([]);
    });

    test('loses a position by the next count where the version asked about is one that the WMS has not reached', async () => {
      await book({ ...count, quantity: 4 });
      await ask(4, [{ since: 90 }]);
      expect(await listed()).toEqual([A]);
      await book({ ...count, quantity: 4 });
      expect(await listed()).toEqual([]);
    });

    test('has of an investigation what its last step asked for, whatever comes late or again', async () => {
      await ask(4, [{}]);
      await ask(9, [{ locationId: 'B-01' }]);
      expect(await listed()).toEqual([B]);
      await ask(4, [{}]);
      await ask(9, [{}]);
      expect(await listed()).toEqual([B]);
    });

    test('loses what is withdrawn, and does not get it back by an order of before', async () => {
      await ask(4, [{}]);
      await ask(2, [{ locationId: 'B-01' }], 'WH-001:ITEM-1:2');
      await withdraw(5);
      await withdraw(8, 'WH-001:ITEM-1:3');
      await ask(4, [{}]);
      await ask(7, [{}], 'WH-001:ITEM-1:3');
      await reopen();
      expect(await listed()).toEqual([B]);
      await withdraw(5);
      await ask(6, [{}]);
      expect(await listed()).toEqual([B, A]);
      await withdraw(5);
      expect(await listed()).toEqual([B, A]);
    });

    test('has a position for each investigation that asks for it, until one count has answered all', async () => {
      await ask(2, [{}]);
      await ask(2, [{}], 'WH-001:ITEM-1:2');
      expect(await listed()).toEqual([A, A]);
      await book({ ...count, quantity: 3 });
      expect(await listed()).toEqual([]);
    });

    test('is read page by page, and of one warehouse or item', async () => {
      await ask(2, [{}, { itemId: 'ITEM-2' }]);
      await ask(2, [{ warehouseId: 'WH-002' }], 'WH-002:ITEM-1:1');
      const all = [A, 'WH-001 ITEM-2 A-05-02', 'WH-002 ITEM-1 A-05-02'];
      expect(await listed()).toEqual(all);
      expect(await listed({ limit: 9 })).toEqual(all);
      expect(await listed({ warehouseId: 'WH-002' })).toEqual(all.slice(2));
      expect(await listed({ itemId: 'ITEM-2', warehouseId: 'WH-001' })).toEqual(all.slice(1, 2));
      await expect(tasks({ after: 'x' })).rejects.toThrow(InvalidCursorError);
    });
  });
}
