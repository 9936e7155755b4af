import { z } from 'zod';
import { MAX_PIECES, pieceCountSchema, referenceSchema } from './identifiers.ts';

/** `PUT /api/items/{itemId}/warehouses/{warehouseId}/safety-stock`: pieces that are never promised. */
export const safetyStockSchema = z.object({ quantity: pieceCountSchema });

/** Safety stock as it stands; 0 unless it was set. */
export const safetyStockStateSchema = safetyStockSchema.extend({
  itemId: z.string(),
  warehouseId: z.string(),
});

export type SafetyStockState = z.infer<typeof safetyStockStateSchema>;

/** `PUT …/warehouses/{warehouseId}/expected-receipts/{expectedReceiptId}`: pieces on their way. */
export const expectedReceiptSchema = z.object({
  quantity: z.int().min(1).max(MAX_PIECES),
  expectedOn: z.iso.date().describe('UTC day.'),
});

/** An expected receipt as it stands: `received` pieces of it came, the rest is on its way or overdue. */
export const expectedReceiptStateSchema = expectedReceiptSchema.extend({
  expectedReceiptId: referenceSchema,
  received: z.int(),
  status: z.enum(['expected', 'overdue', 'received']),
});

export type ExpectedReceiptState = z.infer<typeof expectedReceiptStateSchema>;

/** Those that are still open, and the latest that came in full, by date. */
export const expectedReceiptsSchema = z.object({ expectedReceipts: z.array(expectedReceiptStateSchema) });

/** Thresholds kept for one item. */
export const MAX_THRESHOLDS = 10;

/** `PUT /api/items/{itemId}/atp-thresholds`: a message goes out when the item's ATP crosses one. */
export const atpThresholdsSchema = z.object({
  thresholds: z.array(z.int().min(-MAX_PIECES).max(MAX_PIECES)).max(MAX_THRESHOLDS),
});

/** What topic `atp-changes` carries. `below` is true when ATP is now less than the threshold, else it reaches it again. */
export const atpChangeSchema = z.object({
  itemId: z.string(),
  threshold: z.int().describe('The one that was set and is crossed; pieces.'),
  below: z.boolean().describe('ATP is less than the threshold now; false: it reaches it again.'),
  atp: z.int().describe('Of all warehouses now.'),
  previousAtp: z.int().describe('When the item was looked at before.'),
  at: z.iso.datetime(),
  sequence: z
    .int()
    .describe(
      'Grows from change to change of an item; a message may come again or late, so of a threshold the highest stands.',
    ),
});

export type AtpChange = z.infer<typeof atpChangeSchema>;

/** Days in one answer. */
export const MAX_ATP_DAYS = 366;

/** ATP of a day: the lowest projected quantity from that day on, as Dynamics 365 states it. Pieces. */
export const atpDaySchema = z.object({
  date: z.iso.date(),
  expected: z.int().describe('Pieces expected on that day.'),
  demand: z.int().describe('Pieces of backorders wanted by that day and not by the day before.'),
  projected: z
    .int()
    .describe('Pieces: ATP now, plus what is expected by that day, less what backorders want by that day.'),
  atp: z.int().describe('Pieces that can be promised for that day: the lowest projected from it on.'),
});

export type AtpDay = z.infer<typeof atpDaySchema>;
