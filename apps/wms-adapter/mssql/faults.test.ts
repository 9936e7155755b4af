import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RetryOptions } from '../../../shared/wms-sql/retrying.ts';
import { type BookingRequest, type BookingResults, decide } from '../booking/decide.ts';
import { lookupFor } from '../booking/lookup.ts';
import {
  addMasterData,
  allAllocations,
  allEvents,
  allPositions,
  bookOn,
  decideOn,
  foundBy,
  lockOn,
  NOW,
  outcomes,
  request,
  scan,
  scanRequest,
  take,
} from '../contract/fixtures.ts';
import type { Database } from '../database.ts';
import { openBreakingProxy } from './breaking-proxy.ts';
import { openSqlServerDatabase } from './database.ts';
import { createSession } from './session.ts';
import {
  createTestDatabase,
  emptyTables,
  openPool,
  RETRY,
  SKIPPED,
  type TestDatabase,
} from './test-database.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(SKIPPED !== undefined)(`SQL Server${SKIPPED ? `, skipped: ${SKIPPED}` : ''}`, () => {
  let server: TestDatabase;
  let database: Database;
  let retried: unknown[] = [];
  const retry: RetryOptions = { ...RETRY, onRetry: (error) => retried.push(error) };

  beforeAll(async () => {
    server = await createTestDatabase();
    database = await openSqlServerDatabase(await server.open(), retry);
  });
  afterAll(async () => {
    await database?.close();
    await server?.drop();
  });
  beforeEach(async () => {
    await emptyTables(server);
    await addMasterData(database);
    retried = [];
  });

  /** Books one scan; `meanwhile` is done each time it is being decided. */
  const bookWith = (on: Database, request: BookingRequest, meanwhile: () => void): Promise<BookingResults> =>
    on.book(lookupFor([request], NOW), (found) => {
      meanwhile();
      return decide([request], found, NOW);
    });

  test('that ends a transaction in a deadlock has it done again, whichever it is', async () => {
    await bookOn(database, [scan({ quantity: 1 })]);
    const pool = await server.open();
    const totalsTaken = Promise.withResolvers<void>();
    const turnTaken = Promise.withResolvers<void>();
    // It has the totals and waits for the turn, while the booking has the turn and waits for the totals.
    const other = createSession(pool, retry).inTransaction(async (transaction) => {
      await transaction.rows('UPDATE wms.item_stock SET reserved = reserved');
      totalsTaken.resolve();
      await turnTaken.promise;
      await transaction.rows('UPDATE wms.booking_turn SET turn = turn');
    });
    await totalsTaken.promise;
    const booking = bookWith(database, scanRequest(scan({ quantity: 2 })), turnTaken.resolve);
    expect(outcomes((await booking).transactions)).toEqual(['applied']);
    await other;
    expect(retried).toMatchObject([{ number: 1205 }]);
    expect(await allPositions(database)).toMatchObject([{ onHand: 3, version: 2 }]);
    expect(await allEvents(database)).toHaveLength(2);
    await pool.close();
  });

  test('whose connection breaks in the middle of a booking has it done again, once', async () => {
    const proxy = await openBreakingProxy(server.connectionString);
    const behind = await openSqlServerDatabase(await openPool(proxy.connectionString), retry);
    let tries = 0;
    const { transactions } = await bookWith(behind, scanRequest(scan({ quantity: 3 })), () => {
      tries += 1;
      if (tries === 1) proxy.breakAll();
    });
    expect(outcomes(transactions)).toEqual(['applied']);
    expect(tries).toBe(2);
    expect(retried.length).toBeGreaterThan(0);
    expect(await allPositions(database)).toMatchObject([{ onHand: 3, version: 1 }]);
    await behind.close();
    await proxy.close();
  });

  test('whose connection breaks when it has committed has nothing booked twice, and says so', async () => {
    const proxy = await openBreakingProxy(server.connectionString);
    const behind = await openSqlServerDatabase(await openPool(proxy.connectionString), retry);
    let tries = 0;
    const { transactions } = await bookWith(behind, scanRequest(scan({ quantity: 3 })), () => {
      tries += 1;
      // The rows are the first message from now on, the commit is the second.
      if (tries === 1) proxy.loseAnswer(2);
    });
    expect(transactions).toMatchObject([{ outcome: 'duplicate', position: { onHand: 3, version: 1 } }]);
    expect(tries).toBe(2);
    expect(await allPositions(database)).toMatchObject([{ onHand: 3, version: 1 }]);
    expect(await allEvents(database)).toHaveLength(1);
    await behind.close();
    await proxy.close();
  });

  test('hands out a fault of the decision as it is, and does not try again, whatever it looks like', async () => {
    const fault = Object.assign(new Error('looks like a deadlock'), { number: 1205, code: 'ETIMEOUT' });
    let tries = 0;
    const booking = database.book(lookupFor([scanRequest(scan({}))], NOW), () => {
      tries += 1;
      throw fault;
    });
    await expect(booking).rejects.toBe(fault);
    expect(tries).toBe(1);
    expect(retried).toEqual([]);
    expect(outcomes(await bookOn(database, [scan({})]))).toEqual(['applied']);
  });

  test('loses nothing of what two adapters book on one position at once', async () => {
    const second = await openSqlServerDatabase(await server.open(), retry);
    const bookMany = async (on: Database) => {
      for (let booked = 0; booked < 20; booked += 1) await bookOn(on, [scan({ quantity: 1 })]);
    };
    await Promise.all([bookMany(database), bookMany(second)]);
    expect(await allPositions(database)).toMatchObject([{ onHand: 40, version: 40 }]);
    const events = await allEvents(database);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(40);
    expect(events.map(({ version }) => version)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    await second.close();
  });

  test('books what a device has scanned whose clock is in the year 0, which datetime2 does not know', async () => {
    const scannedAt = '0000-12-31T23:59:59.123456789Z';
    await lockOn(database, take());
    const during = scan({ scannerId: 'SCANNER-09', queued: true, scannedAt: NOW.toISOString() });
    expect(outcomes(await bookOn(database, [during, scan({ type: 'count', scannedAt })]))).toEqual([
      'applied',
      'applied',
    ]);
    expect((await database.recounts({ limit: 10 })).rows).toMatchObject([{ entries: [{ version: 1 }] }]);
    await decideOn(database, [request({ allocationId: 'ORDER-1:1:1', orderedAt: scannedAt })]);
    expect(await allAllocations(database)).toMatchObject([{ allocationId: 'ORDER-1:1:1' }]);
  });

  test('keeps SQL in a text what it is: a text', async () => {
    const sql = "x'; DELETE FROM wms.warehouse; --";
    await database.putItems([{ itemId: 'ITEM-1', description: sql }]);
    expect(await database.item('ITEM-1')).toEqual({ itemId: 'ITEM-1', description: sql });
    expect(await database.item(sql)).toBeUndefined();
    expect(await allPositions(database, { locationId: sql })).toEqual([]);
    const key = { itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02' };
    const found = await foundBy(database, {
      positions: [
        { ...key, lotNumber: sql },
        { ...key, lotNumber: null },
      ],
      transactionIds: [sql],
    });
    expect(found.positions.size).toBe(0);
    expect([...found.warehouses]).toEqual(['WH-001']);
  });
});
