import type { ServiceBusMessage } from '@azure/service-bus';

/** A message whose body is a value as JSON in UTF-8. */
export function jsonMessage(
  value: unknown,
  message: Omit<ServiceBusMessage, 'body' | 'contentType'> = {},
): ServiceBusMessage {
  return { body: Buffer.from(JSON.stringify(value), 'utf8'), contentType: 'application/json', ...message };
}
