import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newDraft, writesOf } from '../../../apps/wms-adapter/booking/draft.ts';
import { lookupFor } from '../../../apps/wms-adapter/booking/lookup.ts';
import {
  addMasterData,
  allAllocations,
  allEvents,
  allPositions,
  decideOn,
  foundBy,
  NOW,
  readAll,
  releaseOf,
  request,
  scan,
  take,
} from '../../../apps/wms-adapter/contract/fixtures.ts';
import {
  type Database,
  type ItemWarehouse,
  NOTHING_FOUND,
  type PositionKey,
} from '../../../apps/wms-adapter/database.ts';
import { type Books, type BooksKind, openBooks } from './books.ts';

const ITEMS = ['ITEM-1', 'ITEM-2'];
const LOCATIONS = ['A-05-02', 'B-01'];
const LOCKS = ['LOCK-1', 'LOCK-2', 'LOCK-3', 'LOCK-4'];
const ALLOCATIONS = [1, 2, 3, 4, 5].map((number) => ({
  orderId: `ORDER-${Math.ceil(number / 2)}`,
  allocationId: `ORDER-${Math.ceil(number / 2)}:${number}:1`,
}));
const STOCKS: ItemWarehouse[] = ITEMS.map((itemId) => ({ itemId, warehouseId: 'WH-001' }));
const POSITIONS: PositionKey[] = STOCKS.flatMap((stock) =>
  LOCATIONS.flatMap((locationId) =>
    [null, 'LOT-1'].map((lotNumber) => ({ ...stock, locationId, lotNumber })),
  ),
);

type Connection = { readonly books: Books; readonly database: Database; restore: () => void };
/** Something that is done, at a time, and what is answered. */
type Deed = (connection: Connection, now: Date) => Promise<unknown>;

const position = fc.constantFrom(...POSITIONS);
const scanner = fc.constantFrom('SCANNER-08', 'SCANNER-09');
const allocation = fc.constantFrom(...ALLOCATIONS);
const pieces = fc.integer({ min: 1, max: 9 });

const scanned = fc
  .record(
    {
      transactionId: fc
        .integer({ min: 1, max: 40 })
        .map((id) => `${String(id).padStart(8, '0')}-0000-4000-8000-000000000000`),
      type: fc.constantFrom('receipt', 'receipt', 'receipt', 'pick', 'adjustment', 'count', 'transfer'),
      position,
      quantity: pieces,
      minute: fc.integer({ min: -20, max: 60 }),
      scannerId: scanner,
      queued: fc.boolean(),
      allocation,
      closesAllocation: fc.boolean(),
      acknowledgeLock: fc.constantFrom(...LOCKS),
      expectedVersion: fc.nat({ max: 3 }),
    },
    { requiredKeys: ['transactionId', 'type', 'position', 'quantity', 'minute', 'scannerId', 'queued'] },
  )
  .map(({ position: key, minute, allocation: picked, ...fields }) =>
    scan({
      ...{ ...fields, ...key, ...(picked && fields.type === 'pick' && picked) },
      scannedAt: new Date(NOW.getTime() + minute * 60_000).toISOString(),
      ...(fields.type === 'transfer' && {
        toLocationId: LOCATIONS.find((one) => one !== key.locationId) ?? '',
      }),
    }),
  );
const asked = fc
  .record({
    allocation,
    stock: fc.constantFrom(...STOCKS),
    quantity: pieces,
    priority: fc.nat({ max: 2 }),
    isRelease: fc.boolean(),
  })
  .map(({ allocation: ids, stock, isRelease, ...fields }) => {
    const wanted = request({ ...ids, ...stock, ...fields });
    return isRelease ? releaseOf(wanted) : wanted;
  });
const locked = fc
  .record({
    kind: fc.constantFrom(
      'take' as const,
      'take' as const,
      'extend' as const,
      'release' as const,
      'take-over' as const,
    ),
    lockId: fc.constantFrom(...LOCKS),
    newLockId: fc.constantFrom(...LOCKS),
    locationId: fc.constantFrom(...LOCATIONS),
    scannerId: scanner,
  })
  .map(({ kind, lockId, newLockId, locationId, scannerId }) => {
    if (kind === 'take') return take({ lockId, locationId, scannerId });
    if (kind !== 'take-over') return { kind, lockId };
    return { kind, lockId, newLockId, scannerId, userId: 'ann', reason: 'went home' };
  });

const relayed = fc.record({
  relayId: fc.constantFrom('A', 'B'),
  limit: fc.integer({ min: 1, max: 9 }),
  /** So many of the claimed messages stay in the outbox. */
  left: fc.nat({ max: 4 }),
  end: fc.constantFrom('parks', 'releases', 'goes on'),
});
const recounted = fc.record({
  step: fc.nat({ max: 9 }),
  since: fc.nat({ max: 5 }),
  positions: fc.subarray(POSITIONS),
});

type Of<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;
type Work = Parameters<typeof decideOn>[1];

function book(work: Work): Deed {
  return ({ database }, now) => decideOn(database, work, now);
}

