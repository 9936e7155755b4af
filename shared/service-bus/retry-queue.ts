import type { ServiceBusClient } from '@azure/service-bus';
import type { Replayer } from '../ports/dead-letters.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import type { RetryQueue } from '../ports/retry-queue.ts';
import { ALLOCATION_DECISIONS_TOPIC, ALLOCATION_SUBSCRIPTION } from './allocation-message.ts';
import { batchingSender, type SendMessages } from './batching-sender.ts';
import { INVENTORY_EVENTS_TOPIC } from './inventory-message.ts';
import { replayedMessage, republishedMessage } from './replayed-message.ts';

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

/**
 * Replays by way of the topic a message came from. The filters of `inventory-events` bring a replayed message to the one
 * subscription it names; `allocation-decisions` has one only.
 */
export function serviceBusReplayer(client: ServiceBusClient): Replayer {
  return replayerBy(
    batchingSender(client, INVENTORY_EVENTS_TOPIC),
    batchingSender(client, ALLOCATION_DECISIONS_TOPIC),
  );
}

/** Replays by whatever sends to the topics `inventory-events` and `allocation-decisions`. */
export function replayerBy(events: SendMessages, decisions: SendMessages): Replayer {
  const isDecision = ({ subscription }: ReceivedMessage) => subscription === ALLOCATION_SUBSCRIPTION;
  const sendEach = async (messages: readonly ReceivedMessage[], toMessage: typeof replayedMessage) => {
    await events(messages.filter((message) => !isDecision(message)).map(toMessage));
    await decisions(messages.filter(isDecision).map(toMessage));
  };
  return {
    replay: (messages) => sendEach(messages, replayedMessage),
    republish: (messages) => sendEach(messages, republishedMessage),
  };
}
