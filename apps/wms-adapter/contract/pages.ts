import { describe, expect, test } from 'vitest';
import type { WmsPosition } from '../../../shared/contracts/position.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { Database } from '../database.ts';
import { InvalidCursorError } from '../page.ts';
import { allEvents, allPositions, bookOn, scan } from './fixtures.ts';

/** What is read page by page. */
export function describePages(databaseOf: () => Database): void {
  describe('A reader', () => {
    const book = (...transactions: Transaction[]) => bookOn(databaseOf(), transactions);

    test('pages positions in one order and filters them', async () => {
      await databaseOf().putItems([{ itemId: 'ITEM-2' }]);
      await book(
        scan({ type: 'receipt', itemId: 'ITEM-2' }),
        scan({ type: 'receipt', lotNumber: 'LOT-1' }),
        scan({ type: 'receipt', warehouseId: 'WH-002' }),
        scan({ type: 'receipt', locationId: 'B-01' }),
        scan({ type: 'receipt' }),
      );
      const names = (rows: WmsPosition[]) =>
        rows.map((row) => [row.warehouseId, row.itemId, row.locationId, row.lotNumber ?? '-'].join(' '));
      expect(names(await allPositions(databaseOf(), { limit: 2 }))).toEqual([
        'WH-001 ITEM-1 A-05-02 -',
        'WH-001 ITEM-1 A-05-02 LOT-1',
        'WH-001 ITEM-1 B-01 -',
        'WH-001 ITEM-2 A-05-02 -',
        'WH-002 ITEM-1 A-05-02 -',
      ]);
      const filter = { itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02' };
      expect(names(await allPositions(databaseOf(), { ...filter, limit: 1 }))).toEqual([
        'WH-001 ITEM-1 A-05-02 -',
        'WH-001 ITEM-1 A-05-02 LOT-1',
      ]);
    });

    test('pages events in commit order', async () => {
      await book(...Array.from({ length: 5 }, () => scan({ type: 'receipt' })));
      expect((await allEvents(databaseOf(), 2)).map((event) => event.version)).toEqual([1, 2, 3, 4, 5]);
    });

    test('refuses a cursor that no page gave out', async () => {
      await expect(databaseOf().positions({ after: 'x', limit: 1 })).rejects.toThrow(InvalidCursorError);
      await expect(databaseOf().events({ after: '-1', limit: 1 })).rejects.toThrow(InvalidCursorError);
    });
  });
}
