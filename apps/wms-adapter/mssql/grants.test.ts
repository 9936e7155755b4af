import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { addMasterData, bookOn, NOW, outcomes, scan } from '../contract/fixtures.ts';
import type { Database } from '../database.ts';
import { openSqlServerDatabase } from './database.ts';
import { MIGRATIONS_FOLDER, MigrationError } from './migrations.ts';
import {
  createTestDatabase,
  openPool,
  RETRY,
  SKIPPED,
  TEST_SQL,
  type TestDatabase,
} from './test-database.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const LOGIN = `stockbridge_test_${randomBytes(3).toString('hex')}`;
const PASSWORD = `Aa1-${randomBytes(12).toString('hex')}`;

describe.skipIf(SKIPPED !== undefined)(
  `A login with the rights of grants.sql${SKIPPED ? `, skipped: ${SKIPPED}` : ''}`,
  () => {
    let server: TestDatabase;
    let adapter: Database;
    let asAdapter: string;

    beforeAll(async () => {
      server = await createTestDatabase();
      const owner = await server.shared();
      await owner.request().batch(`CREATE LOGIN ${LOGIN} WITH PASSWORD = '${PASSWORD}'`);
      await owner.request().batch(`CREATE USER ${LOGIN} FOR LOGIN ${LOGIN}`);
      asAdapter = `${server.connectionString};User Id=${LOGIN};Password=${PASSWORD}`;
    });
    afterAll(async () => {
      await adapter?.close();
      const owner = await server?.shared();
      await owner?.request().batch(`DROP USER ${LOGIN}`);
      // Ends the sessions that the login may still have: with one it cannot be dropped.
      await server?.drop();
      const master = await openPool(process.env[TEST_SQL] ?? '');
      await master.request().batch(`DROP LOGIN ${LOGIN}`);
      await master.close();
    });

    test('cannot make the tables, and is told what to do', async () => {
      const opening = async () => openSqlServerDatabase(await openPool(asAdapter), RETRY);
      await expect(opening()).rejects.toThrow(MigrationError);
      await expect(opening()).rejects.toThrow(/run "npm run adapter -- --migrate" once/);
    });

    test('runs the adapter once they are there', async () => {
      await (await openSqlServerDatabase(await server.open(), RETRY)).close();
      await grant();
      adapter = await openSqlServerDatabase(await openPool(asAdapter), RETRY);
      await addMasterData(adapter);
      expect(outcomes(await bookOn(adapter, [scan({}), scan({ type: 'pick' })]))).toEqual([
        'applied',
        'applied',
      ]);
      const until = new Date(NOW.getTime() + 60_000);
      const entries = await adapter.claim({ relayId: 'relay', limit: 10, now: NOW, until });
      expect(await adapter.markSent(entries.map(({ sequence }) => sequence))).toBe(2);
      await adapter.putDevice({ scannerId: 'SCANNER-08', warehouseIds: ['WH-001'] }, 'hash', NOW);
      const run = { scannerId: 'SCANNER-08', run: 'RUN-1', proposed: NOW.getTime() };
      expect((await adapter.runBeginnings([run])).size).toBe(1);
      const user = { userId: 'user', role: 'worker', warehouseIds: ['WH-001'], isActive: true };
      await adapter.putUser({ ...user, role: 'worker', badge: 'B-1' }, 'the hash of a PIN');
      const attempt = { attemptId: 'ATTEMPT-1', badgeHash: 'hash', scannerId: 'SCANNER-08', at: NOW };
      expect(await adapter.beginSignIn(attempt)).toBeUndefined();
      expect(await adapter.userOfBadge('B-1')).toMatchObject({ pinHash: 'the hash of a PIN' });
      await adapter.takeBackSignIn('ATTEMPT-1');
      expect((await adapter.openAllocations({ limit: 9 })).rows).toEqual([]);
      const position = { itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02', lotNumber: null };
      const asked = { askedAt: NOW.toISOString(), askedBy: 'ann', reason: 'Count it' };
      const order = { investigationId: 'WH-001:ITEM-1:1', stepNumber: 4 };
      await adapter.takeRecountOrder({
        ...order,
        asked: { ...asked, positions: [{ position, sinceVersion: 2 }] },
      });
      expect((await adapter.recountTasks({ limit: 9 })).rows).toHaveLength(1);
      await adapter.takeRecountOrder({ ...order, stepNumber: 5 });
      expect((await adapter.recountTasks({ limit: 9 })).rows).toEqual([]);
      await adapter.ping();
    });

    test.each([
      'UPDATE wms.ledger SET on_hand = 0',
      'DELETE FROM wms.movement',
      'DELETE FROM wms.event',
      'DELETE FROM wms.position',
      "INSERT INTO wms.schema_version (version, name, checksum) VALUES (99, 'x', 'x')",
      'CREATE TABLE wms.own (id int)',
      'DROP TABLE wms.ledger',
    ])('may not %s', async (statement) => {
      const pool = await openPool(asAdapter);
      await expect(pool.request().query(statement)).rejects.toThrow();
      await pool.close();
    });

    /** As sqlcmd does it. */
    async function grant(): Promise<void> {
      const text = await readFile(join(MIGRATIONS_FOLDER, 'grants.sql'), 'utf8');
      for (const batch of text.replaceAll('$(login)', LOGIN).split(/^GO$/m)) {
        if (batch.trim() !== '') await (await server.shared()).request().batch(batch);
      }
    }
  },
);
