import { setTimeout as sleep } from 'node:timers/promises';
import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import { INVENTORY_EVENTS_TOPIC, inventoryMessage } from '../../shared/service-bus/inventory-message.ts';

const TRACE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

/** How often a subscription is looked at, in milliseconds. */
const PEEK_EVERY = 50;
/** More than the longest delay of a retry, in milliseconds. */
const STALLED = 10 * 60_000;
const MOST_DEAD_LETTERS = 1_000;

/** Where messages wait: a subscription of the events' topic, or a queue. */
export type Source = { readonly subscription: string } | { readonly queue: string };

/** A client for the length of `use`. */
export async function withServiceBus<Result>(
  connectionString: string,
  use: (client: ServiceBusClient) => Promise<Result>,
): Promise<Result> {
  const client = new ServiceBusClient(connectionString);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** Sends events to the topic in batches as large as a message may be, exactly the messages that the WMS adapter sends. */
export async function publish(client: ServiceBusClient, events: readonly InventoryEvent[]): Promise<void> {
  const sender = client.createSender(INVENTORY_EVENTS_TOPIC);
  let batch = await sender.createMessageBatch();
  for (const event of events) {
    const message = inventoryMessage(event, TRACE);
    if (batch.tryAddMessage(message)) continue;
    await sender.sendMessages(batch);
    batch = await sender.createMessageBatch();
    if (!batch.tryAddMessage(message)) throw new Error(`event ${event.eventId} does not fit into a message`);
  }
  if (batch.count > 0) await sender.sendMessages(batch);
  await sender.close();
}

/** Resolves when no message is left at any of these sources, locked and scheduled ones included. */
export async function drained(client: ServiceBusClient, ...sources: Source[]): Promise<void> {
  for (const source of sources) await emptied(receiverOf(client, source));
  // What waits in the retry queue can come back while the other source is looked at.
  if (sources.length > 1 && !(await allEmpty(client, sources))) await drained(client, ...sources);
}

/** Messages that the bus gave up on, up to a thousand. */
export async function deadLetters(client: ServiceBusClient, source: Source): Promise<number> {
  const receiver =
    'queue' in source
      ? client.createReceiver(source.queue, { subQueueType: 'deadLetter' })
      : client.createReceiver(INVENTORY_EVENTS_TOPIC, source.subscription, { subQueueType: 'deadLetter' });
  const messages = await receiver.peekMessages(MOST_DEAD_LETTERS);
  await receiver.close();
  return messages.length;
}

/**
 * A peek goes on after the last one unless it is told where to begin: always at what was the head.
 *
 * @throws when the same message stays the head for ten minutes
 */
async function emptied(receiver: ServiceBusReceiver): Promise<void> {
  let head = await headOf(receiver);
  let progressAt = performance.now();
  while (head) {
    await sleep(PEEK_EVERY);
    const next = await headOf(receiver, head);
    if (next?.messageId !== head.messageId) progressAt = performance.now();
    if (performance.now() - progressAt > STALLED) {
      throw new Error(
        `message ${String(head.messageId)} in ${receiver.entityPath} has not moved for ten minutes`,
      );
    }
    head = next;
  }
  await receiver.close();
}

async function allEmpty(client: ServiceBusClient, sources: readonly Source[]): Promise<boolean> {
  for (const source of sources) {
    const receiver = receiverOf(client, source);
    const head = await headOf(receiver);
    await receiver.close();
    if (head) return false;
  }
  return true;
}

async function headOf(
  receiver: ServiceBusReceiver,
  last?: ServiceBusReceivedMessage,
): Promise<ServiceBusReceivedMessage | undefined> {
  const from = last?.sequenceNumber;
  const [head] = await receiver.peekMessages(1, from ? { fromSequenceNumber: from } : {});
  return head;
}

function receiverOf(client: ServiceBusClient, source: Source): ServiceBusReceiver {
  return 'queue' in source
    ? client.createReceiver(source.queue)
    : client.createReceiver(INVENTORY_EVENTS_TOPIC, source.subscription);
}
