import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type sql from 'mssql';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createTestDatabase,
  RETRY,
  SKIPPED,
  type TestDatabase,
} from '../../apps/wms-adapter/mssql/test-database.ts';
import { type WmsSql, WmsUnavailable } from '../../shared/ports/wms-sql.ts';
import { mssqlWmsSql } from '../../shared/wms-sql/wms-sql-reader.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(SKIPPED !== undefined)(
  `A WMS with its own tables, by the views of docs/existing-wms.md${SKIPPED ? `, skipped: ${SKIPPED}` : ''}`,
  () => {
    let server: TestDatabase;
    let pool: sql.ConnectionPool;
    let wms: WmsSql;
    const stock = (bin: string, onHand: number, sku = 'ITEM-1') =>
      pool.request().query(`INSERT INTO dbo.INV_ONHAND (WHSE, SKU, BIN, ON_HAND, CHANGED)
        VALUES ('1', '${sku}', '${bin}', ${onHand}, '2026-11-22T10:00:00')`);
    const position = (locationId: string, onHand: number) => ({
      ...{ locationId, onHand, lotNumber: null, version: null, changedAt: '2026-11-22T10:00:00.000Z' },
    });

    beforeAll(async () => {
      server = await createTestDatabase();
      pool = await server.shared();
      const page = await readFile(join(import.meta.dirname, '../../docs/existing-wms.md'), 'utf8');
      const blocks = [...page.matchAll(/^```t?sql\n(.*?)^```/gms)].map(([, text = '']) => text);
      const used = blocks.filter((text) => /CREATE TABLE|CREATE SCHEMA/.test(text)).join('GO\n');
      for (const batch of used.split(/^GO$/m)) if (batch.trim() !== '') await pool.request().batch(batch);
      wms = mssqlWmsSql(async () => pool, { ...RETRY, activeRowVersion: 'CAST(@@DBTS AS bigint) + 1' });
    });
    beforeEach(async () => {
      await pool.request().query('DELETE FROM dbo.INV_ONHAND; DELETE FROM dbo.INV_TRANS');
    });
    afterAll(() => server?.drop());

    test('is read without versions, reservations, prices and an outbox', async () => {
      await stock('A-01', 500);
      await stock('B-01', 7);
      const expected = {
        ...{ itemId: 'ITEM-1', warehouseId: 'WH-001', reserved: 0 },
        positions: [position('A-01', 500), position('B-01', 7)],
      };
      expect(await wms.warehouses()).toEqual(['WH-001']);
      expect(await wms.stocksOf('WH-001', ['ITEM-1'])).toEqual([expected]);
      expect(await wms.stocksFrom('WH-001', {}, 10)).toEqual({ stocks: [expected], more: false });
      expect(await wms.allocationsOf({ itemId: 'ITEM-1', warehouseId: 'WH-001' }, ['ORDER-1:1:1'])).toEqual(
        [],
      );
      expect(await wms.oldestUnsent()).toBeNull();
      expect(await wms.unitPrices(['ITEM-1'])).toEqual(new Map());
    });

    test('is read by what changed, and by the transactions it knows', async () => {
      const mark = await wms.mark();
      expect(mark.lastTransaction).toBeNull();
      await stock('A-01', 500);
      await pool
        .request()
        .query(`INSERT INTO dbo.INV_TRANS (TRANS_TIME, TRANS_TYPE, WHSE, SKU, TO_BIN, TO_ON_HAND, QTY)
        VALUES (SYSUTCDATETIME(), 'RCPT', '1', 'ITEM-1', 'A-01', 500, 500)`);
      const { rowVersion, lastTransaction } = await wms.mark();
      const range = { after: mark.rowVersion, upTo: rowVersion };
      expect((await wms.changedItems('WH-001', range, 10)).itemIds).toEqual(['ITEM-1']);
      const transactionId = lastTransaction?.transactionId ?? '';
      expect(transactionId).toMatch(/^INV-\d{12}$/);
      const key = { itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-01', lotNumber: null };
      expect(await wms.knownTransactions(key, [transactionId, 'INV-999999999999'])).toEqual(
        new Map([[transactionId, []]]),
      );
      expect(await wms.continues({ rowVersion, lastTransaction })).toBe(true);
      const earlier = lastTransaction && { ...lastTransaction, committedAt: '2026-11-22T10:00:00.000Z' };
      expect(await wms.continues({ rowVersion, lastTransaction: earlier })).toBe(false);
    });

    test('tells a position twice that stands there twice', async () => {
      await stock('A-01', 5);
      await stock('A-01', 6);
      await stock('A-01', 1, 'ITEM-2');
      const twice = [position('A-01', 5), position('A-01', 6)];
      const [found] = await wms.stocksOf('WH-001', ['ITEM-1']);
      expect(found?.positions.toSorted((a, b) => a.onHand - b.onHand)).toEqual(twice);
      for (const limit of [1, 2, 10]) {
        const { stocks } = await wms.stocksFrom('WH-001', {}, limit);
        expect(stocks[0]?.positions).toHaveLength(2);
      }
    });

    test('with half a piece tells that row by its place and column, and all others as they are', async () => {
      await stock('A-01', 1.5);
      await stock('B-01', 7);
      await stock('A-01', 1, 'ITEM-2');
      const fault = 'wms.position.on_hand is 1.5: it must be a whole number';
      const unreadable = [{ locationId: 'A-01', lotNumber: null, fault }];
      const halved = { itemId: 'ITEM-1', positions: [position('B-01', 7)], unreadable };
      expect(await wms.stocksOf('WH-001', ['ITEM-1'])).toMatchObject([halved]);
      const { stocks } = await wms.stocksFrom('WH-001', {}, 10);
      expect(stocks).toMatchObject([halved, { itemId: 'ITEM-2', positions: [position('A-01', 1)] }]);
      expect(stocks[1]).not.toHaveProperty('unreadable');
    });

    test('without one of the views is told in one line', async () => {
      await pool.request().query('DROP VIEW wms.outbox');
      const reading = wms.oldestUnsent();
      await expect(reading).rejects.toThrow(WmsUnavailable);
      await expect(reading).rejects.toThrow(/^the WMS database cannot be read: [^\n]*outbox[^\n]*$/);
    });
  },
);
