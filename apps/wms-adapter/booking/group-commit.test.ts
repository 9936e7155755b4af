import { describe, expect, test } from 'vitest';
import { transactionSchema } from '../../../shared/contracts/transaction.ts';
import { request, TRACE } from '../contract/fixtures.ts';
import { type BookingFound, type Database, NOTHING_FOUND } from '../database.ts';
import type { ScanRequest } from './decide-scan.ts';
import { createGroupCommit, DatabaseUnavailableError, OverloadedError } from './group-commit.ts';

const FOUND: BookingFound = {
  ...NOTHING_FOUND,
  items: new Set(['ITEM-1']),
  warehouses: new Set(['WH-001']),
  locations: new Set(['WH-001|A-05-02']),
};

/** What no database answers: deciding by it fails. */
const BROKEN: BookingFound = {
  ...FOUND,
  get items(): never {
    throw new TypeError('a fault of the adapter');
  },
};

/** A database that remembers how many transactions each commit had, and fails when the test says so. */
function setUp(options: { maxTransactions?: number; maxWaiting?: number } = {}) {
  const commits: number[] = [];
  const state = { failing: false, broken: false, woken: 0 };
  const lines: string[] = [];
  const database = {
    book: async (lookup, decide) => {
      if (state.failing) {
        throw new Error('disk full');
      }
      commits.push(lookup.transactionIds.length + lookup.allocationIds.length);
      const decision = decide(state.broken ? BROKEN : FOUND);
      if (!('result' in decision)) throw new TypeError('there is nothing more to find');
      return decision.result;
    },
  } satisfies Pick<Database, 'book'>;
  const groupCommit = createGroupCommit({
    database,
    now: () => new Date('2024-11-18T12:00:00Z'),
    onCommit: () => {
      state.woken += 1;
    },
    log: (line) => lines.push(line),
    ...options,
  });
  return { groupCommit, commits, state, lines };
}

function fault(): never {
  throw new TypeError('a fault of the adapter');
}

const POISONS = {
  'what is to be read cannot be told': (request: ScanRequest): ScanRequest => ({
    ...request,
    get scanTime() {
      return fault();
    },
  }),
  'deciding fails': (request: ScanRequest): ScanRequest => ({
    ...request,
    scanTime: {
      ...request.scanTime,
      get flags() {
        return fault();
      },
    },
  }),
};

let lastId = 0;

function call(size: number): ScanRequest[] {
  return Array.from({ length: size }, () => {
    lastId += 1;
    const transaction = transactionSchema.parse({
      transactionId: `00000000-0000-4000-8000-${String(lastId).padStart(12, '0')}`,
      type: 'receipt',
      itemId: 'ITEM-1',
      warehouseId: 'WH-001',
      locationId: 'A-05-02',
      quantity: 1,
      scannedAt: '2024-11-18T10:00:00Z',
      scannerId: 'SCANNER-08',
      userId: 'user',
    });
    return {
      transaction,
      scanTime: { scannedAt: transaction.scannedAt, flags: [] },
      trace: { traceparent: '' },
    };
  });
}

