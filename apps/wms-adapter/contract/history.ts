import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import type { Database } from '../database.ts';
import type { ExplainedPosition, LedgerEntry } from '../history/ledger-entry.ts';
import { InvalidCursorError } from '../page.ts';
import { scansArbitrary } from './booking.ts';
import { allPositions, bookOn, bookRequests, NOW, readAll, scan, scanRequest } from './fixtures.ts';

const KEY = { itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02', lotNumber: null };

/** What explains the figures of positions. */
export function describeHistory(databaseOf: () => Database, reopen: () => Promise<void>): void {
  const book = (...transactions: Transaction[]) => bookOn(databaseOf(), transactions);
  const at = (second: number) => ({ scannedAt: `2024-11-18T10:00:${second}Z` });

  describe('The history of a position', () => {
    const history = (key = {}, limit = 100, after?: string) =>
      databaseOf().history({ ...KEY, ...key }, { limit, after });
    const said = (entries: readonly LedgerEntry[] = []) =>
      entries.map(({ version, kind, quantity, effectiveChange, onHand, shortfall, counts }) =>
        [version, kind, quantity, effectiveChange, onHand, shortfall, counts ? 'counts' : 'does not'].join(
          ' ',
        ),
      );

    test('tells what each transaction did to it, the last scanned first: what counts comes before what does not', async () => {
      await book(
        ...[scan({ quantity: 4, ...at(10) }), scan({ type: 'pick', quantity: 10, ...at(20) })],
        scan({ type: 'count', quantity: 7, ...at(30) }),
        scan({ type: 'adjustment', quantity: -2, ...at(25) }),
        scan({ type: 'pick', quantity: 1, ...at(40) }),
      );
      await reopen();
      const found = await history();
      expect(found).toMatchObject({ key: KEY, onHand: 6, shortfall: 0, version: 5 });
      expect(found).not.toHaveProperty('next');
      expect(said(found?.entries)).toEqual([
        '5 delta -1 -1 6 0 counts',
        '3 count 7 7 7 0 counts',
        '4 delta -2 0 7 0 does not',
        '2 delta -10 -4 0 6 does not',
        '1 delta 4 4 4 0 does not',
      ]);
    });

    test('has the transactions as they came, when they were scanned and committed, and their flags', async () => {
      const transaction = scan({
        quantity: 4,
        reason: 'found',
        lotNumber: 'LOT-1',
        scannedAt: '2031-01-01T00:00:00Z',
      });
      const corrected = {
        scannedAt: NOW.toISOString(),
        flags: ['clamped-scan-time', 'device-clock-off'],
      } as const;
      await bookRequests(databaseOf(), [scanRequest(transaction, corrected)]);
      await reopen();
      expect((await history({ lotNumber: 'LOT-1' }))?.entries).toEqual([
        {
          ...{ version: 1, kind: 'delta', quantity: 4, effectiveChange: 4, onHand: 4, shortfall: 0 },
          ...{ counts: true, committedAt: NOW.toISOString(), ...corrected, transaction },
        },
      ]);
    });

    test('has either side of a transfer in its own position', async () => {
      const transfer = scan({ type: 'transfer', quantity: 3, toLocationId: 'B-01', ...at(20) });
      await book(scan({ quantity: 5, ...at(10) }), transfer);
      const [from, to] = [await history(), await history({ locationId: 'B-01' })];
      expect(said(from?.entries)).toEqual(['2 delta -3 -3 2 0 counts', '1 delta 5 5 5 0 counts']);
      expect(said(to?.entries)).toEqual(['1 delta 3 3 3 0 counts']);
      expect(to?.entries[0]?.transaction).toEqual(transfer);
    });

    test('has nothing of what was not booked, and is none where nothing ever was', async () => {
      const receipt = scan({ quantity: 5 });
      await book(receipt, receipt, scan({ quantity: 5, expectedVersion: 9 }));
      expect((await history())?.entries).toHaveLength(1);
      expect(await history({ lotNumber: 'LOT-9' })).toBeUndefined();
    });

    test('is paged, and what is booked meanwhile does not disturb it', async () => {
      await book(...Array.from({ length: 5 }, (_unused, index) => scan(at(10 + index))));
      const first = await history({}, 2);
      expect(first?.entries.map(({ version }) => version)).toEqual([5, 4]);
      await book(scan(at(20)));
      const second = await history({}, 2, first?.next);
      const third = await history({}, 2, second?.next);
      expect(second?.entries.map(({ version }) => version)).toEqual([3, 2]);
      expect(third?.entries.map(({ version }) => version)).toEqual([1]);
      expect(third?.next).toBeUndefined();
      await expect(history({}, 2, 'x')).rejects.toThrow(InvalidCursorError);
    });

    test('makes its figures: what counts sums up to on hand − shortfall, the changes to on hand', async () => {
      await fc.assert(
        fc.asyncProperty(scansArbitrary, async (arrival) => {
          const itemId = `ITEM-${randomUUID()}`;
          await databaseOf().putItems([{ itemId }]);
          await book(...arrival.map((fields) => scan({ ...fields, itemId })));
          for (const { onHand, version, ...position } of await allPositions(databaseOf(), { itemId })) {
            const found = await history(position);
            const entries = found?.entries ?? [];
            expect(found).toMatchObject({ onHand, version });
            const times = entries.map(({ scannedAt }) => scannedAt);
            expect(times).toEqual(times.toSorted().reverse());
            expect(entries.map((entry) => entry.version).toSorted((a, b) => a - b)).toEqual(
              Array.from({ length: version }, (_unused, index) => index + 1),
            );
            expect(sumOf(entries.filter(({ counts }) => counts).map(({ quantity }) => quantity))).toBe(
              onHand - (found?.shortfall ?? 0),
            );
            expect(sumOf(entries.map(({ effectiveChange }) => effectiveChange))).toBe(onHand);
          }
        }),
        { numRuns: 30 },
      );
    });
  });

  describe('The list of shortfalls', () => {
    const shortfalls = (query = {}) =>
      readAll((after) => databaseOf().shortfalls({ limit: 1, after, ...query }));
    const names = (rows: readonly ExplainedPosition[]) =>
      rows.map(
        ({ key, shortfall }) =>
          `${key.warehouseId} ${key.itemId} ${key.locationId} ${key.lotNumber} ${shortfall}`,
      );

    test('has the positions that are short, in their order, each with what its figure is made of, the last scanned first', async () => {
      await databaseOf().putItems([{ itemId: 'ITEM-2' }]);
      const pick = { type: 'pick' as const, quantity: 3 };
      await book(
        scan({ ...pick, itemId: 'ITEM-2', ...at(20) }),
        scan({ ...pick, warehouseId: 'WH-002', ...at(20) }),
        scan({ quantity: 9, lotNumber: 'LOT-1', ...at(10) }),
        scan({ type: 'count', quantity: 2, lotNumber: 'LOT-1', ...at(20) }),
        scan({ ...pick, lotNumber: 'LOT-1', ...at(15) }),
        scan({ ...pick, lotNumber: 'LOT-1', ...at(25) }),
        scan({ quantity: 1, locationId: 'B-01' }),
      );
      await reopen();
      const all = [
        'WH-001 ITEM-1 A-05-02 LOT-1 1',
        'WH-001 ITEM-2 A-05-02 null 3',
        'WH-002 ITEM-1 A-05-02 null 3',
      ];
      const found = await shortfalls();
      expect(names(found)).toEqual(all);
      expect(found[0]).toMatchObject({ onHand: 0, shortfall: 1, version: 4 });
      const entries = found[0]?.entries.map(({ version, quantity, counts }) => [version, quantity, counts]);
      expect(entries).toEqual([
        [4, -3, true],
        [2, 2, true],
      ]);
      expect(names(await shortfalls({ limit: 9 }))).toEqual(all);
      expect(names(await shortfalls({ warehouseId: 'WH-001' }))).toEqual(all.slice(0, 2));
      expect(names(await shortfalls({ itemId: 'ITEM-2' }))).toEqual(all.slice(1, 2));
      expect(names(await shortfalls({ itemId: 'ITEM-2', warehouseId: 'WH-002' }))).toEqual([]);
      await expect(shortfalls({ after: 'x' })).rejects.toThrow(InvalidCursorError);
    });

    test('loses a position when the missing receipt arrives', async () => {
      await book(scan({ type: 'pick', quantity: 3, ...at(20) }));
      expect(await shortfalls()).toHaveLength(1);
      await book(scan({ quantity: 3, ...at(10) }));
      expect(await shortfalls()).toEqual([]);
    });

    test('has the last scanned 100 entries of a position', async () => {
      const second = (index: number) => new Date(Date.UTC(2024, 10, 18, 10, 0, index)).toISOString();
      const picks = Array.from({ length: 120 }, (_unused, index) =>
        scan({ type: 'pick', quantity: 1, scannedAt: second(index) }),
      );
      await book(...picks);
      const [position] = await shortfalls();
      expect(position?.entries.map(({ version }) => version)).toEqual(
        Array.from({ length: 100 }, (_unused, index) => 120 - index),
      );
    });
  });
}

function sumOf(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
