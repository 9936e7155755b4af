import { z } from 'zod';
import {
  itemIdSchema,
  lineIdSchema,
  locationIdSchema,
  lotNumberSchema,
  orderIdSchema,
  pieceCountSchema,
  piecesSchema,
  referenceSchema,
  scannerIdSchema,
  userIdSchema,
  utcTimestampSchema,
  warehouseIdSchema,
} from './identifiers.ts';

/**
 * The inventory event that a WMS publishes after every transaction: the transaction and the position that resulted.
 *
 * The first twelve fields are the published contract; an event with exactly these is complete. The optional ones
 * make it safer: with `version` the order of arrival no longer matters. Quantities are pieces, times UTC.
 */
export const inventoryEventSchema = z
  .object({
    eventId: referenceSchema,
    timestamp: utcTimestampSchema.describe('When the WMS committed the transaction.'),
    eventType: z.enum([
      'InventoryReceipt',
      'InventoryPick',
      'InventoryAdjustment',
      'InventoryCount',
      'InventoryTransfer',
      // A count of the location began or ended: nothing moved, but its stock is at risk meanwhile.
      'InventoryCountStarted',
      'InventoryCountEnded',
    ]),
    itemId: itemIdSchema,
    warehouseId: warehouseIdSchema,
    locationId: locationIdSchema,
    lotNumber: lotNumberSchema.optional().transform((lot) => lot ?? null),
    quantityChange: piecesSchema.describe(
      'The effective change: what the transaction added to on hand (negative: took away).',
    ),
    resultingOnHand: pieceCountSchema.describe(
      'Pieces at the position after it. The cloud reckons them as well, and tells where the two differ.',
    ),
    transactionId: referenceSchema,
    scannerId: scannerIdSchema,
    userId: userIdSchema,

    schemaVersion: z.literal(1).optional(),
    version: z
      .int()
      .min(1)
      .optional()
      .describe('Number of this state of the position, 1 for its first, without holes, given by the WMS.'),
    scannedAt: utcTimestampSchema
      .optional()
      .describe('When the scanner saw it; orders the transactions inside the warehouse, not in the cloud.'),
    scannedQuantity: piecesSchema
      .optional()
      .describe(
        'What was scanned, where the effective change differs from it (a late delta, a shortfall); for a count, what was counted.',
      ),
    counterpart: z
      .object({
        locationId: locationIdSchema,
        lotNumber: lotNumberSchema.optional().transform((lot) => lot ?? null),
        quantityChange: piecesSchema,
        resultingOnHand: pieceCountSchema,
        version: z.int().min(1),
      })
      .optional()
      .describe('The other position of a transfer, so that either event of the two brings both.'),
    countLock: z
      .object({ lockId: referenceSchema, until: utcTimestampSchema })
      .optional()
      .describe(
        'The lock of a count under way, and when it ends at the latest; of one that has ended, when it did.',
      ),
    allocationId: referenceSchema.optional().describe('The allocation that a pick belongs to.'),
    orderId: orderIdSchema.optional().describe('Of that allocation.'),
    lineId: lineIdSchema.optional().describe('Of that allocation.'),
    allocationPicked: pieceCountSchema
      .optional()
      .describe('Pieces picked of that allocation so far, cumulative.'),
    expectedReceiptId: referenceSchema.optional().describe('The expected receipt that a receipt fulfils.'),
  })
  .check(({ value: { eventType, countLock }, issues }) => {
    const tellsOfCount = eventType === 'InventoryCountStarted' || eventType === 'InventoryCountEnded';
    if (tellsOfCount === (countLock !== undefined)) return;
    const message = tellsOfCount ? `is required of ${eventType}` : `does not belong to ${eventType}`;
    issues.push({ code: 'custom', path: ['countLock'], input: countLock, message });
  });

export type InventoryEvent = z.infer<typeof inventoryEventSchema>;
export type InventoryEventType = InventoryEvent['eventType'];
