import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { MOST_COUNTED_IN_BACKLOG } from '../contracts/backlog.ts';
import type { Backlog, BacklogLook } from '../ports/backlog.ts';
import {
  ALLOCATION_DECISIONS_TOPIC,
  ALLOCATION_REQUESTS_TOPIC,
  ALLOCATION_SUBSCRIPTION,
} from './allocation-message.ts';
import { withClient } from './connection.ts';
import { whyClosed } from './failure.ts';
import {
  INVENTORY_EVENTS_TOPIC,
  JOURNAL_SUBSCRIPTION,
  PROJECTION_SUBSCRIPTION,
} from './inventory-message.ts';
import { PROJECTION_RETRY_QUEUE } from './retry-queue.ts';
import { STOCK_CHANGES_QUEUE } from './stock-changes.ts';

/** A topic with its subscription, or a queue. */
type Place = readonly [topic: string, subscription: string] | readonly [queue: string];

/** What is on its way into the cloud's stock and journal. */
const EVENTS: readonly Place[] = [
  [INVENTORY_EVENTS_TOPIC, PROJECTION_SUBSCRIPTION],
  [INVENTORY_EVENTS_TOPIC, JOURNAL_SUBSCRIPTION],
  [PROJECTION_RETRY_QUEUE],
];

/** What else the cloud receives. */
const OTHERS: readonly Place[] = [
  [ALLOCATION_DECISIONS_TOPIC, ALLOCATION_SUBSCRIPTION],
  [STOCK_CHANGES_QUEUE],
];

/** Looks, without taking anything, at what has not been projected or journalled yet. Rejects when the bus does not answer. */
export function peekBacklog(client: ServiceBusClient): Promise<Backlog[]> {
  return Promise.all(EVENTS.map((place) => look(client, place)));
}

/**
 * Looks, without taking anything, at all that waits for the cloud, and at what it asked these warehouses. The latter may
 * be closed to it.
 *
 * @param connect a client of its own for every look
 * @throws {StoreUnavailable} when the bus does not answer
 */
export async function lookAtBacklog(
  connect: () => Promise<ServiceBusClient>,
  warehouses: Iterable<string>,
): Promise<BacklogLook> {
  const found = await withClient(connect, (client) => {
    const own = [...EVENTS, ...OTHERS].map((place) => look(client, place));
    const asked = Array.from(warehouses, (id) => orUnread(client, [ALLOCATION_REQUESTS_TOPIC, id]));
    return Promise.all([...own, ...asked]);
  });
  return {
    places: found.flatMap((one) => ('why' in one ? [] : [one])),
    unread: found.flatMap((one) => ('why' in one ? [one] : [])),
  };
}

async function look(client: ServiceBusClient, place: Place): Promise<Backlog> {
  const receiver = open(client, place);
  try {
    const messages = await receiver.peekMessages(MOST_COUNTED_IN_BACKLOG);
    const { length: waiting } = messages;
    const more = waiting === MOST_COUNTED_IN_BACKLOG;
    return { place: place.join('/'), waiting, more, oldestAt: oldestOf(messages) };
  } finally {
    await receiver.close();
  }
}

function open(client: ServiceBusClient, [topic, subscription]: Place): ServiceBusReceiver {
  const options = { skipParsingBodyAsJson: true } as const;
  return subscription === undefined
    ? client.createReceiver(topic, options)
    : client.createReceiver(topic, subscription, options);
}

async function orUnread(client: ServiceBusClient, place: Place) {
  try {
    return await look(client, place);
  } catch (error) {
    const why = whyClosed(error);
    if (why === undefined) throw error;
    return { place: place.join('/'), why };
  }
}

/** A message that is scheduled counts from when it is due. */
function oldestOf(messages: readonly ServiceBusReceivedMessage[]): number | undefined {
  const times = messages.flatMap(({ enqueuedTimeUtc }) => enqueuedTimeUtc?.getTime() ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}
