import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import type { Database } from '../database.ts';
import { openSqliteDatabase } from '../sqlite/database.ts';
import { isKnownVersion, markOf } from './master-data-mark.ts';

const folder = mkdtempSync(join(tmpdir(), 'master-data-mark-'));
afterAll(() => rmSync(folder, { recursive: true }));

const warehouseIds = ['WH-001'];
const query = (version: number) => ({ version, warehouseIds, limit: 1 });

async function putItems(database: Database, ...itemIds: string[]): Promise<void> {
  for (const itemId of itemIds) await database.putItems([{ itemId }]);
}

/** What somebody who has everything asks with. */
async function lastOf(database: Database) {
  const { version } = await database.masterDataSince({ version: 0, warehouseIds, limit: 5_000 });
  return { version, mark: await markOf(database, query(version)) };
}

test('a version is known while the same database goes on, also when what had it was put again', async () => {
  const database = openSqliteDatabase(join(folder, 'goes-on.db'));
  await database.addWarehouses(warehouseIds);
  await putItems(database, 'CUP', 'MUG');
  const { version, mark } = await lastOf(database);
  expect(mark).toBe('item|MUG');
  expect(await isKnownVersion(database, query(version), mark)).toBe(true);
  await putItems(database, ...Array.from({ length: 150 }, (_, index) => `NEW-${index}`), 'MUG');
  expect(await isKnownVersion(database, query(version), mark)).toBe(true);
  expect(await isKnownVersion(database, query(version), undefined)).toBe(true);
  expect(await isKnownVersion(database, query(version + 999), mark)).toBe(false);
  await database.putLocations([{ warehouseId: 'WH-001', locationId: 'A-01' }]);
  expect((await lastOf(database)).mark).toBe('location|WH-001|A-01');
  await database.close();
});

test('a version of before the database was restored is not known, however many numbers were given out since', async () => {
  const path = join(folder, 'restored.db');
  const backup = join(folder, 'backup.db');
  const before = openSqliteDatabase(path);
  await before.addWarehouses(warehouseIds);
  await putItems(before, 'CUP', 'MUG');
  const copy = new DatabaseSync(path);
  copy.exec(`VACUUM INTO '${backup}'`);
  copy.close();
  await putItems(before, 'CUP', 'JUG');
  const { version, mark } = await lastOf(before);
  await before.close();
  const restored = openSqliteDatabase(backup);
  await putItems(restored, ...Array.from({ length: 150 }, (_, index) => `NEW-${index}`));
  expect((await lastOf(restored)).version).toBeGreaterThan(version);
  expect(await isKnownVersion(restored, query(version), mark)).toBe(false);
  await restored.close();
});
