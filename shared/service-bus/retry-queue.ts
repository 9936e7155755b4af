import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import type { Replayer } from '../ports/dead-letters.ts';
import type { RetryQueue } from '../ports/retry-queue.ts';
import { orUnavailable } from './failure.ts';
import { INVENTORY_EVENTS_TOPIC } from './inventory-message.ts';
import { replayedMessage, republishedMessage } from './replayed-message.ts';

/** Queue of messages that could not be written yet. */
export const PROJECTION_RETRY_QUEUE = 'projection-retry';

/** Retries by way of the queue `projection-retry`, where messages wait until their scheduled time. */
export function serviceBusRetryQueue(client: ServiceBusClient): RetryQueue {
  const sender = lazySender(client, PROJECTION_RETRY_QUEUE);
  return {
    schedule: (messages, delayMs) =>
      sendAll(
        sender(),
        messages.map((message, index) => ({
          ...replayedMessage(message),
          scheduledEnqueueTimeUtc: new Date(Date.now() + (delayMs[index] ?? 0)),
        })),
      ),
  };
}

/** Replays by way of the topic, whose filters bring a replayed message to the one subscription it came from. */
export function serviceBusReplayer(client: ServiceBusClient): Replayer {
  const sender = lazySender(client, INVENTORY_EVENTS_TOPIC);
  return {
    replay: (messages) => sendAll(sender(), messages.map(replayedMessage)),
    republish: (messages) => sendAll(sender(), messages.map(republishedMessage)),
  };
}

/** A sender opens its link at the first send and mends it by itself; one a process is enough. */
function lazySender(client: ServiceBusClient, entity: string): () => ServiceBusSender {
  let sender: ServiceBusSender | undefined;
  return () => {
    sender ??= client.createSender(entity);
    return sender;
  };
}

/** Sends in as few batches as the size limit allows. The caller's messages are at most as large as they came. */
function sendAll(sender: ServiceBusSender, messages: readonly ServiceBusMessage[]): Promise<void> {
  return orUnavailable(() => sendInBatches(sender, messages));
}

async function sendInBatches(
  sender: ServiceBusSender,
  messages: readonly ServiceBusMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  let batch = await sender.createMessageBatch();
  for (const message of messages) {
    if (batch.tryAddMessage(message)) continue;
    if (batch.count > 0) await sender.sendMessages(batch);
    batch = await sender.createMessageBatch();
    if (!batch.tryAddMessage(message)) await sender.sendMessages(message);
  }
  if (batch.count > 0) await sender.sendMessages(batch);
}
