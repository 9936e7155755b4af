import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import type { TakenEvent } from './outbox-tap.ts';

export type EventBus = {
  /** Sends events to the topic as the adapter does; tries again until the bus has taken them. */
  send: (...events: Pick<TakenEvent, 'event' | 'trace'>[]) => Promise<void>;
  close: () => Promise<void>;
};

const TOPIC = 'inventory-events';

export function openEventBus(connectionString: string): EventBus {
  const client = new ServiceBusClient(connectionString, {
    retryOptions: { maxRetries: 30, retryDelayInMs: 500, maxRetryDelayInMs: 2_000, timeoutInMs: 5_000 },
  });
  const sender = client.createSender(TOPIC);
  return {
    send: (...events) => sender.sendMessages(events.map(messageOf)),
    close: () => client.close(),
  };
}

/** The message as docs/events.md describes it: JSON with the CloudEvents attributes as application properties. */
function messageOf({ event, trace }: Pick<TakenEvent, 'event' | 'trace'>): ServiceBusMessage {
  const { eventId, itemId, warehouseId, eventType, timestamp } = event;
  return {
    body: Buffer.from(JSON.stringify(event), 'utf8'),
    contentType: 'application/json',
    messageId: eventId,
    subject: itemId,
    applicationProperties: {
      cloudEvents_specversion: '1.0',
      cloudEvents_id: eventId,
      cloudEvents_source: `/stockbridge/wms-adapter/${encodeURIComponent(warehouseId)}`,
      cloudEvents_type: `stockbridge.${eventType}`,
      cloudEvents_time: timestamp,
      cloudEvents_subject: itemId,
      ...trace,
    },
  };
}
