import type { ServiceBusClient } from '@azure/service-bus';
import type { Replayer } from '../ports/dead-letters.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import type { RetryQueue } from '../ports/retry-queue.ts';
import {
  ALLOCATION_DECISIONS_TOPIC,
  ALLOCATION_REQUESTS_TOPIC,
  ALLOCATION_SUBSCRIPTION,
  requestsSubscription,
} from './allocation-message.ts';
import { batchingSender, type SendMessages } from './batching-sender.ts';
import { INVENTORY_EVENTS_TOPIC } from './inventory-message.ts';
import { replayedMessage, republishedMessage } from './replayed-message.ts';
import { STOCK_CHANGES_QUEUE } from './stock-changes.ts';

/** Queue of messages that could not be written yet. */
export const PROJECTION_RETRY_QUEUE = 'projection-retry';

/** Retries by way of the queue `projection-retry`, where messages wait until their scheduled time. */
export function serviceBusRetryQueue(client: ServiceBusClient): RetryQueue {
  const send = batchingSender(client, PROJECTION_RETRY_QUEUE);
  return {
    schedule: (messages, delayMs) =>
      send(
        messages.map((message, index) => ({
          ...replayedMessage(message),
          scheduledEnqueueTimeUtc: new Date(Date.now() + (delayMs[index] ?? 0)),
        })),
      ),
  };
}

/** What sends to the places that messages come from. */
export type ReplaySenders = Readonly<
  Record<'inventoryEvents' | 'allocationDecisions' | 'allocationRequests' | 'stockChanges', SendMessages>
>;

/**
 * Replays by way of the topic or queue a message came from. The filters of `inventory-events` bring a replayed message
 * to the one subscription it names, those of `allocation-requests` to its warehouse; `allocation-decisions` has one only.
 */
export function serviceBusReplayer(client: ServiceBusClient): Replayer {
  return replayerBy({
    inventoryEvents: batchingSender(client, INVENTORY_EVENTS_TOPIC),
    allocationDecisions: batchingSender(client, ALLOCATION_DECISIONS_TOPIC),
    allocationRequests: batchingSender(client, ALLOCATION_REQUESTS_TOPIC),
    stockChanges: batchingSender(client, STOCK_CHANGES_QUEUE),
  });
}

/** Replays by whatever sends there. */
export function replayerBy(senders: ReplaySenders): Replayer {
  const sendEach = async (messages: readonly ReceivedMessage[], toMessage: typeof replayedMessage) => {
    for (const [sender, some] of Map.groupBy(messages, senderOf)) await senders[sender](some.map(toMessage));
  };
  return {
    replay: (messages) => sendEach(messages, replayedMessage),
    republish: (messages) => sendEach(messages, republishedMessage),
  };
}

function senderOf({ subscription }: ReceivedMessage): keyof ReplaySenders {
  if (subscription === ALLOCATION_SUBSCRIPTION) return 'allocationDecisions';
  if (subscription === STOCK_CHANGES_QUEUE) return 'stockChanges';
  return subscription.startsWith(requestsSubscription('')) ? 'allocationRequests' : 'inventoryEvents';
}
