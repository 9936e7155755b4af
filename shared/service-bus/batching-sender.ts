import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import { orUnavailable } from './failure.ts';

/** Sends messages; resolves when the bus has them. @throws {StoreUnavailable} */
export type SendMessages = (messages: readonly ServiceBusMessage[]) => Promise<void>;

/**
 * Sends to one queue or topic. What is to be sent while a send is under way goes together in the next one, so that many
 * callers cost few transfers. The link opens with the first send and mends itself.
 */
export function batchingSender(client: ServiceBusClient, entity: string): SendMessages {
  type Waiting = {
    messages: readonly ServiceBusMessage[];
    resolve: () => void;
    reject: (e: unknown) => void;
  };
  let sender: ServiceBusSender | undefined;
  let waiting: Waiting[] = [];
  let sending = false;

  const drain = async () => {
    sending = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        sender ??= client.createSender(entity);
        await sendInBatches(
          sender,
          group.flatMap(({ messages }) => messages),
        );
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    sending = false;
  };

  return (messages) => {
    if (messages.length === 0) return Promise.resolve();
    return orUnavailable(
      () =>
        new Promise<void>((resolve, reject) => {
          waiting.push({ messages, resolve, reject });
          if (!sending) void drain();
        }),
    );
  };
}

/** Sends in as few batches as the size limit allows. */
async function sendInBatches(
  sender: ServiceBusSender,
  messages: readonly ServiceBusMessage[],
): Promise<void> {
  let batch = await sender.createMessageBatch();
  for (const message of messages) {
    if (batch.tryAddMessage(message)) continue;
    if (batch.count > 0) await sender.sendMessages(batch);
    batch = await sender.createMessageBatch();
    if (!batch.tryAddMessage(message)) await sender.sendMessages(message);
  }
  if (batch.count > 0) await sender.sendMessages(batch);
}
