import type { MasterDataChanges } from '../../../shared/contracts/master-data-changes.ts';
import type { Transaction, TransactionResult } from '../../../shared/contracts/transaction.ts';
import type { AdapterClient, Answer, PageOf, ScanResult } from './adapter-client.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What becomes of one call. */
export type Fate =
  | 'answered'
  /** The call, or only its answer, gets lost; the device hears of neither. */
  | 'call-lost'
  | 'answer-lost'
  | 'fails'
  | 'guest-network'
  | 'key-refused'
  /** Half of the results are missing in the answer. */
  | 'half-answered'
  | 'busy';

/** An adapter for tests of the core: it knows scans by id, and answers a call by what is planned for it. */
export type FakeAdapter = {
  readonly client: AdapterClient;
  /** What was booked, in its order; of each id once. */
  readonly booked: readonly Transaction[];
  /** Every call of `post` that arrived. */
  readonly calls: readonly (readonly Transaction[])[];
  /** Their numbers. */
  readonly numbers: readonly number[];
  /** What it believes to be the number of a call that came already: scans of an earlier one it does not take. */
  supersede(lastCall: number): void;
  /** What becomes of the next calls, one after the other; then all are answered. */
  plan(...fates: readonly Fate[]): void;
  /** Scans that were refused at least once, whether the device heard of it or not. */
  readonly refusedIds: ReadonlySet<string>;
  /** Scans on which the adapter failed though they came alone: others may have gone before them then. */
  readonly failedAloneIds: ReadonlySet<string>;
  /** Items whose scans make the adapter fail, and those of which it says what this app does not know. */
  readonly poison: Set<string>;
  readonly novelties: Set<string>;
  /** Items that the WMS does not know. */
  readonly unknownItems: Set<string>;
  /** Locations under count of another: by location, the lock. */
  readonly locks: Map<string, string>;
  /** The most calls that were under way at one moment. */
  mostAtOnce(): number;
  /** Of the position at a location, as many as were booked there; others book too. */
  bookByOther(locationId: string): void;
};

/** Few scans make a call, so that several are needed. */
export const LIMITS: MasterDataChanges['limits'] = {
  maxPieces: 1_000_000_000,
  transactionsPerCall: 5,
  bytesPerCall: 1_048_576,
  clockOffsetMs: 300_000,
  earliestScan: '2000-01-01T00:00:00.000Z',
  lockMs: 1_800_000,
};

/** Milliseconds until an answer comes. */
const ANSWER_MS = 50;

