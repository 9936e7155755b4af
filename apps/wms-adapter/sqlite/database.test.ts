import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { allEvents, allPositions, decideOn, request } from '../contract/fixtures.ts';
import type { Database } from '../database.ts';
import { describeDatabase } from '../database-contract.ts';
import { openSqliteDatabase } from './database.ts';
import { SchemaVersionError } from './schema.ts';

describeDatabase('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wms-adapter-'));
  const open = () => openSqliteDatabase(join(folder, 'wms.db'));
  let database: Database = open();
  let isOpen = true;
  const close = async () => {
    if (isOpen) {
      await database.close().catch(() => undefined);
    }
    isOpen = false;
  };
  return {
    database,
    async reopen() {
      await close();
      database = open();
      isOpen = true;
      return database;
    },
    async dispose() {
      await close();
      await rm(folder, { recursive: true });
    },
  };
});

test('A file of another schema version is refused, saying what to do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wms-adapter-'));
  const path = join(folder, 'wms.db');
  const other = new DatabaseSync(path);
  other.exec('PRAGMA user_version = 99');
  other.close();
  expect(() => openSqliteDatabase(path)).toThrow(SchemaVersionError);
  expect(() => openSqliteDatabase(path)).toThrow(/schema version 99.*npm run reset/);
  await rm(folder, { recursive: true });
});

test('A file of the first version is opened with all that is in it, and its stock can be promised', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wms-adapter-'));
  const path = join(folder, 'wms.db');
  const first = new DatabaseSync(path);
  first.exec(await readFile(join(import.meta.dirname, 'version-1.sql'), 'utf8'));
  first.close();

  const database = openSqliteDatabase(path);
  const positions = await allPositions(database);
  expect(positions.map(({ onHand, reserved }) => [onHand, reserved])).toEqual([
    [7, 0],
    [2, 0],
    [0, 0],
    [5, 0],
  ]);
  expect((await allEvents(database)).map(({ eventId }) => eventId)).toEqual([
    'evt-20241118-000001',
    'evt-20241118-000002',
    'evt-20241118-000003',
  ]);
  expect(await database.unsent(10)).toMatchObject([{ sequence: 2, kind: 'event' }]);
  expect(await database.backlog()).toMatchObject({ unsent: 1, parked: 1 });
  const { decisions } = await decideOn(database, [request({ quantity: 10 }), request()]);
  expect(decisions).toMatchObject([{ status: 'confirmed', quantity: 9 }, { status: 'rejected' }]);
  await database.close();

  const again = openSqliteDatabase(path);
  expect((await allPositions(again)).map(({ reserved }) => reserved)).toEqual([7, 2, 0, 0]);
  await again.close();
  await rm(folder, { recursive: true });
});
