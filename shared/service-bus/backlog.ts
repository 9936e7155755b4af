import type { ServiceBusClient } from '@azure/service-bus';
import {
  INVENTORY_EVENTS_TOPIC,
  JOURNAL_SUBSCRIPTION,
  PROJECTION_SUBSCRIPTION,
} from './inventory-message.ts';
import { PROJECTION_RETRY_QUEUE } from './retry-queue.ts';

/** Messages that wait in one place; `more` when there are more than were looked at. */
export type Backlog = { readonly place: string; readonly waiting: number; readonly more: boolean };

const LOOK_AT = 100;

/** Looks, without taking anything, at what has not been projected or journalled yet. Rejects when the bus does not answer. */
export async function peekBacklog(client: ServiceBusClient): Promise<Backlog[]> {
  const receivers = [
    client.createReceiver(INVENTORY_EVENTS_TOPIC, PROJECTION_SUBSCRIPTION),
    client.createReceiver(INVENTORY_EVENTS_TOPIC, JOURNAL_SUBSCRIPTION),
    client.createReceiver(PROJECTION_RETRY_QUEUE),
  ];
  try {
    return await Promise.all(
      receivers.map(async (receiver) => {
        const { length: waiting } = await receiver.peekMessages(LOOK_AT);
        return { place: receiver.entityPath, waiting, more: waiting === LOOK_AT };
      }),
    );
  } finally {
    await Promise.all(receivers.map((receiver) => receiver.close()));
  }
}
