import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import type { Correction } from '../../shared/domain/correction.ts';
import type { Position } from '../../shared/domain/position.ts';
import { emptyStock, replacePositions, type Stock, type StockKey } from '../../shared/domain/stock.ts';
import type { ReceivedMessage } from '../../shared/ports/received-message.ts';

let serial = 0;

/** A number that no other test of this process uses, so that tests share a store without meeting. */
export function unique(): number {
  serial += 1;
  return serial;
}

/** A stock document of its own, with one position of `onHand` pieces. */
export function someStock(onHand: number, key: StockKey = someKey()): Stock {
  return replacePositions(emptyStock(key), [somePosition('A-01', onHand)], '2024-11-18T10:00:00.000Z');
}

/** An item in a warehouse that no other test uses. */
export function someKey(): StockKey {
  return { itemId: `ITEM-${unique()}`, warehouseId: 'WH-001' };
}

/** A versioned position without a lot. */
export function somePosition(locationId: string, onHand: number, version = 1): Position {
  return { locationId, lotNumber: null, onHand, version, changedAt: '2024-11-18T10:00:00.000Z' };
}

/** An event as the WMS adapter publishes it; version 1 of its position unless told otherwise. */
export function someEvent(fields: Partial<InventoryEvent> = {}): InventoryEvent {
  const number = unique();
  return {
    eventId: `evt-20241118-${String(number).padStart(6, '0')}`,
    timestamp: '2024-11-18T10:00:00.000Z',
    eventType: 'InventoryReceipt',
    itemId: 'ITEM-12345',
    warehouseId: 'WH-001',
    locationId: 'A-01',
    lotNumber: null,
    quantityChange: 10,
    resultingOnHand: 10,
    transactionId: `TRX-${number}`,
    scannerId: 'SCANNER-08',
    userId: 'warehouse_user_23',
    version: 1,
    ...fields,
  };
}

/** A correction of position A-01: the WMS holds 7 pieces at version 5, where the cloud held 9 at version 6. */
export function someCorrection(fields: Partial<Correction> = {}): Correction {
  return {
    itemId: 'ITEM-12345',
    warehouseId: 'WH-001',
    locationId: 'A-01',
    lotNumber: null,
    row: { onHand: 7, version: 5, changedAt: '2024-11-18T10:00:00.000Z' },
    floor: 0,
    voided: [],
    found: { onHand: 9, version: 6 },
    class: 'phantom',
    at: '2024-11-18T12:00:00.000Z',
    runId: '20241118T115900000Z-a1b2',
    ...fields,
  };
}

/** A message as `atp-projection` delivered it. */
export function someMessage(fields: Partial<ReceivedMessage> = {}): ReceivedMessage {
  const number = unique();
  return {
    body: Buffer.from('{}'),
    messageId: `message-${number}`,
    sequenceNumber: String(number),
    enqueuedAt: Date.parse('2024-11-18T10:00:01.500Z'),
    subscription: 'atp-projection',
    attempt: 0,
    applicationProperties: {},
    ...fields,
  };
}

/** The message of an event. */
export function messageOf(event: InventoryEvent, fields: Partial<ReceivedMessage> = {}): ReceivedMessage {
  return someMessage({ body: Buffer.from(JSON.stringify(event)), messageId: event.eventId, ...fields });
}

/** 60 KB that are not UTF-8. */
export function brokenBytes(): Uint8Array {
  return Uint8Array.from({ length: 60 * 1024 }, (_, index) => (index * 131) % 256);
}
