import { backoffDelay } from './backoff.ts';
import type { Outbox } from './outbox.ts';
import type { Publisher, PublishReport } from './publisher.ts';

export interface RelayOptions {
  /** Its name in the outbox: of this one relay, never used again. */
  readonly relayId: string;
  readonly database: Outbox;
  readonly publisher: Publisher;
  readonly now: () => Date;
  readonly random: () => number;
  /** Told once when the bus goes away and once when it is back, not at every attempt. */
  readonly log: (line: string) => void;
  /** Messages read and sent at a time; bounds the memory. */
  readonly pageSize?: number;
  /** How often the outbox is looked at without being woken, in milliseconds. */
  readonly sweepMs?: number;
  /**
   * For how many milliseconds messages are kept from other relays. What takes longer to send and to mark may be sent
   * by others as well, so it has to outlast the publisher's own time limit; after a crash they wait for so long.
   */
  readonly claimMs?: number;
  /** Calls back after so many milliseconds, unless what it answers is called first. The machine's timers unless told otherwise. */
  readonly after?: (milliseconds: number, callback: () => void) => () => void;
}

/** `starting` until the bus has answered or failed for the first time. */
export type BusState = 'starting' | 'connected' | 'away';

export interface Relay {
  /** Begins to send. */
  start(): void;
  /** To be called after a commit. */
  wake(): void;
  bus(): { state: BusState; reason?: string; since: Date };
  /** How many messages this relay has sent that another had sent as well, since it was created. */
  repeats(): number;
  /** Sends what is left for at most `flushMs`, then stops. What was not sent stays in the outbox. */
  stop(flushMs: number): Promise<void>;
}

/**
 * Moves events and decisions from the outbox to the bus, oldest first, each until the bus has acknowledged it: at least once.
 * Sleeps until it is woken; while the bus is away it tries again with backoff and keeps nothing in memory. Several relays, of
 * several processes, share an outbox by claims.
 */
export function createRelay(options: RelayOptions): Relay {
  const { relayId, database, publisher, now, random, log } = options;
  const { pageSize = 1_000, sweepMs = 30_000, claimMs = 30_000, after = afterMilliseconds } = options;
  let state: BusState = 'starting';
  let since = now();
  let reason: string | undefined;
  let failures = 0;
  let repeats = 0;
  let outboxAnswers = true;
  let stopping = false;
  let stopped = false;
  let woken = false;
  let interrupt: (() => void) | undefined;

  async function run(): Promise<void> {
    while (!stopped) {
      woken = false;
      const ended = await pass();
      if (ended === 'failed') {
        failures += 1;
        await sleep(backoffDelay(failures, random), () => stopping);
        stopped ||= stopping;
      } else if (ended === 'empty') {
        // Woken during this pass: something was committed after it had read.
        stopped ||= stopping && !woken;
        await sleep(sweepMs, () => woken || stopping);
      }
    }
  }

  /** One page from the outbox to the bus. */
  async function pass(): Promise<'more' | 'empty' | 'failed'> {
    try {
      const at = now();
      const until = new Date(at.getTime() + claimMs);
      const entries = await database.claim({ relayId, limit: pageSize, now: at, until });
      const report = await publisher.publish(entries);
      await store(report);
      outboxAnswers = true;
      await reportBus(report.failure);
      if (report.failure !== undefined) {
        // Another relay may reach the bus.
        await database.release(relayId);
        return 'failed';
      }
      return entries.length > 0 ? 'more' : 'empty';
    } catch (error) {
      // The database did not answer; the bus is not to blame, and the same page is read again.
      if (outboxAnswers) log(`The outbox cannot be read or written: ${messageOf(error)}`);
      outboxAnswers = false;
      return 'failed';
    }
  }

  async function store({ sent, refused }: PublishReport): Promise<void> {
    if (sent.length > 0) {
      repeats += sent.length - (await database.markSent(sent));
    }
    for (const { sequence, reason: why } of refused) {
      await database.park(sequence, why);
      log(`Message ${sequence} of the outbox is parked, the bus will not take it: ${why}`);
    }
  }

  async function reportBus(failure: string | undefined): Promise<void> {
    const next: BusState = failure === undefined ? 'connected' : 'away';
    reason = failure;
    if (failure === undefined) {
      failures = 0;
    }
    if (next === state) {
      return;
    }
    const wasAway = state === 'away';
    const seconds = Math.round((now().getTime() - since.getTime()) / 1000);
    state = next;
    since = now();
    if (next === 'away') {
      log(`Service Bus is away, messages wait in the outbox: ${failure}`);
    } else if (wasAway) {
      const { unsent } = await database.backlog();
      log(`Service Bus is back after ${seconds} s; ${unsent} messages left to send${repeatsSoFar(repeats)}`);
    }
  }

  /** Ends early when `wake` or `stop` is called and `until` holds then, at once when it holds already. */
  function sleep(milliseconds: number, until: () => boolean): Promise<void> {
    if (until()) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        interrupt = undefined;
        resolve();
      };
      const cancel = after(milliseconds, end);
      interrupt = () => {
        if (until()) {
          end();
        }
      };
    });
  }

  /** Others need not wait for the end of the claim then; they do where the database does not answer. */
  async function release(): Promise<void> {
    await database.release(relayId).catch((error) => {
      if (outboxAnswers) log(`The outbox cannot be written: ${messageOf(error)}`);
    });
  }

  let running: Promise<void> | undefined;

  return {
    start() {
      running ??= run();
    },
    wake() {
      woken = true;
      interrupt?.();
    },
    bus: () => (reason === undefined ? { state, since } : { state, since, reason }),
    repeats: () => repeats,
    async stop(flushMs) {
      stopping = true;
      interrupt?.();
      const cancel = after(flushMs, () => {
        stopped = true;
        interrupt?.();
        // Ends what is still under way.
        void publisher.close();
      });
      await running;
      cancel();
      await publisher.close();
      await release();
      if (repeats > 0) log(`The relay stops${repeatsSoFar(repeats)}`);
    },
  };
}

function afterMilliseconds(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}

function repeatsSoFar(repeats: number): string {
  return repeats === 0 ? '' : `; ${repeats} messages were sent that another relay had sent as well`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
