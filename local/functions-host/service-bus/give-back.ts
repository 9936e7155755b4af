import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { Delivery } from 'rhea';

/**
 * Gives a message back as if it had not been delivered (the AMQP outcome `released`): the delivery does not count, and the
 * next receiver gets it at once. The SDK (7.9.5) has no call for it, only `abandonMessage`, which counts; so this settles the
 * delivery behind the message. A message whose link is gone is left to its lock.
 */
export function giveBack(message: ServiceBusReceivedMessage): void {
  const { delivery } = message as ServiceBusReceivedMessage & { readonly delivery?: Delivery };
  if (delivery?.link.is_open() && !delivery.settled) delivery.release();
}