describe('The group commit', () => {
  test('lets calls that arrive together share a commit, and answers each with its own results', async () => {
    const { groupCommit, commits, state } = setUp();
    const calls = [call(2), call(1), call(3)];
    const answers = await Promise.all(calls.map((requests) => groupCommit.book(requests)));
    expect(commits).toEqual([6]);
    expect(state.woken).toBe(1);
    expect(answers.map((results) => results.map((result) => result.transactionId))).toEqual(
      calls.map((requests) => requests.map(({ transaction }) => transaction.transactionId)),
    );
  });

  test('decides the requests of the cloud in the same commits, and answers each with its own', async () => {
    const { groupCommit, commits } = setUp();
    const asked = [request(), request(), request()];
    const orders = asked.map((allocation) => ({ allocation, trace: TRACE }));
    const calls = [call(2), call(1)] as const;
    const answers = await Promise.all([
      groupCommit.decide(orders.slice(0, 1)),
      groupCommit.book(calls[0]),
      groupCommit.decide(orders.slice(1)),
      groupCommit.book(calls[1]),
    ]);
    expect(commits).toEqual([6]);
    const ids = answers.map((results) =>
      results.map((result) => ('allocationId' in result ? result.allocationId : result.transactionId)),
    );
    const [first, ...others] = asked.map(({ allocationId }) => allocationId);
    const [two, one] = calls.map((scans) => scans.map(({ transaction }) => transaction.transactionId));
    expect(ids).toEqual([[first], two, others, one]);
  });

  test('changes locks in the same commits, and answers each with its own', async () => {
    const { groupCommit, commits } = setUp();
    const place = { warehouseId: 'WH-001', locationId: 'A-05-02' };
    const take = (lockId: string, scannerId: string) =>
      groupCommit.changeLock({
        lock: { kind: 'take', lockId, ...place, scannerId, userId: 'user' },
        trace: TRACE,
      });
    const [one] = call(1);
    const scans = one ? [{ ...one, transaction: { ...one.transaction, scannerId: 'SCANNER-09' } }] : [];
    const [before, taken, refused, after] = await Promise.all([
      groupCommit.book(scans),
      take('LOCK-1', 'SCANNER-08'),
      take('LOCK-2', 'SCANNER-09'),
      groupCommit.book(call(1)),
    ]);
    expect(commits).toEqual([2]);
    expect([before[0]?.outcome, after[0]?.outcome]).toEqual(['applied', 'applied']);
    expect(taken).toMatchObject({ kind: 'running', lock: { lockId: 'LOCK-1' } });
    expect(refused).toMatchObject({ kind: 'held-by-another', lock: { lockId: 'LOCK-1' } });
  });

  test('never splits a call, and keeps commits to their size', async () => {
    const { groupCommit, commits } = setUp({ maxTransactions: 5 });
    await Promise.all(
      [call(2), call(2), call(2), call(9), call(1)].map((requests) => groupCommit.book(requests)),
    );
    expect(commits).toEqual([4, 2, 9, 1]);
  });

  test('turns calls away when too many wait, and takes them again afterwards', async () => {
    const { groupCommit } = setUp({ maxWaiting: 3 });
    const accepted = groupCommit.book(call(3));
    await expect(groupCommit.book(call(1))).rejects.toThrow(OverloadedError);
    expect(await accepted).toHaveLength(3);
    expect(await groupCommit.book(call(3))).toHaveLength(3);
  });

  test('tells every call of a failed commit, wakes nobody, and works again when the database does', async () => {
    const { groupCommit, state } = setUp();
    state.failing = true;
    const outcomes = await Promise.allSettled([groupCommit.book(call(1)), groupCommit.book(call(1))]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailableError) });
    }
    expect(state.woken).toBe(0);
    state.failing = false;
    expect(await groupCommit.book(call(1))).toMatchObject([{ outcome: 'applied' }]);
  });

  test.each(Object.entries(POISONS))(
    'where %s fails only that call, and books the others',
    async (_, poison) => {
      const { groupCommit, state, lines } = setUp();
      const before = call(2);
      const after = call(1);
      const [first, faulty, last] = await Promise.allSettled([
        groupCommit.book(before),
        groupCommit.book(call(1).map(poison)),
        groupCommit.book(after),
      ]);
      expect(faulty).toMatchObject({ status: 'rejected', reason: new TypeError('a fault of the adapter') });
      const booked = (requests: readonly ScanRequest[]) => ({
        status: 'fulfilled',
        value: requests.map(({ transaction: { transactionId } }) => ({ transactionId, outcome: 'applied' })),
      });
      expect([first, last]).toMatchObject([booked(before), booked(after)]);
      expect([state.woken, lines]).toEqual([2, []]);
      expect(await groupCommit.book(call(1))).toMatchObject([{ outcome: 'applied' }]);
    },
  );

  test('answers a call without transactions at once', async () => {
    const { groupCommit, commits } = setUp();
    expect(await groupCommit.book([])).toEqual([]);
    expect(commits).toEqual([]);
  });
});

test('a database that fails is logged with its cause, a fault in deciding is told as what it is', async () => {
  const { groupCommit, state, lines } = setUp();
  state.failing = true;
  await expect(groupCommit.book(call(1))).rejects.toThrow(DatabaseUnavailableError);
  expect(lines).toEqual(['the WMS database did not take the booking: disk full']);
  state.failing = false;
  state.broken = true;
  await expect(groupCommit.book(call(1))).rejects.toThrow(new TypeError('a fault of the adapter'));
});
