import { randomUUID } from 'node:crypto';
import type { AllocationDecision, AllocationRequest } from '../../../shared/contracts/allocation-messages.ts';
import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { WmsPosition } from '../../../shared/contracts/position.ts';
import {
  type Transaction,
  type TransactionResult,
  transactionSchema,
} from '../../../shared/contracts/transaction.ts';
import { scan as posted } from '../adapter-under-test.ts';
import type { Allocation } from '../allocation/allocation.ts';
import { type BookingRequest, type BookingResults, decide } from '../booking/decide.ts';
import type { ScanRequest } from '../booking/decide-scan.ts';
import { newDraft, writesOf } from '../booking/draft.ts';
import { lookupFor } from '../booking/lookup.ts';
import { type BookingFound, type BookingLookup, type Database, NOTHING_FOUND } from '../database.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import type { LockCommand, LockResult } from '../locks/lock-order.ts';
import type { Page } from '../page.ts';
import type { OutboxEntry } from '../relay/outbox.ts';

/** One database under test, empty at first. */
export interface DatabaseUnderTest {
  readonly database: Database;
  /** Closes it and opens the same data again, as a restart does. */
  reopen(): Promise<Database>;
  /** Closes it and removes the data. */
  dispose(): Promise<void>;
}

export const TRACE = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'vendor=1',
};
export const NOW = new Date('2024-11-18T12:00:00.000Z');

/** Two warehouses, an item and three locations. */
export async function addMasterData(database: Database): Promise<void> {
  await database.addWarehouses(['WH-001', 'WH-002']);
  await database.addWarehouses(['WH-001']);
  await database.putItems([{ itemId: 'ITEM-1' }]);
  await database.putLocations([
    { warehouseId: 'WH-001', locationId: 'A-05-02' },
    { warehouseId: 'WH-001', locationId: 'B-01' },
    { warehouseId: 'WH-002', locationId: 'A-05-02' },
  ]);
}

/** A valid scan; without `fields` a receipt of one piece. */
export function scan(fields: Partial<Transaction>): Transaction {
  return transactionSchema.parse(posted(fields));
}

/** A request for an order of its own; without `fields` for one piece. */
export function request(
  fields: Partial<Omit<AllocationRequest & { kind: 'request' }, 'kind'>> = {},
): AllocationRequest & { kind: 'request' } {
  const orderId = fields.orderId ?? `ORDER-${randomUUID()}`;
  return {
    kind: 'request',
    allocationId: `${orderId}:1:1`,
    orderId,
    lineId: '1',
    itemId: 'ITEM-1',
    warehouseId: 'WH-001',
    quantity: 1,
    leastQuantity: 1,
    orderedAt: '2024-11-18T09:00:00Z',
    priority: 0,
    ...fields,
  };
}

/** The release of what was requested. */
export function releaseOf(asked: AllocationRequest): AllocationRequest & { kind: 'release' } {
  const { allocationId, orderId, lineId, itemId, warehouseId } = asked;
  return { kind: 'release', allocationId, orderId, lineId, itemId, warehouseId };
}

/** The lock of location A-05-02 in WH-001, as `take` at `NOW` begins it. */
export function lock(fields: Partial<LocationLock> = {}): LocationLock {
  return {
    ...{ lockId: 'LOCK-1', warehouseId: 'WH-001', locationId: 'A-05-02' },
    ...{ scannerId: 'SCANNER-08', userId: 'user' },
    ...{ startedAt: NOW.toISOString(), until: '2024-11-18T12:30:00.000Z' },
    ...fields,
  };
}

/** Takes the lock of location A-05-02 in WH-001 for the scanner of `scan`. */
export function take(fields: Partial<LockCommand & { kind: 'take' }> = {}): LockCommand & { kind: 'take' } {
  const { lockId, warehouseId, locationId, scannerId, userId } = lock();
  return { kind: 'take', lockId, warehouseId, locationId, scannerId, userId, ...fields };
}

