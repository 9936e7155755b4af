import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  addMasterData,
  allEvents,
  allPositions,
  bookOn,
  decideOn,
  foundBy,
  lock,
  lockOn,
  NOW,
  outcomes,
  request,
  scan,
  unsentOf,
} from '../contract/fixtures.ts';
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

describe('A file', () => {
  let folder: string;
  let path: string;
  const opened: Database[] = [];
  const open = () => {
    const database = openSqliteDatabase(path);
    opened.push(database);
    return database;
  };
  /** A file as an earlier version left it. */
  const fileOf = async (script: string) => {
    const file = new DatabaseSync(path);
    file.exec(await readFile(join(import.meta.dirname, script), 'utf8'));
    file.close();
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wms-adapter-'));
    path = join(folder, 'wms.db');
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close().catch(() => undefined);
    await rm(folder, { recursive: true });
  });

  test('of a later schema version is refused, saying what to do', () => {
    const other = new DatabaseSync(path);
    other.exec('PRAGMA user_version = 99');
    other.close();
    expect(open).toThrow(SchemaVersionError);
    expect(open).toThrow(/schema version 99.*npm run reset/);
  });

  test('of the first version is opened with all that is in it, and its stock can be promised', async () => {
    await fileOf('version-1.sql');
    const database = open();
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
    expect(await unsentOf(database)).toMatchObject([{ sequence: 2, kind: 'event' }]);
    expect(await database.backlog()).toMatchObject({ unsent: 1, parked: 1 });
    const { decisions } = await decideOn(database, [request({ quantity: 10 }), request()]);
    expect(decisions).toMatchObject([{ status: 'confirmed', quantity: 9 }, { status: 'rejected' }]);
    await database.close();
    expect((await allPositions(open())).map(({ reserved }) => reserved)).toEqual([7, 2, 0, 0]);
  });

  test('of the third version is opened with what made its figures, its locks and its outbox', async () => {
    await fileOf('version-3.sql');
    const database = open();
    const { positions } = await foundBy(database, { countLockIds: ['LOCK-1'] });
    expect([...positions]).toMatchObject([['ITEM-1|WH-001|A-05-02|', { raw: 3, version: 5 }]]);
    expect((await database.locks({ limit: 9 }, NOW)).rows).toEqual([lock()]);
    expect(await database.backlog()).toMatchObject({ unsent: 6 });
    const key = { itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02', lotNumber: null };
    const history = await database.history(key, { limit: 9 });
    const figures = history?.entries.map(({ version, kind, quantity, effectiveChange, onHand, counts }) =>
      [version, kind, quantity, effectiveChange, onHand, counts].join(' '),
    );
    expect(figures).toEqual([
      '5 delta -2 -2 3 true',
      '4 delta 1 1 5 true',
      '2 count 4 -5 4 true',
      '3 delta -3 0 4 false',
      '1 delta 9 9 9 false',
    ]);
    expect(history?.entries.at(-1)).toMatchObject({
      ...{ scannedAt: '2024-11-18T10:00:10Z', committedAt: NOW.toISOString(), flags: [] },
      transaction: { transactionId: '00000001-AAAA-4000-8000-000000000000', type: 'receipt' },
    });
    expect((await database.shortfalls({ limit: 9 })).rows).toMatchObject([
      { shortfall: 3, entries: [{ quantity: -5, onHand: 0, shortfall: 3 }, { quantity: 2 }] },
    ]);
    const changes = await database.masterDataSince({ version: 0, warehouseIds: ['WH-001'], limit: 9 });
    expect([changes.items.length, changes.locations.length, changes.hasMore]).toEqual([1, 2, false]);
  });

  test('of the third version is booked on as if it had always been of this one', async () => {
    await fileOf('version-3.sql');
    const database = open();
    const transactionId = '00000001-AAAA-4000-8000-000000000000';
    const known = scan({ transactionId, quantity: 9, scannedAt: '2024-11-18T10:00:10Z' });
    // Later than the last count, but earlier than two of the deltas.
    const count = scan({ type: 'count', quantity: 20, scannedAt: '2024-11-18T10:00:35Z' });
    expect(await bookOn(database, [known, count])).toMatchObject([
      { outcome: 'duplicate', position: { onHand: 9, version: 1 } },
      { outcome: 'applied', position: { onHand: 19, version: 6 } },
    ]);
    await lockOn(database, { kind: 'release', lockId: 'LOCK-1' });
    expect((await allEvents(database)).at(-1)).toMatchObject({
      ...{ eventType: 'InventoryCountEnded', resultingOnHand: 19, version: 6 },
    });
    const before = await database.masterDataSince({ version: 0, warehouseIds: [], limit: 9 });
    await database.putItems([{ itemId: 'ITEM-2' }]);
    const { items } = await database.masterDataSince({ ...before, warehouseIds: [], limit: 9 });
    expect(items).toEqual([{ itemId: 'ITEM-2' }]);
  });

  test('of the fourth version is opened with its rows numbered and dated, and goes on from there', async () => {
    await fileOf('version-4.sql');
    const database = open();
    const read = (query: string) => {
      const file = new DatabaseSync(path, { readOnly: true });
      const rows = file.prepare(query).all();
      file.close();
      return rows;
    };
    const positions = 'SELECT location_id, version, changed_at, row_version FROM position ORDER BY 1';
    const stocks = 'SELECT reserved, row_version FROM item_stock';
    expect(read(positions)).toEqual([
      { location_id: 'A-05-02', version: 5, changed_at: NOW.toISOString(), row_version: 1 },
      { location_id: 'B-01', version: 2, changed_at: NOW.toISOString(), row_version: 2 },
    ]);
    expect(read(stocks)).toEqual([{ reserved: 2, row_version: 3 }]);
    expect(read('SELECT last FROM row_version')).toEqual([{ last: 3 }]);

    const later = new Date(NOW.getTime() + 60_000);
    await bookOn(database, [scan({ quantity: 1, scannedAt: '2024-11-18T12:00:30Z' })], later);
    expect(read(positions)[0]).toMatchObject({ version: 6, changed_at: later.toISOString(), row_version: 4 });
    // What is on hand is another figure now; the reservations are the same.
    expect(read(stocks)).toEqual([{ reserved: 2, row_version: 3 }]);
    // The count of the only location that holds pieces has ended by then.
    await decideOn(database, [request()], new Date('2024-11-18T13:00:00.000Z'));
    expect(read(stocks)).toEqual([{ reserved: 3, row_version: 6 }]);
  });

  test('of the sixth version is opened with its users, who have no badge yet, and what is to be picked', async () => {
    await fileOf('version-6.sql');
    const database = open();
    const kim = { userId: 'user-23', name: 'Kim', role: 'supervisor', warehouseIds: ['WH-001'] } as const;
    expect((await database.users({ limit: 9 })).rows).toEqual([{ ...kim, isActive: true, hasPin: false }]);
    expect(await database.deviceOfKey('hash-1')).toMatchObject({ scannerId: 'SCANNER-08' });
    const { rows } = await database.openAllocations({ limit: 9, warehouseId: 'WH-001' });
    expect(rows.map(({ orderId, reserved, picked }) => [orderId, reserved, picked])).toEqual([
      ['ORDER-2', 2, 0],
      ['ORDER-1', 4, 1],
    ]);
    const user = { ...kim, warehouseIds: ['WH-001'], isActive: true, badge: 'B-23' };
    expect(await database.putUser(user, 'hash')).toBeUndefined();
    expect(await database.userOfBadge('B-23')).toMatchObject({ pinHash: 'hash' });
  });

  test('opened by two processes shows each what the other has booked and sent', async () => {
    const [first, second] = [open(), open()];
    await addMasterData(first);
    expect(outcomes(await bookOn(second, [scan({}), scan({}), scan({})]))).toEqual(Array(3).fill('applied'));
    expect((await first.backlog()).unsent).toBe(3);
    expect(outcomes(await bookOn(first, [scan({})]))).toEqual(['applied']);
    const held = await second.claim({
      relayId: 'RELAY-B',
      limit: 2,
      now: NOW,
      until: new Date(NOW.getTime() + 1),
    });
    expect((await unsentOf(first)).map(({ sequence }) => sequence)).toEqual([3, 4]);
    expect(await first.markSent([held[0]?.sequence ?? 0])).toBe(1);
    expect(await second.markSent(held.map(({ sequence }) => sequence))).toBe(1);
    expect((await first.backlog()).unsent).toBe(2);
    expect((await second.backlog()).unsent).toBe(2);
    expect(await allPositions(first)).toMatchObject([{ onHand: 4, version: 4 }]);
  });
});
