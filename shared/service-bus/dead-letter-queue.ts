import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type { DeadLetter, DeadLetterQueue, Replayer } from '../ports/dead-letters.ts';
import { INVENTORY_EVENTS_TOPIC } from './inventory-message.ts';
import { fromSdkMessage } from './replayed-message.ts';
import { PROJECTION_RETRY_QUEUE } from './retry-queue.ts';

/** A place where dead letters gather, and the subscription whose messages they are. */
type Source = { readonly subscription: string; open(client: ServiceBusClient): ServiceBusReceiver };

const OPTIONS = { subQueueType: 'deadLetter', receiveMode: 'peekLock', skipParsingBodyAsJson: true } as const;

const SOURCES: readonly Source[] = [
  ...['atp-projection', 'journal'].map((subscription) => ({
    subscription,
    open: (client: ServiceBusClient) => client.createReceiver(INVENTORY_EVENTS_TOPIC, subscription, OPTIONS),
  })),
  {
    subscription: 'atp-projection',
    open: (client) => client.createReceiver(PROJECTION_RETRY_QUEUE, OPTIONS),
  },
];

/** Messages taken at once; each is settled before its lock ends. */
const RECEIVE_AT_ONCE = 100;

const RECEIVE_WAIT_MS = 1_000;

/** Those not wanted stay locked until the end, so that the next receive brings others; that many and no more. */
const PASSED_AT_MOST = 10_000;

/** Dead letters of `inventory-events` and `projection-retry`. */
export function serviceBusDeadLetterQueue(client: ServiceBusClient, replayer: Replayer): DeadLetterQueue {
  return {
    list: async (limit) => {
      const lists = await Promise.all(
        SOURCES.map((source) => withReceiver(client, source, (r) => peek(r, source, limit))),
      );
      return lists.flat().slice(0, limit);
    },
    replay: async (wanted, limit) => {
      let replayed = 0;
      for (const source of SOURCES) {
        if (replayed >= limit) break;
        replayed += await withReceiver(client, source, (r) =>
          replayFrom(r, source, replayer, wanted, limit - replayed),
        );
      }
      return replayed;
    },
  };
}

async function withReceiver<T>(
  client: ServiceBusClient,
  source: Source,
  use: (receiver: ServiceBusReceiver) => Promise<T>,
) {
  const receiver = source.open(client);
  try {
    return await use(receiver);
  } finally {
    await receiver.close();
  }
}

async function peek(receiver: ServiceBusReceiver, source: Source, limit: number): Promise<DeadLetter[]> {
  const messages = await receiver.peekMessages(limit);
  return messages.map((message) => toDeadLetter(message, source));
}

/** Sent first and completed after: a crash in between repeats a message, which the fold does not mind, and loses none. */
async function replayFrom(
  receiver: ServiceBusReceiver,
  source: Source,
  replayer: Replayer,
  wanted: (letter: DeadLetter) => boolean,
  limit: number,
): Promise<number> {
  const passed: ServiceBusReceivedMessage[] = [];
  let replayed = 0;
  while (replayed < limit && passed.length < PASSED_AT_MOST) {
    const messages = await receiver.receiveMessages(RECEIVE_AT_ONCE, { maxWaitTimeInMs: RECEIVE_WAIT_MS });
    if (messages.length === 0) break;
    const picked = messages
      .filter((message) => wanted(toDeadLetter(message, source)))
      .slice(0, limit - replayed);
    passed.push(...messages.filter((message) => !picked.includes(message)));
    await replayer.replay(picked.map((message) => fromSdkMessage(message, source.subscription)));
    await Promise.all(picked.map((message) => receiver.completeMessage(message)));
    replayed += picked.length;
  }
  await Promise.all(passed.map((message) => receiver.abandonMessage(message)));
  return replayed;
}

function toDeadLetter(message: ServiceBusReceivedMessage, { subscription }: Source): DeadLetter {
  return {
    message: fromSdkMessage(message, subscription),
    reason: message.deadLetterReason ?? 'unknown',
    detail: message.deadLetterErrorDescription ?? '',
  };
}
