import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { lockLeft } from './lock-left.ts';

/** A received message that no invocation has taken yet. */
export interface HeldMessage {
  message: ServiceBusReceivedMessage;
  /** Gives the broker's credit back: called once, when the message is settled or let go. */
  release(): void;
}

/** What the broker is asked for messages that wait. */
export interface Broker {
  /** Renews one lock and sets `lockedUntilUtc` of the message. */
  renew(message: ServiceBusReceivedMessage): Promise<unknown>;
  /** Never rejects. */
  giveBack(messages: readonly ServiceBusReceivedMessage[]): Promise<void>;
}

/** Milliseconds between looks at the locks of waiting messages. */
const SWEEP_MS = 1000;

/**
 * Received messages in order of arrival. While they wait, and only then, their locks are renewed at half time: the real listener asks
 * for messages when it is ready for them, this one is sent them before, and must not hand over locks that are nearly spent.
 */
export function holdMessages({ renew, giveBack }: Broker) {
  let waiting: (HeldMessage & Lock & { renewing: boolean })[] = [];
  let sweep: NodeJS.Timeout | undefined;

  const renewAged = () => {
    for (const held of waiting) {
      if (held.renewing || held.lockEnds - performance.now() > held.lockMs / 2) continue;
      held.renewing = true;
      // A lock that cannot be renewed runs out, and take() leaves the message to the broker.
      renew(held.message)
        .then(() => Object.assign(held, lockOf(held.message)))
        .catch(() => {})
        .finally(() => {
          held.renewing = false;
        });
    }
  };

  /** Even one whose lock is spent has to be settled: the AMQP library's ring moves past settled deliveries only. */
  const letGo = async (held: readonly HeldMessage[]) => {
    await giveBack(held.map(({ message }) => message));
    for (const { release } of held) release();
  };

  const endSweepWhenEmpty = () => {
    if (waiting.length > 0) return;
    clearInterval(sweep);
    sweep = undefined;
  };

  return {
    size: () => waiting.length,
    /** Adds a message; the promise resolves when it is released. */
    add(message: ServiceBusReceivedMessage): Promise<void> {
      sweep ??= setInterval(renewAged, SWEEP_MS).unref();
      return new Promise((release) => {
        waiting.push({ message, release, ...lockOf(message), renewing: false });
      });
    },
    /** Up to `most` messages whose locks still hold; those that ran out go back, the broker delivers them again. */
    take(most: number): HeldMessage[] {
      const taken: HeldMessage[] = [];
      const spent: HeldMessage[] = [];
      for (const held of waiting) {
        if (taken.length === most) break;
        (held.lockEnds > performance.now() ? taken : spent).push(held);
      }
      waiting = waiting.slice(taken.length + spent.length);
      endSweepWhenEmpty();
      if (spent.length > 0) void letGo(spent);
      return taken;
    },
    /** Gives all messages back to the broker. */
    async giveBackAll(): Promise<void> {
      const all = waiting;
      waiting = [];
      endSweepWhenEmpty();
      await letGo(all);
    },
  };
}

/** The lock's duration as it was when it was taken or renewed, and its end by the monotonic clock, in milliseconds. */
type Lock = { lockMs: number; lockEnds: number };

function lockOf(message: ServiceBusReceivedMessage): Lock {
  const lockMs = lockLeft(message);
  return { lockMs, lockEnds: performance.now() + lockMs };
}
