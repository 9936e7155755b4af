import type { ServiceBusClient } from '@azure/service-bus';
import { INVENTORY_EVENTS_TOPIC } from '../../shared/service-bus/inventory-message.ts';
import { type EventTally, newEventTally } from './event-tally.ts';

const AT_ONCE = 2_000;
/** A message that has not come for so long does not come any more. Milliseconds. */
const PATIENCE = 30_000;

/**
 * Takes events off a subscription until so many have come or none comes any more, and keeps nothing of them but which
 * they were.
 */
export async function countEvents(
  client: ServiceBusClient,
  subscription: string,
  expected: number,
): Promise<EventTally> {
  const tally = newEventTally();
  const receiver = client.createReceiver(INVENTORY_EVENTS_TOPIC, subscription, {
    receiveMode: 'receiveAndDelete',
  });
  while (tally.noted() < expected) {
    const wanted = Math.min(AT_ONCE, expected - tally.noted());
    const messages = await receiver.receiveMessages(wanted, { maxWaitTimeInMs: PATIENCE });
    if (messages.length === 0) break;
    for (const { messageId } of messages) tally.note(String(messageId));
  }
  await receiver.close();
  return tally;
}
