import type { AllocationDecision } from '../../../shared/contracts/allocation-messages.ts';
import type { TransactionResult } from '../../../shared/contracts/transaction.ts';
import type { Database } from '../database.ts';
import type { LockOrder, LockResult } from '../locks/lock-order.ts';
import { type AllocationOrder, type BookingRequest, type BookingResults, decide } from './decide.ts';
import type { ScanRequest } from './decide-scan.ts';
import { lookupFor } from './lookup.ts';

/** Thrown when more transactions wait than the adapter will hold; trying again later is safe. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
}

/** Thrown when the database did not take a booking. Nothing of it was booked; trying again is safe. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

export interface GroupCommitOptions {
  readonly database: Pick<Database, 'book'>;
  readonly now: () => Date;
  /** Called after every commit, before the answers go out. */
  readonly onCommit?: () => void;
  /** Told why the database did not take a booking, in one line. */
  readonly log?: (line: string) => void;
  /** Transactions and allocations in one database transaction; a call is never split. */
  readonly maxTransactions?: number;
  readonly maxWaiting?: number;
  /** Fulfilled when calls that come at the same time have been made. One turn of the event loop unless told otherwise. */
  readonly gather?: () => Promise<void>;
}

export interface GroupCommit {
  /**
   * Books the transactions of one call; fulfilled once they are durable, with one result each, in their order.
   * @throws OverloadedError, DatabaseUnavailableError, or what deciding threw: a fault of the adapter
   */
  book(scans: readonly ScanRequest[]): Promise<TransactionResult[]>;
  /**
   * Decides requests and releases of the cloud, in the same commits; fulfilled once the decisions are durable and in
   * the outbox, one each, in their order.
   * @throws as `book`
   */
  decide(orders: readonly AllocationOrder[]): Promise<AllocationDecision[]>;
  /**
   * Decides what is wanted of a lock, in the same commits; fulfilled once it is durable and what the cloud is told of it is in the
   * outbox.
   * @throws as `book`
   */
  changeLock(order: LockOrder): Promise<LockResult>;
}

interface Call {
  readonly requests: readonly BookingRequest[];
  readonly resolve: (results: BookingResults) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Books the calls that arrive together in one database transaction, so that they share the price of making it durable.
 * While one commit runs, the next group gathers; a lone call waits for nobody.
 */
export function createGroupCommit(options: GroupCommitOptions): GroupCommit {
  const {
    database,
    now,
    onCommit,
    log,
    maxTransactions = 1_000,
    maxWaiting = 20_000,
    gather = turn,
  } = options;
  const waiting: Call[] = [];
  let waitingTransactions = 0;
  let running = false;

  async function commitGroups(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      await gather();
      await commitGroup(nextGroup());
    }
    running = false;
  }

  function nextGroup(): Call[] {
    const group: Call[] = [];
    let size = 0;
    for (let call = waiting[0]; call !== undefined; call = waiting[0]) {
      if (group.length > 0 && size + call.requests.length > maxTransactions) {
        break;
      }
      waiting.shift();
      group.push(call);
      size += call.requests.length;
    }
    waitingTransactions -= size;
    return group;
  }

  async function commitGroup(group: readonly Call[]): Promise<void> {
    const requests = group.flatMap((call) => call.requests);
    const at = now();
    let fault: unknown;
    const deciding = <Result>(work: () => Result): Result => {
      try {
        return work();
      } catch (error) {
        fault = error;
        throw error;
      }
    };
    try {
      const lookup = deciding(() => lookupFor(requests, at));
      const results = await database.book(lookup, (found) => deciding(() => decide(requests, found, at)));
      onCommit?.();
      answer(group, results);
    } catch (cause) {
      if (fault !== undefined && group.length > 1) {
        // Nothing of the group was booked: only the calls that deciding fails on are to fail.
        for (const call of group) await commitGroup([call]);
        return;
      }
      const error = fault instanceof Error ? fault : notTaken(cause);
      for (const call of group) call.reject(error);
    }
  }

  function notTaken(cause: unknown): DatabaseUnavailableError {
    const what = 'the WMS database did not take the booking';
    log?.(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`);
    return new DatabaseUnavailableError(what, { cause });
  }

  function submit(requests: readonly BookingRequest[]): Promise<BookingResults> {
    if (requests.length === 0) {
      return Promise.resolve({ transactions: [], decisions: [], locks: [] });
    }
    if (waitingTransactions + requests.length > maxWaiting) {
      return Promise.reject(new OverloadedError(`${waitingTransactions} transactions are waiting already`));
    }
    return new Promise((resolve, reject) => {
      waiting.push({ requests, resolve, reject });
      waitingTransactions += requests.length;
      if (!running) {
        void commitGroups();
      }
    });
  }

  return {
    book: async (scans) => (await submit(scans)).transactions,
    decide: async (orders) => (await submit(orders)).decisions,
    changeLock: async (order) => {
      const [result] = (await submit([order])).locks;
      if (result === undefined) throw new TypeError('a lock order was not answered');
      return result;
    },
  };
}

/** Calls whose bytes have already arrived are made in it. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Hands each call its own results, which stand in the order of the calls. */
function answer(group: readonly Call[], { transactions, decisions, locks }: BookingResults): void {
  const rest = { transactions: [...transactions], decisions: [...decisions], locks: [...locks] };
  for (const { requests, resolve } of group) {
    const scans = requests.filter((request) => 'transaction' in request).length;
    const orders = requests.filter((request) => 'allocation' in request).length;
    resolve({
      transactions: rest.transactions.splice(0, scans),
      decisions: rest.decisions.splice(0, orders),
      locks: rest.locks.splice(0, requests.length - scans - orders),
    });
  }
}
