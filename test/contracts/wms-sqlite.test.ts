import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addMasterData, bookOn, scan } from '../../apps/wms-adapter/contract/fixtures.ts';
import type { Database } from '../../apps/wms-adapter/database.ts';
import { openSqliteDatabase } from '../../apps/wms-adapter/sqlite/database.ts';
import { type WmsSql, WmsUnavailable } from '../../shared/ports/wms-sql.ts';
import { readFileOnce } from '../../shared/wms-sqlite/read-only-file.ts';
import { openWmsSqlite } from '../../shared/wms-sqlite/wms-sqlite-reader.ts';

describe('The file of the WMS adapter, read by another process', () => {
  let folder: string;
  let path: string;
  let wms: WmsSql;
  const opened: Database[] = [];
  const openAdapter = async () => {
    const database = openSqliteDatabase(path);
    opened.push(database);
    await addMasterData(database);
    return database;
  };
  const book = (database: Database, quantity: number) => bookOn(database, [scan({ quantity })]);
  const onHand = async () => (await wms.stocksOf('WH-001', ['ITEM-1']))[0]?.positions[0]?.onHand;
  const refused = async (reason: RegExp) => {
    const reading = wms.mark();
    await expect(reading).rejects.toThrow(WmsUnavailable);
    await expect(reading).rejects.toThrow(reason);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wms-sqlite-'));
    path = join(folder, 'wms.db');
    wms = openWmsSqlite(path);
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close().catch(() => undefined);
    await rm(folder, { recursive: true });
  });

  test('is restored from a backup: the history does not go on from a mark that was taken after it', async () => {
    const first = await openAdapter();
    await book(first, 1);
    const before = await wms.mark();
    await first.close();
    await copyFile(path, join(folder, 'backup.db'));

    const second = await openAdapter();
    await book(second, 2);
    const after = await wms.mark();
    expect(await wms.continues(before)).toBe(true);
    await second.close();
    // The reader leaves nothing behind that would be taken for the log of the backup.
    expect((await readdir(folder)).sort()).toEqual(['backup.db', 'wms.db']);
    await copyFile(join(folder, 'backup.db'), path);

    expect(await onHand()).toBe(1);
    expect([await wms.continues(before), await wms.continues(after)]).toEqual([true, false]);
    // Other bookings bring it past the row version of the mark, not past its transaction.
    const third = await openAdapter();
    for (let round = 0; round < 3; round += 1) await book(third, 1);
    expect(BigInt((await wms.mark()).rowVersion)).toBeGreaterThan(BigInt(after.rowVersion));
    expect([await wms.continues(before), await wms.continues(after)]).toEqual([true, false]);
  });

  test('is replaced by a new one: that is what is read then', async () => {
    await book(await openAdapter(), 5);
    const mark = await wms.mark();
    expect(await onHand()).toBe(5);
    await opened.pop()?.close();
    await rm(path);
    await refused(/wms\.db is not there: start the WMS adapter that writes it, or correct WmsSqlFile$/);
    await book(await openAdapter(), 6);
    expect(await onHand()).toBe(6);
    expect(await wms.continues(mark)).toBe(false);
  });

  test('is of an adapter before this version: what to do is said', async () => {
    const old = new DatabaseSync(path);
    old.exec('CREATE TABLE position (position_id INTEGER PRIMARY KEY)');
    old.close();
    await refused(/wms\.db is not of this version: start this version of the WMS adapter on it \([^\n]*\)$/);
  });

  test('is none of SQLite', async () => {
    await writeFile(path, 'no database at all, '.repeat(100));
    await refused(/wms\.db cannot be read: file is not a database$/);
  });

  test('is kept locked by another process', async () => {
    await (await openAdapter()).close();
    const other = new DatabaseSync(path);
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; UPDATE row_version SET last = last');
    await refused(/wms\.db is locked by another process$/);
    other.close();
    expect(await wms.warehouses()).toEqual([]);
  });

  test('cannot be written', async () => {
    await book(await openAdapter(), 5);
    for (const statement of [
      'UPDATE position SET on_hand = 0',
      'DELETE FROM ledger',
      'CREATE TABLE own (id)',
    ]) {
      const writing = readFileOnce(path, (file) => file.exec(statement));
      await expect(writing).rejects.toThrow(/attempt to write a readonly database/);
    }
    expect(await onHand()).toBe(5);
  });
});
