/** How the value of a column becomes the value of an event's field. */
export type FieldKind = 'text' | 'number' | 'timestamp' | 'event-type';

/**
 * The fields of an inventory event (`shared/contracts/inventory-event.ts`) that a column can give, those of an inner
 * object with its name before a dot. `schemaVersion` is not among them: it says what this adapter writes.
 */
export const EVENT_FIELDS = {
  eventId: 'text',
  timestamp: 'timestamp',
  eventType: 'event-type',
  itemId: 'text',
  warehouseId: 'text',
  locationId: 'text',
  lotNumber: 'text',
  quantityChange: 'number',
  resultingOnHand: 'number',
  transactionId: 'text',
  scannerId: 'text',
  userId: 'text',
  version: 'number',
  scannedAt: 'timestamp',
  scannedQuantity: 'number',
  'counterpart.locationId': 'text',
  'counterpart.lotNumber': 'text',
  'counterpart.quantityChange': 'number',
  'counterpart.resultingOnHand': 'number',
  'counterpart.version': 'number',
  'countLock.lockId': 'text',
  'countLock.until': 'timestamp',
  allocationId: 'text',
  orderId: 'text',
  lineId: 'text',
  allocationPicked: 'number',
  expectedReceiptId: 'text',
} as const satisfies Record<string, FieldKind>;

export type EventField = keyof typeof EVENT_FIELDS;

/** Fields without which there is no event: each needs a column or a constant. */
export const REQUIRED_FIELDS = [
  'eventId',
  'timestamp',
  'eventType',
  'itemId',
  'warehouseId',
  'locationId',
  'quantityChange',
  'resultingOnHand',
  'transactionId',
  'scannerId',
  'userId',
] as const satisfies readonly EventField[];

/** Fields that may be the same for every row. */
export const CONSTANT_FIELDS = [
  'eventType',
  'warehouseId',
  'locationId',
  'lotNumber',
  'scannerId',
  'userId',
] as const satisfies readonly EventField[];
