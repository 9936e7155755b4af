import { setTimeout as sleep } from 'node:timers/promises';
import type { AdapterClient, TransactionResult } from './adapter-client.ts';
import { openLanes } from './lanes.ts';
import type { WarehouseTransaction } from './transactions.ts';
import { openVisibility, type Visibility } from './visibility.ts';

export type SessionOptions = {
  client: AdapterClient;
  /** Base address of the Functions host, where the cloud's side is looked at. */
  functionsUrl: string;
  /** Calls to the adapter at a time. */
  lanes: number;
  /** One transaction in this many is watched until the cloud shows it. */
  watchOneIn: number;
  /** Transactions a second; as fast as they are taken when not given. */
  rate?: number | undefined;
  /** True: a transaction is scanned at the moment it is handed in. Otherwise it was scanned when it says, however long ago. */
  scanNow?: boolean;
  /** Ends it early. */
  signal: AbortSignal;
  say: (line: string) => void;
};

/** How far a session is. A transfer is two events, anything else one. */
export type SessionFigures = {
  transactions: number;
  sent: number;
  /** Events up to the first watched one that the cloud does not show yet. */
  projected: number;
  outcomes: Partial<Record<TransactionResult['outcome'], number>>;
  latency: ReturnType<Visibility['latency']>;
};

export type Session = {
  /** Hands in the next transaction, at the session's rate. */
  send: (transaction: WarehouseTransaction) => Promise<void>;
  /** Waits for the turn of one transaction that is not handed in now, at the session's rate. */
  turn: () => Promise<void>;
  /** Posts transactions at once, in one call, and answers what became of them. */
  post: (transactions: WarehouseTransaction[]) => Promise<TransactionResult[]>;
  /** What is under way of an item in a warehouse is not watched any more: it does not arrive as others do. */
  forget: (place: { itemId: string; warehouseId: string }) => void;
  /** Returns when the adapter has answered all. */
  answered: () => Promise<void>;
  /** Returns when all were answered and the watched ones are visible (or `signal` ended it). */
  finish: () => Promise<void>;
  figures: () => SessionFigures;
};

type Watching = {
  itemId: string;
  warehouseId: string;
  events: number;
  done: Promise<void>;
  cancel: AbortController;
};

const MAX_WATCHED = 64;
/** Refused transactions are told one by one up to this many. */
const TOLD_REFUSALS = 5;

/** Plays transactions through the adapter and watches them arrive in the cloud. */
export function openSession(options: SessionOptions): Session {
  const { client, rate, scanNow, signal, watchOneIn, say } = options;
  const visibility = openVisibility(options.functionsUrl);
  const outcomes: SessionFigures['outcomes'] = {};
  /** Watched transactions on their way: how many events were sent up to each. */
  const underWay = new Map<string, Watching>();
  const started = performance.now();
  let handedIn = 0;
  let transactions = 0;
  let sent = 0;
  let watchedUpTo = 0;
  let refusals = 0;

  async function turn(): Promise<void> {
    if (rate !== undefined) {
      const ahead = started + (handedIn * 1_000) / rate - performance.now();
      if (ahead > 1) await sleep(ahead, undefined, { signal });
    }
    signal.throwIfAborted();
    handedIn += 1;
  }

  async function post(batch: WarehouseTransaction[]): Promise<TransactionResult[]> {
    const sentAt = Date.now();
    for (const transaction of batch) {
      transactions += 1;
      sent += transaction.type === 'transfer' ? 2 : 1;
      if (transactions % watchOneIn === 0 && underWay.size < MAX_WATCHED) watch(transaction, sentAt);
    }
    const results = await client.postTransactions(batch);
    for (const result of results) note(result);
    return results;
  }

  function watch({ transactionId, itemId, warehouseId }: WarehouseTransaction, sentAt: number): void {
    const cancel = new AbortController();
    const events = sent;
    const ends = AbortSignal.any([signal, cancel.signal]);
    const done = visibility.watch({ itemId, warehouseId, sentAt }, ends).then(() => {
      underWay.delete(transactionId);
      watchedUpTo = Math.max(watchedUpTo, events);
    });
    underWay.set(transactionId, { itemId, warehouseId, events, done, cancel });
  }

  function note({ transactionId, outcome, problem }: TransactionResult): void {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (outcome === 'applied' || outcome === 'exception') return;
    underWay.get(transactionId)?.cancel.abort();
    if (outcome === 'duplicate' || ++refusals > TOLD_REFUSALS) return;
    say(`Transaction ${transactionId} was ${outcome}: ${problem?.title ?? ''} ${problem?.detail ?? ''}`);
  }

  const lanes = openLanes(options.lanes, async (batch) => void (await post(batch)));
  return {
    async send(transaction) {
      await turn();
      await lanes.send(scanNow ? { ...transaction, scannedAt: new Date().toISOString() } : transaction);
    },
    turn,
    post,
    forget({ itemId, warehouseId }) {
      for (const watching of underWay.values())
        if (watching.itemId === itemId && watching.warehouseId === warehouseId) watching.cancel.abort();
    },
    answered: () => lanes.finish(),
    async finish() {
      await lanes.finish();
      await Promise.all([...underWay.values()].map(({ done }) => done));
      watchedUpTo = sent;
    },
    figures() {
      const firstUnseen = Math.min(...[...underWay.values()].map(({ events }) => events - 1), sent);
      const projected = underWay.size > 0 ? Math.max(0, firstUnseen) : watchedUpTo;
      return { transactions, sent, projected, outcomes, latency: visibility.latency() };
    },
  };
}
