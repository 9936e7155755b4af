import { describe, expect, test } from 'vitest';
import { type InventoryEvent, inventoryEventSchema } from '../contracts/inventory-event.ts';
import { inventoryMessage } from './inventory-message.ts';

const event: InventoryEvent = {
  eventId: 'evt-20241118-000123',
  timestamp: '2024-11-18T10:00:00.000Z',
  eventType: 'InventoryPick',
  itemId: 'ITEM-12345',
  warehouseId: 'WH 001',
  locationId: 'A-05-02',
  lotNumber: null,
  quantityChange: -50,
  resultingOnHand: 450,
  transactionId: 'TRX-445566',
  scannerId: 'SCANNER-08',
  userId: 'warehouse_user_23',
};
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('An inventory event as a message', () => {
  test('is JSON in UTF-8 that reads back as the event', () => {
    const { body, contentType } = inventoryMessage(event, { traceparent });
    expect(contentType).toBe('application/json');
    expect(inventoryEventSchema.parse(JSON.parse(new TextDecoder().decode(body)))).toEqual(event);
  });

  test('carries the CloudEvents attributes and the trace context as application properties', () => {
    const message = inventoryMessage(event, { traceparent, tracestate: 'vendor=1' });
    expect(message.messageId).toBe('evt-20241118-000123');
    expect(message.subject).toBe('ITEM-12345');
    expect(message.applicationProperties).toEqual({
      cloudEvents_specversion: '1.0',
      cloudEvents_id: 'evt-20241118-000123',
      cloudEvents_source: '/stockbridge/wms-adapter/WH%20001',
      cloudEvents_type: 'stockbridge.InventoryPick',
      cloudEvents_time: '2024-11-18T10:00:00.000Z',
      cloudEvents_subject: 'ITEM-12345',
      traceparent,
      tracestate: 'vendor=1',
      'Diagnostic-Id': traceparent,
    });
  });

  test('has no tracestate when there is none', () => {
    expect(inventoryMessage(event, { traceparent }).applicationProperties).not.toHaveProperty('tracestate');
  });
});
