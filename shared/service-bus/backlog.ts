import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { MOST_COUNTED_IN_BACKLOG } from '../contracts/backlog.ts';
import type { Backlog, BacklogLook, HeardAdapter } from '../ports/backlog.ts';
import { ADAPTER_STATUS_QUEUE, heardIn } from './adapter-status.ts';
import {
  ALLOCATION_DECISIONS_TOPIC,
  ALLOCATION_REQUESTS_TOPIC,
  ALLOCATION_SUBSCRIPTION,
} from './allocation-message.ts';
import { orUnavailable, whyClosed } from './failure.ts';
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

/**
 * Looks, without taking anything, at what has not been projected or journalled yet. Rejects when the bus does not answer.
 *
 * @param client one that has not looked before; see `look`
 */
export function peekBacklog(client: ServiceBusClient): Promise<Backlog[]> {
  return Promise.all(EVENTS.map((place) => look({ client }, place)));
}

export type BacklogWatch = {
  /**
   * Looks, without taking anything, at all that waits for the cloud, at what it asked these warehouses, and at what their adapters
   * tell of themselves. The latter two may be closed to it.
   *
   * @throws {StoreUnavailable} when the bus does not answer
   */
  look(): Promise<BacklogLook>;
  close(): Promise<void>;
};

/**
 * Looks again and again by one client, which is connected at the first look; another takes its place after a look that failed.
 *
 * @param connect a client for this alone
 */
export function watchBacklogPlaces(
  connect: () => Promise<ServiceBusClient>,
  warehouses: Iterable<string>,
): BacklogWatch {
  /** By warehouse; for as long as the process runs, and so for longer than the queue keeps it. */
  const heard: Heard = new Map(Array.from(warehouses, (id) => [id, undefined]));
  let kept: Promise<Looker> | undefined;

  async function giveUp(looker: Promise<Looker> | undefined): Promise<void> {
    if (kept === looker) kept = undefined;
    // One that never connected, or has lost its bus, has nothing to lose.
    await looker?.then(({ client }) => client.close()).catch(() => undefined);
  }

  return {
    async look() {
      kept ??= connect().then((client) => ({ client }));
      const looker = kept;
      try {
        const [found, closed] = await orUnavailable(async () => lookEverywhere(await looker, heard));
        return {
          places: found.flatMap((one) => ('why' in one ? [] : [one])),
          adapters: closed ? [] : Array.from(heard, ([warehouseId, last]) => ({ warehouseId, heard: last })),
          unread: [...found, ...(closed ? [closed] : [])].flatMap((one) => ('why' in one ? [one] : [])),
        };
      } catch (error) {
        void giveUp(looker);
        throw error;
      }
    },
    close: () => giveUp(kept),
  };
}

/** What the adapter of each warehouse told last. */
type Heard = Map<string, HeardAdapter | undefined>;

function lookEverywhere(looker: Looker, heard: Heard) {
  const own = [...EVENTS, ...OTHERS].map((place) => look(looker, place));
  const asked = Array.from(heard.keys(), (id) => {
    const place = [ALLOCATION_REQUESTS_TOPIC, id] as const;
    return orUnread(place, look(looker, place));
  });
  return Promise.all([
    Promise.all([...own, ...asked]),
    orUnread([ADAPTER_STATUS_QUEUE], hear(looker, heard)),
  ]);
}

/** A client that looks, and where the numbers of messages begin, once it has seen one. */
type Looker = { readonly client: ServiceBusClient; beginning?: SequenceNumber | undefined };

type SequenceNumber = NonNullable<ServiceBusReceivedMessage['sequenceNumber']>;

/**
 * The SDK peeks on from where a client peeked last, whatever the receiver (@azure/service-bus 7.9, `_lastPeekedSequenceNumber`
 * of the management client): a client that has seen a message has to say that it begins anew.
 */
async function look(looker: Looker, place: Place): Promise<Backlog> {
  const receiver = open(looker.client, place);
  try {
    const options = looker.beginning && { fromSequenceNumber: looker.beginning };
    const messages = await receiver.peekMessages(MOST_COUNTED_IN_BACKLOG, options);
    const { length: waiting } = messages;
    const more = waiting === MOST_COUNTED_IN_BACKLOG;
    const number = messages[0]?.sequenceNumber;
    looker.beginning ??= number?.subtract(number);
    return { place: place.join('/'), waiting, more, oldestAt: oldestOf(messages) };
  } finally {
    await receiver.close();
  }
}

/** Goes on where this client was in the queue, as the SDK does. Of a warehouse that several adapters tell of, the last counts. */
async function hear({ client }: Looker, heard: Heard): Promise<undefined> {
  const receiver = client.createReceiver(ADAPTER_STATUS_QUEUE);
  try {
    for (;;) {
      const messages = await receiver.peekMessages(MOST_COUNTED_IN_BACKLOG);
      if (messages.length === 0) return;
      for (const one of messages.flatMap((message) => heardIn(message) ?? []))
        for (const id of one.status.warehouseIds) if (heard.has(id)) heard.set(id, one);
    }
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

async function orUnread<Found>(place: Place, looking: Promise<Found>) {
  try {
    return await looking;
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