function relay({ relayId, limit, left, end }: Of<typeof relayed>): Deed {
  return async ({ database }, now) => {
    const until = new Date(now.getTime() + 20 * 60_000);
    const claimed = await database.claim({ relayId, limit, now, until });
    const [first, ...others] = claimed.slice(left).map(({ sequence }) => sequence);
    if (first !== undefined && end === 'parks') await database.park(first, 'too large');
    const removed = await database.markSent(others);
    if (end === 'releases') await database.release(relayId);
    return [claimed, removed];
  };
}

function askForCounts({ step, since, positions }: Of<typeof recounted>): Deed {
  const asked = {
    ...{ askedAt: NOW.toISOString(), askedBy: 'ann', reason: 'because' },
    positions: positions.map((key) => ({ position: key, sinceVersion: since })),
  };
  return ({ database }) =>
    database.takeRecountOrder({
      ...{ investigationId: `WH-001:ITEM-1:${step % 2}`, stepNumber: step },
      ...(positions.length > 0 && { asked }),
    });
}

const keepBackup: Deed = async (connection) => {
  connection.restore = connection.books.backup();
};
const putBackupBack: Deed = async ({ restore }) => restore();

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(fc.oneof(scanned, scanned, asked, locked), { minLength: 1, maxLength: 6 }).map(book),
  },
  { weight: 2, arbitrary: relayed.map(relay) },
  { weight: 1, arbitrary: recounted.map(askForCounts) },
  { weight: 2, arbitrary: fc.constantFrom(keepBackup, putBackupBack) },
);

/** All that can be read, in the order in which it is read. */
async function everything({ books, database }: Connection, now: Date) {
  const { reader } = books;
  const mark = await reader.mark();
  const paged = <Row>(
    read: (page: { limit: number; after: string | undefined }) => Promise<{ rows: Row[]; next?: string }>,
  ) => readAll((after) => read({ limit: 2, after }));
  const since = new Date(now.getTime() - 30 * 60_000).toISOString();
  return {
    positions: await allPositions(database, { limit: 3 }),
    events: await allEvents(database),
    allocations: await allAllocations(database, { limit: 2 }),
    toPick: await paged((page) => database.openAllocations(page)),
    locks: await paged((page) => database.locks(page, now)),
    histories: await Promise.all(POSITIONS.map((key) => database.history(key, { limit: 99 }))),
    shortfalls: await paged((page) => database.shortfalls(page)),
    recounts: await paged((page) => database.recounts(page)),
    tasks: await paged((page) => database.recountTasks(page)),
    backlog: await database.backlog(),
    found: await foundBy(database, {
      ...{
        positions: POSITIONS,
        stocks: STOCKS,
        demands: STOCKS,
        lockIds: LOCKS,
        countLockIds: LOCKS,
        now: now.toISOString(),
      },
      allocationIds: ALLOCATIONS.map(({ allocationId }) => allocationId),
      orders: ALLOCATIONS.flatMap(({ orderId }) => STOCKS.map((stock) => ({ ...stock, orderId }))),
      lockLocations: LOCATIONS.map((locationId) => ({ warehouseId: 'WH-001', locationId, since })),
      countLocations: LOCATIONS.map((locationId) => ({ warehouseId: 'WH-001', locationId })),
      counts: POSITIONS.map((key) => ({ position: key, scanKey: '2024-11-18T11:30' })),
    }),
    open: await openOfStock(database),
    mark,
    changed: await reader.changedItems('WH-001', { after: '3', upTo: mark.rowVersion }, 2),
    stocks: await reader.stocksFrom('WH-001', {}, 3),
    reservations: await Promise.all(STOCKS.map((stock) => reader.allocationsOf(stock, ['ORDER-1:1:1']))),
    oldestUnsent: await reader.oldestUnsent(),
  };
}

/** Answers what is found when `decide` asks for more; writes nothing. */
function openOfStock(database: Database) {
  return database.book(lookupFor([], NOW), (found) => {
    if (found.openOfStock.size === 0) return { openAllocationsOf: STOCKS };
    return { writes: writesOf(newDraft(NOTHING_FOUND, NOW)), result: found.openOfStock };
  });
}

/** What the books of a kind answer, as text: the order of maps is part of it, what is undefined is not. */
async function told(kind: BooksKind, deeds: readonly Deed[], minutes: number): Promise<string> {
  const books = openBooks(kind);
  const connection: Connection = { books, database: books.connect(), restore: () => undefined };
  await addMasterData(connection.database);
  await connection.database.putItems(ITEMS.map((itemId) => ({ itemId })));
  const answers = [];
  let now = NOW;
  for (const one of deeds) {
    now = new Date(now.getTime() + minutes * 60_000);
    answers.push(await one(connection, now), await everything(connection, now));
  }
  await connection.database.close();
  return JSON.stringify(answers, (_name, value) =>
    value instanceof Map || value instanceof Set ? [...value] : value,
  );
}

test('Books in memory say word for word what those in SQLite say, in the same order, whatever is done to them', async () => {
  const history = fc.array(deed, { maxLength: 16, size: 'max' });
  await fc.assert(
    fc.asyncProperty(history, fc.constantFrom(1, 5, 10), async (deeds, minutes) => {
      const [inMemory, inSqlite] = [
        await told('memory', deeds, minutes),
        await told('sqlite', deeds, minutes),
      ];
      expect(JSON.parse(inMemory)).toEqual(JSON.parse(inSqlite));
    }),
    { numRuns: 30 },
  );
});
