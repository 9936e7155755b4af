import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type { DeadLetter, DeadLetterQueue, ReplayCount, Replayer } from '../ports/dead-letters.ts';
import { ALLOCATION_DECISIONS_TOPIC, ALLOCATION_SUBSCRIPTION } from './allocation-message.ts';
import { orUnavailable } from './failure.ts';
import {
  INVENTORY_EVENTS_TOPIC,
  JOURNAL_SUBSCRIPTION,
  PROJECTION_SUBSCRIPTION,
} from './inventory-message.ts';
import { fromSdkMessage } from './replayed-message.ts';
import { PROJECTION_RETRY_QUEUE } from './retry-queue.ts';

/** A place where dead letters gather, and the subscription whose messages they are. */
type Source = { readonly subscription: string; open(client: ServiceBusClient): ServiceBusReceiver };

const OPTIONS = { subQueueType: 'deadLetter', receiveMode: 'peekLock', skipParsingBodyAsJson: true } as const;

const SOURCES: readonly Source[] = [
  ...[PROJECTION_SUBSCRIPTION, JOURNAL_SUBSCRIPTION].map((subscription) => ({
    subscription,
    open: (client: ServiceBusClient) => client.createReceiver(INVENTORY_EVENTS_TOPIC, subscription, OPTIONS),
  })),
  {
    subscription: PROJECTION_SUBSCRIPTION,
    open: (client) => client.createReceiver(PROJECTION_RETRY_QUEUE, OPTIONS),
  },
  {
    subscription: ALLOCATION_SUBSCRIPTION,
    open: (client) => client.createReceiver(ALLOCATION_DECISIONS_TOPIC, ALLOCATION_SUBSCRIPTION, OPTIONS),
  },
];

/** Messages looked at, or taken, at once. */
const AT_ONCE = 100;

const RECEIVE_WAIT_MS = 1_000;

/**
 * Those not wanted stay locked until the end, so that the next receive brings others; this many and no more are looked
 * through.
 */
const LOOKED_THROUGH = 10_000;

/** A lock lasts 60 s (`infra/service-bus/config.json`); what was taken is given back well before. Milliseconds. */
const LOCKED_AT_MOST_MS = 45_000;

/**
 * Dead letters of `inventory-events`, `projection-retry` and `allocation-decisions`. Every call has a client of its own: the SDK peeks on from
 * where a client peeked last, whatever the receiver (@azure/service-bus 7.9, `_lastPeekedSequenceNumber` of the
 * management client), so that a second list by the same client would show nothing.
 */
export function serviceBusDeadLetterQueue(
  connect: () => Promise<ServiceBusClient>,
  replayer: Pick<Replayer, 'replay'>,
): DeadLetterQueue {
  return {
    list: (limit) =>
      withClient(connect, async (client) => {
        const lists = await Promise.all(
          SOURCES.map((source) => withReceiver(client, source, (r) => peek(r, source, limit))),
        );
        return lists.flat().slice(0, limit);
      }),
    replay: (wanted, limit, deadline) =>
      withClient(connect, async (client) => {
        let replayed = 0;
        let remaining = 0;
        for (const source of SOURCES) {
          const count = await withReceiver(client, source, (receiver) =>
            replayFrom({ receiver, source, wanted, deadline }, replayer, limit - replayed),
          );
          replayed += count.replayed;
          remaining += count.remaining;
        }
        return { replayed, remaining };
      }),
  };
}

async function withClient<T>(
  connect: () => Promise<ServiceBusClient>,
  use: (client: ServiceBusClient) => Promise<T>,
): Promise<T> {
  const client = await connect();
  try {
    return await orUnavailable(() => use(client));
  } finally {
    await client.close();
  }
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

/** Oldest first; a bus answers a peek with fewer than asked when they are large, so it is asked until there are no more. */
async function peek(receiver: ServiceBusReceiver, source: Source, limit: number): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  while (letters.length < limit) {
    const messages = await receiver.peekMessages(Math.min(AT_ONCE, limit - letters.length));
    if (messages.length === 0) break;
    letters.push(...messages.map((message) => toDeadLetter(message, source)));
  }
  return letters;
}

type Search = {
  readonly receiver: ServiceBusReceiver;
  readonly source: Source;
  readonly wanted: (letter: DeadLetter) => boolean;
  /** Milliseconds UTC. */
  readonly deadline: number;
};

/** Looks first, and takes only where there is something wanted: what is taken cannot be taken by another. */
async function replayFrom(
  search: Search,
  replayer: Pick<Replayer, 'replay'>,
  limit: number,
): Promise<ReplayCount> {
  const { receiver, source, wanted } = search;
  const found = (await peek(receiver, source, LOOKED_THROUGH)).filter(wanted).length;
  const sought = Math.min(found, limit);
  const passed: ServiceBusReceivedMessage[] = [];
  try {
    const replayed = sought > 0 ? await replaySought(search, replayer, sought, passed) : 0;
    return { replayed, remaining: Math.max(found - replayed, 0) };
  } finally {
    await Promise.allSettled(passed.map((message) => receiver.abandonMessage(message)));
  }
}

/**
 * Sent first and completed after: a crash in between repeats a message, which the fold does not mind, and loses none.
 * `passed` gathers what was taken and is not wanted.
 */
async function replaySought(
  { receiver, source, wanted, deadline }: Search,
  replayer: Pick<Replayer, 'replay'>,
  sought: number,
  passed: ServiceBusReceivedMessage[],
): Promise<number> {
  const end = Math.min(deadline, Date.now() + LOCKED_AT_MOST_MS);
  let replayed = 0;
  while (replayed < sought && passed.length < LOOKED_THROUGH && Date.now() < end) {
    const messages = await receiver.receiveMessages(AT_ONCE, { maxWaitTimeInMs: RECEIVE_WAIT_MS });
    if (messages.length === 0) break;
    const picked = messages
      .filter((message) => wanted(toDeadLetter(message, source)))
      .slice(0, sought - replayed);
    passed.push(...messages.filter((message) => !picked.includes(message)));
    try {
      await replayer.replay(picked.map((message) => fromSdkMessage(message, source.subscription)));
    } catch (error) {
      passed.push(...picked);
      throw error;
    }
    // One that cannot be completed comes again under its old id, and is folded without effect.
    await Promise.allSettled(picked.map((message) => receiver.completeMessage(message)));
    replayed += picked.length;
  }
  return replayed;
}

function toDeadLetter(message: ServiceBusReceivedMessage, { subscription }: Source): DeadLetter {
  return {
    message: fromSdkMessage(message, subscription),
    reason: message.deadLetterReason ?? 'unknown',
    detail: message.deadLetterErrorDescription ?? '',
  };
}
