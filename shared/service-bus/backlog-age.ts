import type { ServiceBusClient } from '@azure/service-bus';
import { ALLOCATION_DECISIONS_TOPIC, ALLOCATION_SUBSCRIPTION } from './allocation-message.ts';
import {
  INVENTORY_EVENTS_TOPIC,
  JOURNAL_SUBSCRIPTION,
  PROJECTION_SUBSCRIPTION,
} from './inventory-message.ts';
import { PROJECTION_RETRY_QUEUE } from './retry-queue.ts';

/**
 * How old the oldest message is that waits for the cloud, by place; seconds, 0 where none waits. One that is scheduled for
 * later does not wait yet. Takes nothing; rejects when the bus does not answer.
 *
 * @param connect a client of its own for every look: the SDK peeks on from where a client peeked last
 * @param now milliseconds UTC
 */
export async function backlogAges(
  connect: () => Promise<ServiceBusClient>,
  now: () => number,
): Promise<ReadonlyMap<string, number>> {
  const client = await connect();
  try {
    const receivers = [
      client.createReceiver(INVENTORY_EVENTS_TOPIC, PROJECTION_SUBSCRIPTION),
      client.createReceiver(INVENTORY_EVENTS_TOPIC, JOURNAL_SUBSCRIPTION),
      client.createReceiver(ALLOCATION_DECISIONS_TOPIC, ALLOCATION_SUBSCRIPTION),
      client.createReceiver(PROJECTION_RETRY_QUEUE),
    ];
    const ages = receivers.map(async (receiver) => {
      const [oldest] = await receiver.peekMessages(1);
      const enqueuedAt = oldest?.enqueuedTimeUtc?.getTime();
      const seconds = enqueuedAt === undefined ? 0 : Math.max(0, (now() - enqueuedAt) / 1_000);
      return [receiver.entityPath.replace('/Subscriptions/', '/'), seconds] as const;
    });
    return new Map(await Promise.all(ages));
  } finally {
    await client.close();
  }
}
