import { z } from 'zod';
import {
  itemIdSchema,
  locationIdSchema,
  lotNumberSchema,
  pieceCountSchema,
  piecesSchema,
  referenceSchema,
  scannerIdSchema,
  userIdSchema,
  utcTimestampSchema,
  warehouseIdSchema,
} from './identifiers.ts';
import { problemDetailsSchema } from './problem-details.ts';

/** At most this many transactions travel in one call. */
export const MAX_TRANSACTIONS_PER_CALL = 500;

/** A warehouse transaction as a scanner posts it. Quantities are pieces; what `quantity` means follows from `type`. */
export const transactionSchema = z
  .object({
    transactionId: z.guid(),
    type: z.enum(['receipt', 'pick', 'adjustment', 'count', 'transfer']),
    itemId: itemIdSchema,
    warehouseId: warehouseIdSchema,
    locationId: locationIdSchema,
    lotNumber: lotNumberSchema.optional().transform((lot) => lot ?? null),
    /** Received, picked or moved (positive), the change (adjustment: signed, not 0) or what was counted (0 or more). */
    quantity: piecesSchema,
    /** Where a transfer goes, in the same warehouse. */
    toLocationId: locationIdSchema.optional(),
    reason: z.string().max(256).optional(),
    orderId: referenceSchema.optional(),
    allocationId: referenceSchema.optional(),
    /** The last pick of its allocation: what is still reserved for it is released (short close). */
    closesAllocation: z.boolean().optional(),
    expectedReceiptId: referenceSchema.optional(),
    /** Optimistic concurrency, online updates only: the version of the position that the scanner saw. */
    expectedVersion: z.int().min(0).optional(),
    scannedAt: utcTimestampSchema,
    /** The scanner's own running number of this scan. */
    sequence: z.int().min(0).optional(),
    /** True when it was scanned offline and waited in the scanner's queue. */
    queued: z.boolean().optional(),
    acknowledgeLock: referenceSchema.optional(),
    scannerId: scannerIdSchema,
    userId: userIdSchema,
  })
  .superRefine((transaction, context) => {
    const { type, quantity, locationId, toLocationId } = transaction;
    const positive = type === 'receipt' || type === 'pick' || type === 'transfer';
    if (positive && quantity <= 0) {
      context.addIssue({ code: 'custom', path: ['quantity'], message: `must be positive for a ${type}` });
    }
    if (type === 'count' && quantity < 0) {
      context.addIssue({ code: 'custom', path: ['quantity'], message: 'must be 0 or more for a count' });
    }
    if (type === 'adjustment' && quantity === 0) {
      context.addIssue({ code: 'custom', path: ['quantity'], message: 'must not be 0 for an adjustment' });
    }
    if (type === 'transfer' && (toLocationId === undefined || toLocationId === locationId)) {
      context.addIssue({
        code: 'custom',
        path: ['toLocationId'],
        message: 'must name another location of the same warehouse for a transfer',
      });
    }
  });

export type Transaction = z.infer<typeof transactionSchema>;

export const transactionResultSchema = z.object({
  transactionId: z.string(),
  outcome: z.enum(['applied', 'duplicate', 'conflict', 'warning', 'rejected', 'exception']),
  position: z.object({ onHand: pieceCountSchema, version: z.int().min(0) }).optional(),
  problem: problemDetailsSchema.optional(),
});

export type TransactionResult = z.infer<typeof transactionResultSchema>;

export const transactionResultsSchema = z.object({ results: z.array(transactionResultSchema) });