export function fakeAdapter(time: VirtualTime): FakeAdapter {
  const booked: Transaction[] = [];
  const contents = new Map<string, string>();
  const versions = new Map<string, number>();
  const calls: (readonly Transaction[])[] = [];
  const numbers: number[] = [];
  const unknownItems = new Set<string>();
  const failedAloneIds = new Set<string>();
  const poison = new Set<string>();
  const novelties = new Set<string>();
  const locks = new Map<string, string>();
  const refusedIds = new Set<string>();
  const fates: Fate[] = [];
  let lastCall = 0;
  let underWay = 0;
  let mostUnderWay = 0;

  const versionAt = (locationId: string) => versions.get(locationId) ?? 0;

  function book(transaction: Transaction): TransactionResult {
    const { transactionId, itemId, locationId, queued, expectedVersion, acknowledgeLock } = transaction;
    const { queued: _, expectedVersion: _version, acknowledgeLock: _lock, ...content } = transaction;
    const problem = (title: string, status: number) => ({ type: 'about:blank', title, status });
    const position = () => ({ onHand: 10, version: versionAt(locationId) });
    const known = contents.get(transactionId);
    if (known === JSON.stringify(content))
      return { transactionId, outcome: 'duplicate', position: position() };
    if (known !== undefined)
      return { transactionId, outcome: 'rejected', problem: problem('reused id', 422) };
    if (unknownItems.has(itemId))
      return { transactionId, outcome: 'rejected', problem: problem('unknown item', 422) };
    const lockId = locks.get(locationId);
    if (!queued && lockId !== undefined && lockId !== acknowledgeLock) {
      const held = {
        warehouseId: 'WH-001',
        scannerId: 'SCANNER-09',
        userId: 'sue',
        until: '2026-11-22T10:30:00Z',
      };
      const lock = { lockId, locationId, ...held };
      return {
        transactionId,
        outcome: 'warning',
        problem: { ...problem('under count', 409), locks: [lock] },
      };
    }
    if (!queued && expectedVersion !== undefined && expectedVersion !== versionAt(locationId))
      return { transactionId, outcome: 'conflict', position: position(), problem: problem('conflict', 409) };
    versions.set(locationId, versionAt(locationId) + 1);
    contents.set(transactionId, JSON.stringify(content));
    booked.push(transaction);
    return { transactionId, outcome: 'applied', position: position() };
  }

  function resultOf(transaction: Transaction, call: number): ScanResult {
    if (call < lastCall) {
      const problem = { type: 'about:blank', title: 'superseded', status: 409, lastCall };
      return { transactionId: transaction.transactionId, outcome: 'rejected', problem };
    }
    const result = book(transaction);
    const { transactionId, problem } = result;
    if (problem) refusedIds.add(transactionId);
    return novelties.has(transaction.itemId)
      ? { transactionId, outcome: 'not-understood', detail: 'parked' }
      : result;
  }

  async function answer<Body>(serve: () => Body, isPoisoned = false): Promise<Answer<Body>> {
    underWay += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    const planned = fates.shift() ?? 'answered';
    const fate = isPoisoned && planned !== 'call-lost' ? 'fails' : planned;
    const isServed = fate === 'answered' || fate === 'answer-lost' || fate === 'half-answered';
    // It arrives at once or never: a device that dies meanwhile does not take it back.
    const body = isServed ? serve() : undefined;
    await time.sleep(ANSWER_MS);
    underWay -= 1;
    switch (fate) {
      case 'call-lost':
      case 'answer-lost':
        return { kind: 'no-answer', detail: 'the network is gone' };
      case 'fails':
        return { kind: 'failing', status: 500, detail: 'the adapter failed' };
      case 'guest-network':
        return { kind: 'failing', status: 200, detail: '<html>Welcome</html>' };
      case 'busy':
        return { kind: 'failing', status: 503, detail: 'busy', retryAfterMs: 20_000 };
      case 'key-refused': {
        const problem = { type: 'about:blank', title: 'The key is not valid', status: 401 };
        return { kind: 'refused', problem };
      }
      case 'half-answered': {
        const half = Array.isArray(body) ? body.filter((_, index) => index % 2 === 0) : body;
        return { kind: 'answered', body: half as Body };
      }
      case 'answered':
        return { kind: 'answered', body: body as Body };
    }
  }

  const none = async (): Promise<Answer<PageOf<never>>> => ({ kind: 'answered', body: { rows: [] } });
  const nothing = async (): Promise<Answer<never>> => ({ kind: 'no-answer', detail: 'not served here' });
  return {
    booked,
    calls,
    numbers,
    supersede: (call) => {
      lastCall = call;
    },
    refusedIds,
    unknownItems,
    failedAloneIds,
    poison,
    novelties,
    locks,
    plan: (...planned) => fates.push(...planned),
    mostAtOnce: () => mostUnderWay,
    bookByOther: (locationId) => versions.set(locationId, versionAt(locationId) + 1),
    client: {
      async post(transactions, call = 0) {
        const isPoisoned = transactions.some(({ itemId }) => poison.has(itemId));
        const told = await answer(() => {
          calls.push(transactions);
          numbers.push(call);
          return transactions.map((transaction) => resultOf(transaction, call));
        }, isPoisoned);
        const [only, ...others] = transactions;
        if (told.kind === 'failing' && only && others.length === 0) failedAloneIds.add(only.transactionId);
        return told;
      },
      masterData: () =>
        answer(() => ({
          version: 1,
          warehouseIds: ['WH-001'],
          items: [],
          locations: [],
          limits: LIMITS,
          hasMore: false,
        })),
      positions: () => answer(() => ({ rows: [] })),
      // Not of those that are planned.
      pickList: none,
      recountTasks: none,
      enrol: nothing,
      signIn: nothing,
      takeLock: nothing,
      extendLock: nothing,
      releaseLock: nothing,
      takeOverLock: nothing,
    },
  };
}
