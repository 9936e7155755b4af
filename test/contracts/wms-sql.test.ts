import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  addMasterData,
  bookOn,
  decideOn,
  NOW,
  releaseOf,
  request,
  scan,
  unsentOf,
} from '../../apps/wms-adapter/contract/fixtures.ts';
import type { Database } from '../../apps/wms-adapter/database.ts';
import { SKIPPED } from '../../apps/wms-adapter/mssql/test-database.ts';
import type { Transaction } from '../../shared/contracts/transaction.ts';
import type { WmsMark, WmsSql, WmsStock } from '../../shared/ports/wms-sql.ts';
import { dropServer, inMemory, onSqlite, onSqlServer, type WmsUnderTest } from './wms-under-test.ts';

// A server on a machine that does other work at the same time takes a multiple of what the embedded database takes.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

afterAll(dropServer);

describe.each([
  { name: 'in memory', open: inMemory, skipped: undefined },
  { name: 'on SQLite', open: onSqlite, skipped: undefined },
  { name: 'on SQL Server', open: onSqlServer, skipped: SKIPPED },
])('The WMS database read $name', ({ open, skipped }) => {
  describe.skipIf(skipped !== undefined)(skipped ? `skipped: ${skipped}` : 'as it is', () => {
    let wms: WmsSql;
    let database: Database;
    let underTest: WmsUnderTest;
    const book = (fields: Partial<Transaction>, now = NOW) => bookOn(database, [scan(fields)], now);
    const changedSince = async (mark: WmsMark, warehouseId = 'WH-001') => {
      const { rowVersion } = await wms.mark();
      return (await changedPages(wms, warehouseId, { after: mark.rowVersion, upTo: rowVersion }, 100)).flat();
    };

    beforeEach(async () => {
      underTest = await open();
      ({ wms, database } = underTest);
      await addMasterData(database);
      await database.putItems(['ITEM-2', 'ITEM-3', 'ITEM-10'].map((itemId) => ({ itemId })));
    });
    afterEach(() => underTest.dispose());

    describe('stock', () => {
      test('is empty before the first booking', async () => {
        expect(await wms.warehouses()).toEqual([]);
        expect(await wms.mark()).toMatchObject({ lastTransaction: null });
        expect(await wms.stocksFrom('WH-001', {}, 10)).toEqual({ stocks: [], more: false });
        expect(await wms.stocksOf('WH-001', [])).toEqual([]);
      });

      test('of an item is all its positions in their order, what is reserved of it, and when each came to be so', async () => {
        const later = new Date(NOW.getTime() + 60_000);
        await book({ quantity: 4, locationId: 'B-01' });
        await book({ quantity: 3, lotNumber: 'LOT-2' });
        await book({ quantity: 2, lotNumber: 'LOT-1' });
        await book({ quantity: 5 });
        await book({ quantity: 1 }, later);
        await decideOn(database, [request({ quantity: 6 }), request({ quantity: 1 })]);
        expect(await wms.stocksOf('WH-001', ['ITEM-9', 'ITEM-1'])).toEqual([
          { itemId: 'ITEM-9', warehouseId: 'WH-001', positions: [], reserved: 0 },
          {
            ...{ itemId: 'ITEM-1', warehouseId: 'WH-001', reserved: 7 },
            positions: [
              position({ onHand: 6, version: 2, changedAt: later.toISOString() }),
              position({ lotNumber: 'LOT-1', onHand: 2 }),
              position({ lotNumber: 'LOT-2', onHand: 3 }),
              position({ locationId: 'B-01', onHand: 4 }),
            ],
          },
        ]);
      });

      test('is told by the warehouse', async () => {
        await book({ quantity: 1 });
        await book({ quantity: 2, warehouseId: 'WH-002' });
        expect(await wms.warehouses()).toEqual(['WH-001', 'WH-002']);
        expect(await wms.stocksOf('WH-002', ['ITEM-1'])).toMatchObject([{ positions: [{ onHand: 2 }] }]);
        expect(await wms.stocksFrom('WH-002', {}, 9)).toMatchObject({
          stocks: [{ positions: [{ onHand: 2 }] }],
        });
        expect(await wms.stocksFrom('WH-009', {}, 9)).toEqual({ stocks: [], more: false });
      });

      test('that another has booked is seen at once', async () => {
        expect(await wms.stocksOf('WH-001', ['ITEM-1'])).toMatchObject([{ positions: [] }]);
        await book({ quantity: 4 });
        expect(await wms.stocksOf('WH-001', ['ITEM-1'])).toMatchObject([{ positions: [{ onHand: 4 }] }]);
        await book({ quantity: 4 });
        expect(await wms.stocksOf('WH-001', ['ITEM-1'])).toMatchObject([{ positions: [{ onHand: 8 }] }]);
      });

      test('that says neither version nor time is taken without them', async () => {
        await book({});
        await underTest.forgetTimes();
        expect(await wms.stocksOf('WH-001', ['ITEM-1'])).toMatchObject([
          { positions: [{ changedAt: null }] },
        ]);
      });
    });

    describe('a sweep', () => {
      /** Items with 1, 2, 5 and 1 positions, in the order of their ids. */
      const fill = async () => {
        const lots = { 'ITEM-1': 1, 'ITEM-10': 2, 'ITEM-2': 5, 'ITEM-3': 1 };
        const scans = Object.entries(lots).flatMap(([itemId, count]) =>
          Array.from({ length: count }, (_unused, lot) =>
            scan({ itemId, lotNumber: `LOT-${lot}`, quantity: 3 }),
          ),
        );
        await bookOn(database, scans);
        await decideOn(database, [
          request({ itemId: 'ITEM-10', quantity: 2 }),
          request({ itemId: 'ITEM-3' }),
        ]);
      };
      const swept = async (limit: number, upTo?: string) => {
        const pages: WmsStock[][] = [];
        for (let after: string | undefined, more = true; more; ) {
          const page = await wms.stocksFrom('WH-001', { after, upTo }, limit);
          pages.push([...page.stocks]);
          after = page.stocks.at(-1)?.itemId;
          more = page.more && after !== undefined;
        }
        return pages;
      };

      test.each([1, 2, 3, 4, 8, 9, 100])('in pages of %i finds every item once, and whole', async (limit) => {
        await fill();
        const pages = await swept(limit);
        expect(pages.flat()).toEqual(await wms.stocksOf('WH-001', ['ITEM-1', 'ITEM-10', 'ITEM-2', 'ITEM-3']));
        expect(pages.flat().map(({ positions, reserved }) => [positions.length, reserved])).toEqual([
          ...[
            [1, 0],
            [2, 2],
            [5, 0],
            [1, 1],
          ],
        ]);
        for (const page of pages) {
          const positions = page.flatMap((stock) => stock.positions).length;
          // An item is not torn apart.
          expect(page.length === 1 || positions <= limit).toBe(true);
        }
      });

      test('is bounded by a range of items, of which the first is left out and the last is in it', async () => {
        await fill();
        const ids = (page: { stocks: readonly WmsStock[] }) => page.stocks.map(({ itemId }) => itemId);
        expect(ids(await wms.stocksFrom('WH-001', { after: 'ITEM-1' }, 100))).toEqual([
          'ITEM-10',
          'ITEM-2',
          'ITEM-3',
        ]);
        expect(ids(await wms.stocksFrom('WH-001', { upTo: 'ITEM-2' }, 100))).toEqual([
          'ITEM-1',
          'ITEM-10',
          'ITEM-2',
        ]);
        expect(ids(await wms.stocksFrom('WH-001', { after: 'ITEM-1', upTo: 'ITEM-19' }, 100))).toEqual([
          'ITEM-10',
        ]);
        expect((await swept(2, 'ITEM-2')).flat()).toHaveLength(3);
      });

      test('finds reservations of items that have no position', async () => {
        await fill();
        for (const itemId of ['ITEM-0', 'ITEM-15', 'ITEM-9'])
          await underTest.addStock({ itemId, warehouseId: 'WH-001', onHand: 5, reserved: 4 });
        for (const limit of [1, 2, 100]) {
          const stocks = (await swept(limit)).flat();
          expect(stocks.map(({ itemId }) => itemId)).toEqual([
            ...['ITEM-0', 'ITEM-1', 'ITEM-10', 'ITEM-15', 'ITEM-2', 'ITEM-3', 'ITEM-9'],
          ]);
          expect(stocks.at(-1)).toEqual({
            itemId: 'ITEM-9',
            warehouseId: 'WH-001',
            positions: [],
            reserved: 4,
          });
        }
        expect(await wms.stocksOf('WH-001', ['ITEM-15'])).toMatchObject([{ positions: [], reserved: 4 }]);
      });
    });

    describe('changes since a mark', () => {
      test('are none when nothing changed', async () => {
        await book({});
        const mark = await wms.mark();
        expect(await changedSince(mark)).toEqual([]);
      });

      test('are the items that were booked or reserved, of that warehouse', async () => {
        await bookOn(
          database,
          ['ITEM-1', 'ITEM-2', 'ITEM-3'].map((itemId) => scan({ itemId, quantity: 9 })),
        );
        const mark = await wms.mark();
        await book({ itemId: 'ITEM-3' });
        await book({ itemId: 'ITEM-1', warehouseId: 'WH-002' });
        await decideOn(database, [request({ itemId: 'ITEM-2' })]);
        expect(await changedSince(mark)).toEqual(['ITEM-3', 'ITEM-2']);
        expect(await changedSince(mark, 'WH-002')).toEqual(['ITEM-1']);
      });

      test('end at the mark they are asked up to', async () => {
        const first = await wms.mark();
        await book({ itemId: 'ITEM-1' });
        const second = await wms.mark();
        await book({ itemId: 'ITEM-2' });
        const range = { after: first.rowVersion, upTo: second.rowVersion };
        expect(await wms.changedItems('WH-001', range, 10)).toEqual({ itemIds: ['ITEM-1'] });
      });

      test.each([1, 2, 3, 10])('come in pages of %i, of which none is missed', async (limit) => {
        const mark = await wms.mark();
        const items = ['ITEM-2', 'ITEM-1', 'ITEM-10', 'ITEM-3'];
        for (const itemId of items) await book({ itemId, quantity: 5 });
        await bookOn(
          database,
          items.map((itemId) => scan({ itemId })),
        );
        await decideOn(
          database,
          items.map((itemId) => request({ itemId })),
        );
        const range = { after: mark.rowVersion, upTo: (await wms.mark()).rowVersion };
        const pages = await changedPages(wms, 'WH-001', range, limit);
        expect(new Set(pages.flat())).toEqual(new Set(items));
        expect(pages.length).toBeGreaterThanOrEqual(limit === 1 ? 3 : 1);
        for (const page of pages) expect(new Set(page).size).toBe(page.length);
      });

      test('hold what was under way when the mark was taken', async () => {
        await book({ itemId: 'ITEM-1', quantity: 1 });
        const booking = await underTest.begin('ITEM-1', 77);
        const mark = await wms.mark();
        expect(await wms.stocksOf('WH-001', ['ITEM-1'])).toMatchObject([{ positions: [{ onHand: 1 }] }]);
        await booking.commit();
        expect(await changedSince(mark)).toEqual(['ITEM-1']);
        expect(await wms.stocksOf('WH-001', ['ITEM-1'])).toMatchObject([{ positions: [{ onHand: 77 }] }]);
      });
    });

    describe('the history', () => {
      test('goes on from every mark, from that of an empty database too', async () => {
        const empty = await wms.mark();
        await book({});
        const mark = await wms.mark();
        expect(mark.lastTransaction).toMatchObject({ ledgerId: '1' });
        await book({});
        expect([await wms.continues(empty), await wms.continues(mark)]).toEqual([true, true]);
      });

      test('does not go on from a mark that it has not reached', async () => {
        const mark = await wms.mark();
        const ahead = String(BigInt(mark.rowVersion) + 1_000_000n);
        expect(await wms.continues({ ...mark, rowVersion: ahead })).toBe(false);
      });

      test('does not go on from another transaction under the same number, nor from one that is not there', async () => {
        await book({});
        const mark = await wms.mark();
        const { committedAt = null } = mark.lastTransaction ?? {};
        const of = (ledgerId: string, transactionId: string) =>
          wms.continues({ ...mark, lastTransaction: { ledgerId, transactionId, committedAt } });
        expect(await of('1', mark.lastTransaction?.transactionId ?? '')).toBe(true);
        expect(await of('1', '00000000-0000-4000-8000-000000000000')).toBe(false);
        expect(await of('2', mark.lastTransaction?.transactionId ?? '')).toBe(false);
      });

      test('does not go on from the same transaction under the same number that was committed at another time', async () => {
        await book({});
        const { lastTransaction, ...mark } = await wms.mark();
        const of = (committedAt: string | null) =>
          wms.continues({ ...mark, lastTransaction: lastTransaction && { ...lastTransaction, committedAt } });
        expect(Date.parse(lastTransaction?.committedAt ?? '')).toBeGreaterThan(0);
        expect(await of(lastTransaction?.committedAt ?? '')).toBe(true);
        expect(await of('2024-11-18T10:00:00.000Z')).toBe(false);
        expect(await of(null)).toBe(true);
      });
    });

    describe('allocations', () => {
      test('are those that are asked for, and all others with pieces still to be picked', async () => {
        await book({ quantity: 20 });
        const [picked, released] = [request({ quantity: 2 }), request({ quantity: 3 })];
        const [open, rejected] = [request({ quantity: 4 }), request({ quantity: 100, leastQuantity: 100 })];
        const elsewhere = request({ itemId: 'ITEM-2' });
        await book({ itemId: 'ITEM-2' });
        await decideOn(database, [picked, released, open, rejected, elsewhere]);
        await decideOn(database, [releaseOf(released)]);
        const { orderId, allocationId } = picked;
        await book({ type: 'pick', quantity: 2, orderId, allocationId });
        const key = { itemId: 'ITEM-1', warehouseId: 'WH-001' };
        const read = async (...asked: { allocationId: string }[]) =>
          (
            await wms.allocationsOf(
              key,
              asked.map((one) => one.allocationId),
            )
          ).map((found) =>
            'fault' in found
              ? found
              : [found.decision.allocationId, found.decision.status, found.reserved, found.picked],
          );
        expect(await read()).toEqual([[open.allocationId, 'confirmed', 4, 0]]);
        expect(new Set(await read(rejected, released, picked, open, request()))).toEqual(
          new Set([
            [picked.allocationId, 'confirmed', 2, 2],
            [released.allocationId, 'released', 0, 0],
            [open.allocationId, 'confirmed', 4, 0],
            [rejected.allocationId, 'rejected', 0, 0],
          ]),
        );
      });
    });

    // In memory there is no text that could read otherwise.
    test.skipIf(open === inMemory).each(['{}', 'none'])(
      'an allocation whose decision reads %s is told by its id, beside the others',
      async (decision) => {
        await book({ quantity: 9 });
        const [garbled, asked] = [request(), request()];
        await decideOn(database, [garbled, asked]);
        await underTest.garbleDecision(garbled.allocationId, decision);
        const read = await wms.allocationsOf({ itemId: 'ITEM-1', warehouseId: 'WH-001' }, []);
        expect(read).toHaveLength(2);
        expect(read).toContainEqual({
          allocationId: garbled.allocationId,
          fault: expect.stringContaining(`wms.allocation.decision is "${decision}": `),
        });
        const { allocationId } = asked;
        expect(read).toContainEqual(
          expect.objectContaining({ decision: expect.objectContaining({ allocationId }) }),
        );
      },
    );

    test('the ledger tells which transactions it knows, and the versions that they gave a position', async () => {
      const [receipt, move, other] = [
        scan({ quantity: 9 }),
        scan({ type: 'transfer', quantity: 2, toLocationId: 'B-01' }),
        scan({ itemId: 'ITEM-2' }),
      ];
      await bookOn(database, [receipt, move, other]);
      const ids = [receipt, move, other].map(({ transactionId }) => transactionId);
      const asked = [
        ...ids,
        receipt.transactionId.toUpperCase(),
        '00000000-0000-4000-8000-000000000000',
        'LOCK-1',
      ];
      const key = { itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02', lotNumber: null };
      const known = await wms.knownTransactions(key, asked);
      expect(Object.fromEntries(known)).toEqual({
        [receipt.transactionId]: [1],
        [move.transactionId]: [2],
        [other.transactionId]: [],
        [receipt.transactionId.toUpperCase()]: [1],
      });
      expect(await wms.knownTransactions({ ...key, locationId: 'B-01' }, ids)).toEqual(
        new Map([
          [receipt.transactionId, []],
          [move.transactionId, [1]],
          [other.transactionId, []],
        ]),
      );
      expect(await wms.knownTransactions({ ...key, itemId: 'ITEM-9' }, [receipt.transactionId])).toEqual(
        new Map([[receipt.transactionId, []]]),
      );
    });

    test('the outbox tells when its oldest message was committed, until the bus has all', async () => {
      expect(await wms.oldestUnsent()).toBeNull();
      await book({});
      await book({}, new Date(NOW.getTime() + 1_234));
      expect(await wms.oldestUnsent()).toBe(NOW.toISOString());
      const [first] = await unsentOf(database);
      await database.markSent([first?.sequence ?? 0]);
      expect(await wms.oldestUnsent()).toBe('2024-11-18T12:00:01.234Z');
      await database.park(2, 'too large');
      expect(await wms.oldestUnsent()).toBeNull();
    });

    test('prices are told of items that have one', async () => {
      await database.putItems([
        { itemId: 'ITEM-1', unitPrice: 12.34 },
        { itemId: 'ITEM-2', unitPrice: 0 },
        { itemId: 'ITEM-3', description: 'unpriced' },
      ]);
      expect(await wms.unitPrices(['ITEM-1', 'ITEM-2', 'ITEM-3', 'ITEM-9'])).toEqual(
        new Map([
          ['ITEM-1', 12.34],
          ['ITEM-2', 0],
        ]),
      );
    });
  });
});

/** The pages of changed items of a range. */
async function changedPages(
  wms: WmsSql,
  warehouseId: string,
  range: { after: string; upTo: string },
  limit: number,
): Promise<string[][]> {
  const pages: string[][] = [];
  for (let after: string | undefined = range.after; after !== undefined; ) {
    const page: Awaited<ReturnType<WmsSql['changedItems']>> = await wms.changedItems(
      warehouseId,
      { after, upTo: range.upTo },
      limit,
    );
    pages.push([...page.itemIds]);
    after = page.next;
  }
  return pages;
}

function position(fields: Partial<WmsStock['positions'][number]>) {
  return {
    ...{ locationId: 'A-05-02', lotNumber: null, onHand: 1, version: 1, changedAt: NOW.toISOString() },
    ...fields,
  };
}
