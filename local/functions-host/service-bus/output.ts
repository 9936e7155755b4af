import type { ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import { z } from 'zod';
import { readBindingOptions } from '../binding-options.ts';
import type { OutputBinding } from '../output-binding.ts';
import type { RpcTypedData } from '../rpc.ts';
import { HostStartError } from '../startup-error.ts';

const outputSchema = z.object({
  queueName: z.string().optional(),
  topicName: z.string().optional(),
  connection: z.string().optional(),
});

/** Sends what a function returns to a queue or topic: text and bytes as one message, an object as JSON, an array as one message an element. */
export const serviceBusOutput: OutputBinding = (fn, binding, host) => {
  const options = readBindingOptions(outputSchema, binding, 'Service Bus output', fn, host.log);
  const entity = options.queueName ?? options.topicName;
  if (!entity)
    throw new HostStartError(
      `The Service Bus output of function ${fn.name} names no queueName or topicName.`,
    );
  const path = host.settings.resolve(entity, `Service Bus output of function ${fn.name}`);
  const { client } = host.serviceBus.client(
    options.connection && host.settings.resolve(options.connection, `connection of function ${fn.name}`),
    `the Service Bus output of function ${fn.name}`,
  );
  let sender: ServiceBusSender | undefined;
  return async (value) => {
    const messages = toMessages(value);
    sender ??= client.createSender(path);
    await sendAll(sender, messages);
  };
};

/** The messages of one output value; bodies are raw bytes, so that nothing is quoted twice. */
function toMessages(value: RpcTypedData): ServiceBusMessage[] {
  if (value.bytes) return [{ body: Buffer.from(value.bytes) }];
  if (value.json !== undefined) {
    const parsed: unknown = JSON.parse(value.json);
    return (Array.isArray(parsed) ? parsed : [parsed]).map((one) =>
      textMessage(typeof one === 'string' ? one : JSON.stringify(one)),
    );
  }
  return [textMessage(value.string ?? String(value.int ?? value.double ?? ''))];
}

const textMessage = (text: string): ServiceBusMessage => ({ body: Buffer.from(text, 'utf8') });

async function sendAll(sender: ServiceBusSender, messages: ServiceBusMessage[]): Promise<void> {
  const [first] = messages;
  if (messages.length === 1 && first) return sender.sendMessages(first);
  let batch = await sender.createMessageBatch();
  for (const message of messages) {
    if (batch.tryAddMessage(message)) continue;
    if (batch.count > 0) await sender.sendMessages(batch);
    batch = await sender.createMessageBatch();
    // Too large for a batch even alone: the broker decides about it as a single message.
    if (!batch.tryAddMessage(message)) await sender.sendMessages(message);
  }
  if (batch.count > 0) await sender.sendMessages(batch);
}
