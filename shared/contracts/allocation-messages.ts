import { z } from 'zod';
import {
  itemIdSchema,
  lineIdSchema,
  orderIdSchema,
  pieceCountSchema,
  referenceSchema,
  utcTimestampSchema,
  warehouseIdSchema,
} from './identifiers.ts';

/** The allocation a message is about: pieces of one order line from one warehouse. */
const allocation = {
  allocationId: referenceSchema.describe('`{orderId}:{lineId}:{number}`.'),
  orderId: orderIdSchema,
  lineId: lineIdSchema,
  itemId: itemIdSchema,
  warehouseId: warehouseIdSchema,
};

/**
 * What the cloud asks of a WMS (topic `allocation-requests`, application property `warehouseId`). Both kinds may come
 * again, and in any order: the WMS decides once per allocation id, and a release is final even for an id never seen.
 */
export const allocationRequestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('request'),
    ...allocation,
    quantity: z.int().min(1).describe('Pieces wanted.'),
    leastQuantity: z.int().min(1).describe('With fewer pieces than this the WMS rejects.'),
    orderedAt: utcTimestampSchema.describe(
      'When the order came; with `priority` it orders the cuts when stock falls short.',
    ),
    priority: z.int().describe('Higher goes first.'),
  }),
  z.object({ kind: z.literal('release'), ...allocation }),
]);

export type AllocationRequest = z.infer<typeof allocationRequestSchema>;

/**
 * The WMS's word on an allocation (topic `allocation-decisions`): its whole state, numbered, so that the highest
 * number stands whatever order decisions arrive in and however often.
 */
export const allocationDecisionSchema = z.object({
  ...allocation,
  sequence: z.int().min(1).describe('1 for the first decision on this allocation, then without holes.'),
  status: z
    .enum(['confirmed', 'rejected', 'reduced', 'released'])
    .describe(
      '`confirmed`: reserved; `rejected`: nothing is; `reduced`: stock fell short or the pick was closed; `released`: final.',
    ),
  quantity: pieceCountSchema.describe('Pieces reserved for it in all, those already picked included.'),
  picked: pieceCountSchema.describe('Pieces already picked of them.'),
  reason: z
    .enum([
      'insufficient-stock',
      'under-count',
      'unknown-item',
      'stock-fell-short',
      'short-close',
      'already-released',
    ])
    .optional()
    .describe('Why, where it is not a plain confirmation.'),
  retryAt: utcTimestampSchema
    .optional()
    .describe('Worth asking again from then on: the end of the count that keeps the stock.'),
  decidedAt: utcTimestampSchema.describe("When the WMS's transaction committed."),
});

export type AllocationDecision = z.infer<typeof allocationDecisionSchema>;
