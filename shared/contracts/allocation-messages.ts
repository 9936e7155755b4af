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
  /** `{orderId}:{lineId}:{number}`. */
  allocationId: referenceSchema,
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
    /** Pieces wanted. */
    quantity: z.int().min(1),
    /** With fewer pieces than this the WMS rejects. */
    leastQuantity: z.int().min(1),
    /** When the order came; with `priority` it orders the cuts when stock falls short. */
    orderedAt: utcTimestampSchema,
    /** Higher goes first. */
    priority: z.int(),
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
  /** 1 for the first decision on this allocation, then without holes. */
  sequence: z.int().min(1),
  /** `confirmed`: reserved; `rejected`: nothing is; `reduced`: stock fell short or the pick was closed; `released`: final. */
  status: z.enum(['confirmed', 'rejected', 'reduced', 'released']),
  /** Pieces reserved for it in all, those already picked included. */
  quantity: pieceCountSchema,
  /** Pieces already picked of them. */
  picked: pieceCountSchema,
  /** Why, where it is not a plain confirmation. */
  reason: z
    .enum([
      'insufficient-stock',
      'under-count',
      'unknown-item',
      'stock-fell-short',
      'short-close',
      'already-released',
    ])
    .optional(),
  /** Worth asking again from then on: the end of the count that keeps the stock. */
  retryAt: utcTimestampSchema.optional(),
  /** When the WMS's transaction committed. */
  decidedAt: utcTimestampSchema,
});

export type AllocationDecision = z.infer<typeof allocationDecisionSchema>;
