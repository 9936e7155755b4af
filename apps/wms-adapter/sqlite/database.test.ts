import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
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
