import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus';
import type { EventsOnTheWay } from '../ports/events-on-the-way.ts';
import { orUnavailable } from './failure.ts';
import { INVENTORY_EVENTS_TOPIC, PROJECTION_SUBSCRIPTION } from './inventory-message.ts';
import { PROJECTION_RETRY_QUEUE } from './retry-queue.ts';

/** Messages looked at in each place: relays that send side by side keep the order of commits only roughly. */
const LOOK_AT = 100;

/**
 * Looks at the oldest messages of the projection's subscription, those under way included, and then of its retry queue:
 * what leaves the one for the other meanwhile is seen in the other. Each call has a client of its own, since the SDK
 * peeks on from where a client peeked last.
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
          const again = await client.createReceiver(PROJECTION_RETRY_QUEUE).peekMessages(LOOK_AT);
          return oldest([...waiting, ...again].flatMap((message) => commitTime(message) ?? []));
        } finally {
          await client.close();
        }
      }),
  };
}

function oldest(times: readonly string[]): string | null {
  return times.length === 0 ? null : times.reduce((first, time) => (time < first ? time : first));
}

/** Undefined of a message that is no event; it will be parked. */
function commitTime({ body }: ServiceBusReceivedMessage): string | undefined {
  const event: unknown = body;
  return typeof event === 'object' &&
    event !== null &&
    'timestamp' in event &&
    typeof event.timestamp === 'string'
    ? event.timestamp
    : undefined;
}
