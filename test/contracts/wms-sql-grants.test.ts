import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type sql from 'mssql';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { addMasterData, bookOn, decideOn, request, scan } from '../../apps/wms-adapter/contract/fixtures.ts';
import type { Database } from '../../apps/wms-adapter/database.ts';
import { openSqlServerDatabase } from '../../apps/wms-adapter/mssql/database.ts';
import { MIGRATIONS_FOLDER } from '../../apps/wms-adapter/mssql/migrations.ts';
import {
  createTestDatabase,
  openPool,
  RETRY,
  SKIPPED,
  TEST_SQL,
  type TestDatabase,
} from '../../apps/wms-adapter/mssql/test-database.ts';
import { mssqlWmsSql } from '../../shared/wms-sql/wms-sql-reader.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const LOGIN = `stockbridge_test_${randomBytes(3).toString('hex')}`;
const PASSWORD = `Aa1-${randomBytes(12).toString('hex')}`;

describe.skipIf(SKIPPED !== undefined)(
  `A login with the rights of grants-reader.sql${SKIPPED ? `, skipped: ${SKIPPED}` : ''}`,
  () => {
    let server: TestDatabase;
    let database: Database;
    let reader: sql.ConnectionPool;

    beforeAll(async () => {
      server = await createTestDatabase();
      database = await openSqlServerDatabase(await server.open(), RETRY);
      await addMasterData(database);
      await bookOn(database, [scan({ quantity: 5 })]);
      const owner = await server.shared();
      await owner.request().batch(`CREATE LOGIN ${LOGIN} WITH PASSWORD = '${PASSWORD}'`);
      await owner.request().batch(`CREATE USER ${LOGIN} FOR LOGIN ${LOGIN}`);
      const grants = await readFile(join(MIGRATIONS_FOLDER, 'grants-reader.sql'), 'utf8');
      // As sqlcmd does it.
      for (const batch of grants.replaceAll('$(login)', LOGIN).split(/^GO$/m))
        if (batch.trim() !== '') await owner.request().batch(batch);
      reader = await openPool(`${server.connectionString};User Id=${LOGIN};Password=${PASSWORD}`);
    });
    afterAll(async () => {
      await reader?.close();
      await database?.close();
      const owner = await server?.shared();
      await owner?.request().batch(`DROP USER ${LOGIN}`);
      await server?.drop();
      const master = await openPool(process.env[TEST_SQL] ?? '');
      await master.request().batch(`DROP LOGIN ${LOGIN}`);
      await master.close();
    });

    test('reads all that a reconciliation asks for', async () => {
      // What is active is the server's own knowledge and needs no right; Babelfish does not say it.
      const wms = mssqlWmsSql(async () => reader, {
        ...RETRY,
        activeRowVersion: 'CAST(@@DBTS AS bigint) + 1',
      });
      const asked = request();
      await decideOn(database, [asked]);
      const key = { itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02', lotNumber: null };
      const mark = await wms.mark();
      const transactionId = mark.lastTransaction?.transactionId ?? '';
      expect(await wms.continues(mark)).toBe(true);
      expect(await wms.warehouses()).toEqual(['WH-001']);
      expect(
        await wms.changedItems('WH-001', { after: '0', upTo: String(BigInt(mark.rowVersion) + 1n) }, 9),
      ).toEqual({ itemIds: ['ITEM-1'] });
      expect(await wms.stocksOf('WH-001', ['ITEM-1'])).toMatchObject([
        { reserved: 1, positions: [{ onHand: 5 }] },
      ]);
      expect((await wms.stocksFrom('WH-001', {}, 9)).stocks).toHaveLength(1);
      expect(await wms.allocationsOf(key, [asked.allocationId])).toHaveLength(1);
      expect((await wms.knownTransactions(key, [transactionId])).get(transactionId)).toEqual([1]);
      expect(await wms.oldestUnsent()).not.toBeNull();
      expect(await wms.unitPrices(['ITEM-1'])).toEqual(new Map());
    });

    test.each([
      'UPDATE wms.position SET on_hand = 0',
      'DELETE FROM wms.outbox',
      "INSERT INTO wms.item (item_id, details, version) VALUES ('X', '{}', 99)",
      'SELECT key_hash FROM wms.device',
      'SELECT body FROM wms.event',
      'CREATE TABLE wms.own (id int)',
    ])('may not %s', async (statement) => {
      await expect(reader.request().query(statement)).rejects.toThrow(/permission|owner/i);
    });
  },
);
