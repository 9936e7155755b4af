import type { ServiceBusMessage } from '@azure/service-bus';
import type { InventoryEvent } from '../contracts/inventory-event.ts';

/** Topic that carries the inventory events. */
export const INVENTORY_EVENTS_TOPIC = 'inventory-events';

/** W3C trace context of what caused a message: headers `traceparent` and, if there is one, `tracestate`. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/**
 * The message of an inventory event: JSON in UTF-8, with the CloudEvents 1.0 attributes in the AMQP binding's binary
 * mode (prefix `cloudEvents_`, the form that JMS clients can read as well) and the trace context as application properties.
 *
 * `messageId` is the event id, so that a repeated send is recognisable. The CloudEvents type is
 * `stockbridge.<eventType>`, the source `/stockbridge/wms-adapter/<warehouseId>`, the subject the item.
 */
export function inventoryMessage(event: InventoryEvent, trace: TraceContext): ServiceBusMessage {
  return {
    body: Buffer.from(JSON.stringify(event), 'utf8'),
    contentType: 'application/json',
    messageId: event.eventId,
    subject: event.itemId,
    applicationProperties: {
      cloudEvents_specversion: '1.0',
      cloudEvents_id: event.eventId,
      cloudEvents_source: `/stockbridge/wms-adapter/${encodeURIComponent(event.warehouseId)}`,
      cloudEvents_type: `stockbridge.${event.eventType}`,
      cloudEvents_time: event.timestamp,
      cloudEvents_subject: event.itemId,
      traceparent: trace.traceparent,
      ...(trace.tracestate === undefined ? {} : { tracestate: trace.tracestate }),
      // The Azure SDKs' older name of the same; set here, so that they do not add one of their own.
      'Diagnostic-Id': trace.traceparent,
    },
  };
}
