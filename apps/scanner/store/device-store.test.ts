import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite3InitModule from '@sqlite.org/sqlite-wasm';
import { afterAll, describe, expect, test } from 'vitest';
import { StorageFullError } from '../core/device-store.ts';
import { openDeviceStore } from './device-store.ts';
import { deviceStoreContract, receipt } from './device-store-contract.ts';
import { openNodeSqlite } from './node-sqlite.ts';
import type { Sql } from './sql.ts';
import { sqliteWasm } from './sqlite-wasm.ts';

const folder = mkdtempSync(join(tmpdir(), 'scanner-store-'));
let files = 0;
const newFile = () => join(folder, `${++files}.db`);
afterAll(() => rmSync(folder, { recursive: true }));

deviceStoreContract('on a file with SQLite of Node', () => {
  const path = newFile();
  return () => openDeviceStore(openNodeSqlite(path));
});

const sqlite3 = await sqlite3InitModule();
const newWasm = () => sqliteWasm(new sqlite3.oo1.DB(':memory:'));

deviceStoreContract('in memory with SQLite of the browser', () => {
  const sql = newWasm();
  return () => openDeviceStore(sql);
});

const drivers: [string, () => Sql][] = [
  ['SQLite of Node', () => openNodeSqlite(newFile())],
  ['SQLite of the browser', newWasm],
];

describe.each(drivers)('%s', (_, open) => {
  test('says that the storage is full, changes nothing then, and goes on when there is room', () => {
    const sql = open();
    const store = openDeviceStore(sql);
    const limit = (pages: number) => sql.all(`PRAGMA max_page_count = ${pages}`);
    limit(1);
    const fill = () => {
      for (let scans = 0; scans < 1_000; scans += 1) store.append(receipt());
    };
    expect(fill).toThrow(StorageFullError);
    const stored = store.backlog().counts.queued;
    expect(store.queued(1_000)).toHaveLength(stored);
    limit(1_000);
    expect(store.append(receipt()).transaction.sequence).toBe(stored + 1);
  });

  test('brings what an older app has written to this version, with all that waits', () => {
    const sql = open();
    const before = openDeviceStore(sql).append(receipt());
    sql.script('DROP TABLE recount_task; PRAGMA user_version = 1');
    const store = openDeviceStore(sql);
    expect(store.queued(9)).toEqual([before]);
    expect(store.recounts('WH-001')).toEqual({ tasks: [] });
  });

  test('brings it there on a device that is full as well, with the room that is held for it', () => {
    const sql = open();
    const before = openDeviceStore(sql).append(receipt());
    sql.script('DROP TABLE recount_task; PRAGMA user_version = 1');
    sql.script('VACUUM');
    const limit = (pages: number) => sql.all(`PRAGMA max_page_count = ${pages}`);
    limit(1);
    expect(() => openDeviceStore(sql)).toThrow(StorageFullError);
    let isHeld = true;
    const release = () => {
      isHeld = false;
      limit(1_000);
    };
    const store = openDeviceStore(sql, { isHeld: () => isHeld, release, restore: () => false });
    expect(store.queued(9)).toEqual([before]);
    expect(store.recounts('WH-001')).toEqual({ tasks: [] });
  });

  test('does not open what a newer app has written', () => {
    const sql = open();
    openDeviceStore(sql);
    sql.script('PRAGMA user_version = 99');
    expect(() => openDeviceStore(sql)).toThrow(/version 99.*load the newer app/);
  });

  test('takes a transaction back as a whole when something throws within', () => {
    const sql = open();
    const store = openDeviceStore(sql);
    const work = () => {
      sql.run("INSERT INTO setting (name, value) VALUES ('a', '1')");
      throw new Error('the tab was closed');
    };
    expect(() => sql.transaction(work)).toThrow('the tab was closed');
    expect(sql.all('SELECT * FROM setting')).toEqual([]);
    expect(store.append(receipt()).transaction.sequence).toBe(1);
  });
});

test('a commit is on the disk when it returns', () => {
  const sql = openNodeSqlite(newFile());
  expect(sql.all('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  expect(sql.all('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
  expect(newWasm().all('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
});
