import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { type Broker, type HeldMessage, holdMessages } from './held-messages.ts';

/** Takes received messages to invocations. */
export interface Dispatcher {
  /** Resolves when the message is settled, or left to its lock. */
  push(message: ServiceBusReceivedMessage): Promise<void>;
  /** Begins no more, gives what waits back to the broker, and resolves when what was begun is settled. */
  stop(): Promise<void>;
}

export interface BatchOptions {
  maxMessageBatchSize: number;
  minMessageBatchSize: number;
  /** Milliseconds to wait for `minMessageBatchSize` messages. */
  maxBatchWaitTime: number;
}

/**
 * One batch at a time: whatever has arrived goes into the next one, at most `maxMessageBatchSize`; with a minimum above 1, not before
 * so many are there or `maxBatchWaitTime` is over.
 * @param process invokes and settles; never rejects.
 */
export function dispatchBatches(
  options: BatchOptions,
  process: (messages: ServiceBusReceivedMessage[]) => Promise<void>,
  broker: Broker,
): Dispatcher {
  const held = holdMessages(broker);
  let loop: Promise<void> | undefined;
  let waitTimer: NodeJS.Timeout | undefined;
  let waitIsOver = false;

  const enough = () => held.size() > 0 && (waitIsOver || held.size() >= options.minMessageBatchSize);

  const run = async () => {
    // What came in the same read of the socket belongs together.
    await new Promise(setImmediate);
    while (enough()) {
      clearTimeout(waitTimer);
      waitTimer = undefined;
      waitIsOver = false;
      const batch = held.take(options.maxMessageBatchSize);
      if (batch.length > 0) await process(batch.map(({ message }) => message));
      for (const one of batch) one.release();
    }
    loop = undefined;
    wake();
  };

  const wake = () => {
    if (loop || held.size() === 0) return;
    if (enough()) loop = run();
    else {
      waitTimer ??= setTimeout(() => {
        waitIsOver = true;
        wake();
      }, options.maxBatchWaitTime);
    }
  };

  return {
    push(message) {
      const released = held.add(message);
      wake();
      return released;
    },
    async stop() {
      clearTimeout(waitTimer);
      await Promise.all([held.giveBackAll(), loop]);
    },
  };
}

/**
 * Up to `maxConcurrentCalls` messages at a time, each in an invocation of its own.
 * @param process invokes and settles; never rejects.
 */
export function dispatchSingly(
  maxConcurrentCalls: number,
  process: (message: ServiceBusReceivedMessage) => Promise<void>,
  broker: Broker,
): Dispatcher {
  const held = holdMessages(broker);
  const active = new Set<Promise<void>>();

  const begin = (one: HeldMessage) => {
    const work: Promise<void> = process(one.message).then(() => {
      active.delete(work);
      one.release();
      fill();
    });
    active.add(work);
  };

  const fill = () => {
    if (held.size() > 0 && active.size < maxConcurrentCalls)
      held.take(maxConcurrentCalls - active.size).forEach(begin);
  };

  return {
    push(message) {
      const released = held.add(message);
      fill();
      return released;
    },
    async stop() {
      await Promise.all([held.giveBackAll(), ...active]);
    },
  };
}
