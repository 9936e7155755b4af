import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  addMasterData,
  allAllocations,
  allEvents,
  allPositions,
  bookOn,
  decideOn,
  lockOn,
  NOW,
  outcomes,
  request,
  scan,
  take,
  unsentOf,
} from '../../../apps/wms-adapter/contract/fixtures.ts';
import type { Database } from '../../../apps/wms-adapter/database.ts';
import { BOOKS_KINDS, type Books, openBooks } from './books.ts';

describe.each(BOOKS_KINDS)('A backup of books in %s', (kind) => {
  let books: Books;
  let database: Database;

  beforeEach(async () => {
    books = openBooks(kind);
    database = books.connect();
    await addMasterData(database);
  });
  afterEach(() => database.close());

  const story = async () => ({
    positions: await allPositions(database),
    events: await allEvents(database),
    allocations: await allAllocations(database),
    locks: (await database.locks({ limit: 9 }, NOW)).rows,
    history: await database.history(
      { itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02', lotNumber: null },
      { limit: 9 },
    ),
    tasks: (await database.recountTasks({ limit: 9 })).rows,
    backlog: await database.backlog(),
    unsent: await unsentOf(database),
    changed: await database.masterDataSince({ version: 0, warehouseIds: ['WH-001'], limit: 9 }),
    mark: await books.reader.mark(),
    stocks: await books.reader.stocksOf('WH-001', ['ITEM-1', 'ITEM-2']),
  });
  const receipt = scan({ quantity: 9 });
  const askForCount = (stepNumber: number) =>
    database.takeRecountOrder({
      ...{ investigationId: 'WH-001:ITEM-1:1', stepNumber },
      asked: {
        ...{ askedAt: NOW.toISOString(), askedBy: 'ann', reason: 'because' },
        positions: [
          {
            position: { itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'B-01', lotNumber: null },
            sinceVersion: 0,
          },
        ],
      },
    });
  /** Something in every table, and then in every table something else. */
  const work = async () => {
    await decideOn(database, [scan({ quantity: 5 }), request({ quantity: 2 })]);
    await bookOn(database, [scan({ type: 'transfer', quantity: 1, toLocationId: 'B-01' })]);
    await lockOn(database, take({ lockId: `LOCK-${(await story()).events.length}` }));
    await database.putItems([{ itemId: `ITEM-${(await story()).events.length}` }]);
    await askForCount((await story()).events.length);
    const [first] = await unsentOf(database);
    await database.markSent([first?.sequence ?? 0]);
    await database.park((first?.sequence ?? 0) + 1, 'too large');
  };

  test('puts everything back as it was, for who has them open, and may be put back again', async () => {
    await bookOn(database, [receipt]);
    await work();
    const before = await story();
    const restore = books.backup();
    for (let round = 0; round < 2; round += 1) {
      await work();
      expect(await story()).not.toEqual(before);
      restore();
      expect(await story()).toEqual(before);
    }
    expect(await allPositions(books.connect())).toEqual(before.positions);
  });

  test('is an older history: marks taken after it are not of it, and what was booked after it is unknown', async () => {
    await bookOn(database, [receipt]);
    const earlier = await books.reader.mark();
    const restore = books.backup();
    const lost = scan({ quantity: 3 });
    await bookOn(database, [lost]);
    const later = await books.reader.mark();
    restore();
    const { continues, knownTransactions } = books.reader;
    expect([await continues(earlier), await continues(later)]).toEqual([true, false]);
    const key = { itemId: 'ITEM-1', warehouseId: 'WH-001', locationId: 'A-05-02', lotNumber: null };
    const ids = [receipt, lost].map(({ transactionId }) => transactionId);
    expect([...(await knownTransactions(key, ids)).keys()]).toEqual(ids.slice(0, 1));
    expect(outcomes(await bookOn(database, [receipt, scan({}), lost]))).toEqual([
      ...['duplicate', 'applied', 'applied'],
    ]);
    expect(await continues(later)).toBe(false);
  });
});
