import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type {
  DeadLetter,
  DeadLetterQueue,
  TakeCount,
  TakeLimits,
  UnreadPlace,
} from '../ports/dead-letters.ts';
import {
  ALLOCATION_DECISIONS_TOPIC,
  ALLOCATION_REQUESTS_TOPIC,
  ALLOCATION_SUBSCRIPTION,
  requestsSubscription,
} from './allocation-message.ts';
import { withClient } from './connection.ts';
import { whyClosed } from './failure.ts';
import {
  INVENTORY_EVENTS_TOPIC,
  JOURNAL_SUBSCRIPTION,
  PROJECTION_SUBSCRIPTION,
} from './inventory-message.ts';
import { fromSdkMessage } from './replayed-message.ts';
import { PROJECTION_RETRY_QUEUE } from './retry-queue.ts';
import { STOCK_CHANGES_QUEUE } from './stock-changes.ts';

/** A place where dead letters gather, and the subscription whose messages they are. */
type Source = {
  readonly subscription: string;
  /** Set where the cloud sends by itself again what is not answered. */
  readonly isAskedAgain?: true;
  open(client: ServiceBusClient): ServiceBusReceiver;
};

const OPTIONS = { subQueueType: 'deadLetter', receiveMode: 'peekLock', skipParsingBodyAsJson: true } as const;

/** What the cloud itself receives. */
const OWN: readonly Source[] = [
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
  {
    subscription: STOCK_CHANGES_QUEUE,
    open: (client) => client.createReceiver(STOCK_CHANGES_QUEUE, OPTIONS),
  },
];

/** What a warehouse's adapter could not read of what the cloud asked. */
function requestsOf(warehouseId: string): Source {
  return {
    subscription: requestsSubscription(warehouseId),
    isAskedAgain: true,
    open: (client) => client.createReceiver(ALLOCATION_REQUESTS_TOPIC, warehouseId, OPTIONS),
  };
}

/** Messages looked at, or taken, at once. */
const AT_ONCE = 100;

const RECEIVE_WAIT_MS = 1_000;

/**
 * Those not wanted stay locked until the end, so that the next receive brings others; this many and no more are looked
 * through.
 */
const LOOKED_THROUGH = 10_000;

/** A lock lasts 60 s (`infra/service-bus/topology.json`); what was taken is given back well before. Milliseconds. */
const LOCKED_AT_MOST_MS = 45_000;

/**
 * Dead letters of `inventory-events`, `projection-retry`, `allocation-decisions`, `stock-changes`, and of the
 * `allocation-requests` to these warehouses. Not those of `atp-changes`, nor of `investigations`: they belong to who
 * receives them (the OMS, other systems, the adapters), and the cloud needs not be allowed to receive there.
 *
 * @param connect a client of its own for every call
 */
export function serviceBusDeadLetterQueue(
  connect: () => Promise<ServiceBusClient>,
  warehouses: Iterable<string>,
): DeadLetterQueue {
  const sources = [...OWN, ...[...warehouses].map(requestsOf)];
  return {
    list: (limit) =>
      withClient(connect, async (client) => {
        const lists = await Promise.all(
          sources.map((source) =>
            withReceiver(client, source, (receiver) => orUnread(source, peek(receiver, source, limit))),
          ),
        );
        const letters = lists.flatMap((list) => ('why' in list ? [] : list)).slice(0, limit);
        return { letters, unread: lists.flatMap((list) => ('why' in list ? [list] : [])) };
      }),
    take: (wanted, handle, limits) =>
      withClient(connect, async (client) => {
        let taken = 0;
        let remaining = 0;
        for (const source of sources) {
          const search = { source, wanted, handle, ...limits, limit: limits.limit - taken };
          const count = await withReceiver(client, source, (receiver) => takeFrom(receiver, search));
          taken += count.taken;
          remaining += count.remaining;
        }
        return { taken, remaining };
      }),
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

/** What was found, or why the bus does not show it. The cloud's own places have to be there. */
async function orUnread(source: Source, found: Promise<DeadLetter[]>): Promise<DeadLetter[] | UnreadPlace> {
  const { subscription, isAskedAgain } = source;
  try {
    return await found;
  } catch (error) {
    const why = whyClosed(error);
    if (!isAskedAgain || why === undefined) throw error;
    return { subscription, why };
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

type Search = TakeLimits & {
  readonly source: Source;
  readonly wanted: (letter: DeadLetter) => boolean;
  readonly handle: (letters: readonly DeadLetter[]) => Promise<void>;
};

/** Looks first, and takes only where there is something wanted: what is taken cannot be taken by another. */
async function takeFrom(receiver: ServiceBusReceiver, search: Search): Promise<TakeCount> {
  const { source, wanted, limit } = search;
  const letters = await orUnread(source, peek(receiver, source, LOOKED_THROUGH));
  const found = 'why' in letters ? 0 : letters.filter(wanted).length;
  const sought = Math.min(found, limit);
  const passed: ServiceBusReceivedMessage[] = [];
  try {
    const taken = sought > 0 ? await takeSought(receiver, search, sought, passed) : 0;
    return { taken, remaining: Math.max(found - taken, 0) };
  } finally {
    await Promise.allSettled(passed.map((message) => receiver.abandonMessage(message)));
  }
}

/**
 * Handled first and completed after: a crash in between repeats a message, which the fold does not mind, and loses none.
 * `passed` gathers what was taken and is not wanted.
 */
async function takeSought(
  receiver: ServiceBusReceiver,
  { source, wanted, handle, deadline, atOnce = AT_ONCE }: Search,
  sought: number,
  passed: ServiceBusReceivedMessage[],
): Promise<number> {
  const end = Math.min(deadline, Date.now() + LOCKED_AT_MOST_MS);
  let taken = 0;
  while (taken < sought && passed.length < LOOKED_THROUGH && Date.now() < end) {
    const messages = await receiver.receiveMessages(atOnce, { maxWaitTimeInMs: RECEIVE_WAIT_MS });
    if (messages.length === 0) break;
    const picked = messages
      .filter((message) => wanted(toDeadLetter(message, source)))
      .slice(0, sought - taken);
    passed.push(...messages.filter((message) => !picked.includes(message)));
    if (picked.length === 0) continue;
    try {
      await handle(picked.map((message) => toDeadLetter(message, source)));
    } catch (error) {
      passed.push(...picked);
      throw error;
    }
    // One that cannot be completed comes again under its old id, and is folded without effect.
    await Promise.allSettled(picked.map((message) => receiver.completeMessage(message)));
    taken += picked.length;
  }
  return taken;
}

function toDeadLetter(message: ServiceBusReceivedMessage, source: Source): DeadLetter {
  return {
    message: fromSdkMessage(message, source.subscription),
    reason: message.deadLetterReason ?? 'unknown',
    detail: message.deadLetterErrorDescription ?? '',
    ...(source.isAskedAgain && { isAskedAgain: source.isAskedAgain }),
  };
}
