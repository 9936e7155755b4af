import { describe, expect, test } from 'vitest';
import { openPieces } from '../allocation/allocation.ts';
import type { Database, OpenAllocationQuery } from '../database.ts';
import { InvalidCursorError } from '../page.ts';
import { booksOf, readAll, releaseOf, request, scan } from './fixtures.ts';

/** What is to be picked. */
export function describePickList(databaseOf: () => Database): void {
  describe('Open allocations', () => {
    const { decide, book, stock } = booksOf(databaseOf);
    const ordered = (orderId: string, priority: number, time: string, quantity = 5) =>
      request({ orderId, priority, orderedAt: `2024-11-18T${time}Z`, quantity });
    const open = async (query: Partial<OpenAllocationQuery> = {}) =>
      (await readAll((after) => databaseOf().openAllocations({ limit: 100, ...query, after }))).map(
        (allocation) => [allocation.orderId, openPieces(allocation)].join(' '),
      );

    test('come by priority, then by the age of the order, then as they were first seen, page by page', async () => {
      await book(stock(100), stock(100, { warehouseId: 'WH-002' }));
      await decide(
        ordered('YOUNG', 0, '09:00:00'),
        ordered('OLD', 0, '08:00:00.5'),
        ordered('SAME-1', 0, '08:30:00'),
        ordered('URGENT', 10, '09:30:00'),
        ordered('LAST', -1, '07:00:00'),
        ordered('SAME-2', 0, '08:30:00.000'),
      );
      await decide({ ...ordered('ELSEWHERE', 10, '09:40:00'), warehouseId: 'WH-002' });
      const here = ['URGENT 5', 'OLD 5', 'SAME-1 5', 'SAME-2 5', 'YOUNG 5', 'LAST 5'];
      for (const limit of [1, 2, 3, 100]) {
        expect(await open({ warehouseId: 'WH-001', limit })).toEqual(here);
      }
      expect(await open({ limit: 2 })).toEqual(['URGENT 5', 'ELSEWHERE 5', ...here.slice(1)]);
      expect(await open({ warehouseId: 'WH-009' })).toEqual([]);
    });

    test('are told with what is left of them, and are gone when that is nothing', async () => {
      await book(stock(12));
      const [picked, released, short] = [
        ordered('PICKED', 3, '08:00:00'),
        ordered('RELEASED', 2, '08:00:00'),
        ordered('SHORT', 1, '08:00:00'),
      ];
      await decide(picked, released, short);
      expect(await open()).toEqual(['PICKED 5', 'RELEASED 5', 'SHORT 2']);
      await book(scan({ type: 'pick', quantity: 3, allocationId: picked.allocationId }));
      await decide(releaseOf(released));
      expect(await open()).toEqual(['PICKED 2', 'SHORT 2']);
      await book(scan({ type: 'pick', quantity: 2, allocationId: picked.allocationId }));
      expect(await open()).toEqual(['SHORT 2']);
    });

    test('are refused by a cursor that no page gave out', async () => {
      const cursorOf = (...texts: string[]) => Buffer.from(JSON.stringify(texts)).toString('base64url');
      for (const after of [
        'x',
        cursorOf('1'),
        cursorOf('a', '2024-11-18T08:00:00.000Z', '1'),
        cursorOf('1', '2024-11-18T08:00:00Z', '1'),
        cursorOf('1', '2024-99-18T08:00:00.000Z', '1'),
        cursorOf('1', '2024-11-18T08:00:00.000Z', '-1'),
      ]) {
        await expect(databaseOf().openAllocations({ after, limit: 1 })).rejects.toThrow(InvalidCursorError);
      }
    });
  });
}
