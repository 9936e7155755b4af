import type { ServiceBusClient, ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { isLater } from '../domain/position.ts';
import type { EventsOnTheWay } from '../ports/events-on-the-way.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { ALLOCATION_DECISIONS_TOPIC, ALLOCATION_SUBSCRIPTION } from './allocation-message.ts';
import { orUnavailable } from './failure.ts';
import { INVENTORY_EVENTS_TOPIC, PROJECTION_SUBSCRIPTION } from './inventory-message.ts';
import { PROJECTION_RETRY_QUEUE } from './retry-queue.ts';

/** Messages looked at in each place: relays that send side by side keep the order of commits only roughly. */
const LOOK_AT = 100;

/** Messages that are scheduled anew come last, however old they are, so that all of a retry queue is looked at, up to so many. */
const MOST_RETRIED = 2_000;

/**
 * Looks at the oldest messages of the projection's subscription, those under way included, and then at its retry queue:
 * what leaves the one for the other meanwhile is seen in the other; and at the oldest decisions on allocations. Each call has a
 * client of its own, since the SDK peeks on from where a client peeked last.
 */
export function serviceBusEventsOnTheWay(connect: () => Promise<ServiceBusClient>): EventsOnTheWay {
  return {
    oldestCommit: () =>
      orUnavailable(async () => {
        const client = await connect();
        try {
          const waiting = await client
            .createReceiver(INVENTORY_EVENTS_TOPIC, PROJECTION_SUBSCRIPTION)
            .peekMessages(LOOK_AT);
          const again = await peekAll(client.createReceiver(PROJECTION_RETRY_QUEUE));
          const decisions = await client
            .createReceiver(ALLOCATION_DECISIONS_TOPIC, ALLOCATION_SUBSCRIPTION)
            .peekMessages(LOOK_AT);
          return oldest([
            ...[...waiting, ...again].flatMap((message) => textOf(message, 'timestamp')),
            ...decisions.flatMap((message) => textOf(message, 'decidedAt')),
          ]);
        } finally {
          await client.close();
        }
      }),
  };
}

/** @throws {StoreUnavailable} with so many messages that it cannot be told which is the oldest */
async function peekAll(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage[]> {
  const messages: ServiceBusReceivedMessage[] = [];
  for (;;) {
    const page = await receiver.peekMessages(LOOK_AT);
    if (page.length === 0) return messages;
    messages.push(...page);
    if (messages.length >= MOST_RETRIED)
      throw new StoreUnavailable(`Service Bus: ${MOST_RETRIED} messages or more in ${receiver.entityPath}`);
  }
}

function oldest(times: readonly string[]): string | null {
  return times.length === 0 ? null : times.reduce((first, time) => (isLater(first, time) ? time : first));
}

/** Nothing of a message that does not say when it was committed; it will be parked. */
function textOf({ body }: ServiceBusReceivedMessage, name: string): string[] {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' ? [value] : [];
}
