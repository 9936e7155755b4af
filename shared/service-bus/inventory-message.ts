import type { ServiceBusMessage } from '@azure/service-bus';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { jsonMessage } from './json-message.ts';
import { type TraceContext, traceProperties } from './trace-context.ts';

/** Topic that carries the inventory events. */
export const INVENTORY_EVENTS_TOPIC = 'inventory-events';

/** Subscription by which the events are folded into stock. */
export const PROJECTION_SUBSCRIPTION = 'atp-projection';
/** Subscription by which they are kept. */
export const JOURNAL_SUBSCRIPTION = 'journal';

/**
 * The message of an inventory event: JSON in UTF-8, with the CloudEvents 1.0 attributes in the AMQP binding's binary
 * mode (prefix `cloudEvents_`, the form that JMS clients can read as well) and the trace context as application properties.
 *
 * `messageId` is the event id, so that a repeated send is recognisable. The CloudEvents type is
 * `stockbridge.<eventType>`, the source `/stockbridge/wms-adapter/<warehouseId>`, the subject the item.
 */
export function inventoryMessage(event: InventoryEvent, trace: TraceContext): ServiceBusMessage {
  return jsonMessage(event, {
    messageId: event.eventId,
    subject: event.itemId,
    applicationProperties: {
      cloudEvents_specversion: '1.0',
      cloudEvents_id: event.eventId,
      cloudEvents_source: `/stockbridge/wms-adapter/${encodeURIComponent(event.warehouseId)}`,
      cloudEvents_type: `stockbridge.${event.eventType}`,
      cloudEvents_time: event.timestamp,
      cloudEvents_subject: event.itemId,
      ...traceProperties(trace),
    },
  });
}