/** A scan as a call brings it whose clock is right. */
export function scanRequest(
  transaction: Transaction,
  scanTime: Partial<ScanRequest['scanTime']> = {},
): ScanRequest {
  return {
    transaction,
    scanTime: { scannedAt: transaction.scannedAt, flags: [], ...scanTime },
    trace: TRACE,
  };
}

/** Decides all of it in one transaction, as the group commit does. */
export function decideOn(database: Database, work: readonly Work[], now = NOW): Promise<BookingResults> {
  const requests = work.map((one): BookingRequest => {
    if ('type' in one) return scanRequest(one);
    return 'allocationId' in one ? { allocation: one, trace: TRACE } : { lock: one, trace: TRACE };
  });
  return bookRequests(database, requests, now);
}

export function bookRequests(
  database: Database,
  requests: readonly BookingRequest[],
  now = NOW,
): Promise<BookingResults> {
  return database.book(lookupFor(requests, now), (found) => decide(requests, found, now));
}

export async function lockOn(
  database: Database,
  command: LockCommand,
  now = NOW,
): Promise<LockResult | undefined> {
  return (await decideOn(database, [command], now)).locks[0];
}

/** What a booking finds that looks up only this; it writes nothing. */
export function foundBy(database: Database, lookup: Partial<BookingLookup>): Promise<BookingFound> {
  return database.book({ ...lookupFor([], NOW), ...lookup }, (found) => ({
    writes: writesOf(newDraft(NOTHING_FOUND, NOW)),
    result: found,
  }));
}

type Work = Transaction | AllocationRequest | LockCommand;

/** Short words for a test on allocations: work on its database, and what came of it. */
export function booksOf(databaseOf: () => Database) {
  return {
    decide: async (...work: Work[]) => (await decideOn(databaseOf(), work)).decisions,
    book: async (...work: Work[]) => (await decideOn(databaseOf(), work)).transactions,
    stock: (quantity: number, fields: Partial<Transaction> = {}) =>
      scan({ type: 'receipt', quantity, ...fields }),
    /** The decisions as `order number status pieces`, in the order in which they will be sent. */
    told: async () =>
      (await decisionsToSend(databaseOf())).map(({ orderId, sequence, status, quantity }) =>
        [orderId, sequence, status, quantity].join(' '),
      ),
    /** Order, pieces reserved and pieces picked of each allocation. */
    figures: async () =>
      (await allAllocations(databaseOf())).map(({ orderId, reserved, picked }) => [
        orderId,
        reserved,
        picked,
      ]),
  };
}

export async function bookOn(
  database: Database,
  transactions: Transaction[],
  now = NOW,
): Promise<TransactionResult[]> {
  return (await decideOn(database, transactions, now)).transactions;
}

export function outcomes(results: TransactionResult[]): string[] {
  return results.map((result) => result.outcome);
}

export function allPositions(
  database: Database,
  query: Partial<Parameters<Database['positions']>[0]> = {},
): Promise<WmsPosition[]> {
  return readAll((after) => database.positions({ limit: 100, ...query, after }));
}

export function allEvents(database: Database, limit = 100): Promise<InventoryEvent[]> {
  return readAll((after) => database.events({ limit, after }));
}

export function allAllocations(
  database: Database,
  query: Partial<Parameters<Database['allocations']>[0]> = {},
): Promise<Allocation[]> {
  return readAll((after) => database.allocations({ limit: 100, ...query, after }));
}

/** The oldest messages in the outbox that nobody works on, and nobody does when they are answered. */
export function unsentOf(database: Database, limit = 100_000): Promise<OutboxEntry[]> {
  return database.claim({ relayId: randomUUID(), limit, now: NOW, until: NOW });
}

/** The decisions in the outbox, in the order in which they will be sent. */
export async function decisionsToSend(database: Database): Promise<AllocationDecision[]> {
  const entries = await unsentOf(database);
  return entries.flatMap((entry) => (entry.kind === 'decision' ? [entry.decision] : []));
}

export async function readAll<Row>(
  readPage: (after: string | undefined) => Promise<Page<Row>>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    const page = await readPage(after);
    rows.push(...page.rows);
    after = page.next;
  } while (after !== undefined);
  return rows;
}
