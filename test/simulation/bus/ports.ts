import type { ServiceBusMessage } from '@azure/service-bus';
import type { DeadLetter, DeadLetterQueue } from '../../../shared/ports/dead-letters.ts';
import type { ReceivedMessage } from '../../../shared/ports/received-message.ts';
import type { RetryQueue } from '../../../shared/ports/retry-queue.ts';
import { StoreUnavailable } from '../../../shared/ports/stock-store.ts';
import {
  ALLOCATION_REQUESTS_TOPIC,
  requestsSubscription,
} from '../../../shared/service-bus/allocation-message.ts';
import type { SendMessages } from '../../../shared/service-bus/batching-sender.ts';
import { PROJECTION_SUBSCRIPTION } from '../../../shared/service-bus/inventory-message.ts';
import { receivedMessage, replayedMessage } from '../../../shared/service-bus/replayed-message.ts';
import { PROJECTION_RETRY_QUEUE } from '../../../shared/service-bus/retry-queue.ts';
import type { Call } from '../calls.ts';
import { BusAway, type DeadDelivery, type Delivery, type SimulatedBus } from './service-bus.ts';

/** The message as the edge of the functions makes it of what the host delivers. */
export function receivedBy(
  subscription: string,
  { message, sequenceNumber, enqueuedAt }: Delivery,
): ReceivedMessage {
  const { body, messageId = sequenceNumber, applicationProperties } = message;
  const properties = propertiesOf(applicationProperties);
  return receivedMessage(
    { body, messageId: String(messageId), sequenceNumber, enqueuedAt, applicationProperties: properties },
    subscription,
  );
}

/** Without those that are null, as the host leaves them out. */
function propertiesOf(
  properties: ServiceBusMessage['applicationProperties'] = {},
): ReceivedMessage['applicationProperties'] {
  const present: Record<string, string | number | boolean | Date> = {};
  for (const name in properties) {
    const value = properties[name];
    if (value !== null && value !== undefined) present[name] = value;
  }
  return present;
}

/** Sends for a process of the cloud. */
export type Send = (
  entity: string,
  messages: readonly ServiceBusMessage[],
  delayMs?: readonly number[],
) => Promise<void>;

export function sendBy(call: Call, bus: SimulatedBus): Send {
  return (entity, messages, delayMs) =>
    call(`${messages.length} are sent to ${entity}`, async () => {
      if (messages.length === 0) return;
      try {
        bus.send(entity, messages, delayMs);
      } catch (error) {
        throw error instanceof BusAway ? new StoreUnavailable(error.message) : error;
      }
    });
}

export function retryQueueBy(send: Send): RetryQueue {
  return {
    schedule: (messages, delayMs) => send(PROJECTION_RETRY_QUEUE, messages.map(replayedMessage), delayMs),
  };
}

/** Sends to one queue or topic, as the product's own senders do. */
export function senderTo(entity: string, send: Send): SendMessages {
  return async (messages) => {
    if (messages.length > 0) await send(entity, messages);
  };
}

/** Handled first, taken away after: what fails in between comes twice. */
export function deadLettersBy(call: Call, bus: SimulatedBus): DeadLetterQueue {
  return {
    list: (limit) =>
      call('dead letters are listed', async () => ({
        letters: bus.dead.filter(isShown).slice(0, limit).map(deadLetterOf),
        unread: [],
      })),
    take: async (wanted, handle, { limit }) => {
      const found = await call('dead letters are received', async () =>
        bus.dead.filter((dead) => isShown(dead) && wanted(deadLetterOf(dead))),
      );
      const picked = found.slice(0, limit);
      if (picked.length > 0) {
        await handle(picked.map(deadLetterOf));
        await call('dead letters are completed', async () => {
          for (const dead of picked) {
            const at = bus.dead.indexOf(dead);
            if (at >= 0) bus.dead.splice(at, 1);
          }
        });
      }
      return { taken: picked.length, remaining: found.length - picked.length };
    },
  };
}

/** What belongs to those who receive it the cloud does not look at. */
function isShown({ place }: DeadDelivery): boolean {
  return !place.startsWith('investigations/') && !place.startsWith('atp-changes/');
}

function deadLetterOf(dead: DeadDelivery): DeadLetter {
  const [entity = '', subscription = entity] = dead.place.split('/');
  if (entity === ALLOCATION_REQUESTS_TOPIC) {
    const message = receivedBy(requestsSubscription(subscription), dead);
    return { message, reason: dead.reason, detail: '', isAskedAgain: true };
  }
  const from = subscription === PROJECTION_RETRY_QUEUE ? PROJECTION_SUBSCRIPTION : subscription;
  return { message: receivedBy(from, dead), reason: dead.reason, detail: '' };
}
