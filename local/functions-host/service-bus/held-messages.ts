import type { ServiceBusReceivedMessage } from '@azure/service-bus';

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
  let waiting: (HeldMessage & { lockMs: number; renewing: boolean })[] = [];
  let sweep: NodeJS.Timeout | undefined;

  const lockLeft = (message: ServiceBusReceivedMessage) =>
    (message.lockedUntilUtc?.getTime() ?? Number.POSITIVE_INFINITY) - Date.now();

  const renewAged = () => {
    for (const held of waiting) {
      if (held.renewing || lockLeft(held.message) > held.lockMs / 2) continue;
      held.renewing = true;
      // A lock that cannot be renewed runs out, and take() leaves the message to the broker.
      renew(held.message)
        .catch(() => {})
        .finally(() => {
          held.renewing = false;
        });
    }
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
        waiting.push({ message, release, lockMs: lockLeft(message), renewing: false });
      });
    },
    /** Up to `most` messages whose locks still hold; those that ran out are released, the broker delivers them again. */
    take(most: number): HeldMessage[] {
      const taken: HeldMessage[] = [];
      let looked = 0;
      for (const held of waiting) {
        if (taken.length === most) break;
        looked += 1;
        if (lockLeft(held.message) > 0) taken.push(held);
        else held.release();
      }
      waiting = waiting.slice(looked);
      endSweepWhenEmpty();
      return taken;
    },
    /** Gives all messages back to the broker. */
    async giveBackAll(): Promise<void> {
      const all = waiting;
      waiting = [];
      endSweepWhenEmpty();
      await giveBack(all.map(({ message }) => message));
      for (const { release } of all) release();
    },
  };
}
