import { z } from 'zod';
import { type FaultCode, fieldFaultSchema } from './field-fault.ts';
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
import { lockHolderSchema } from './location-lock.ts';
import { problemDetailsSchema } from './problem-details.ts';

/** At most this many transactions travel in one call. */
export const MAX_TRANSACTIONS_PER_CALL = 500;

/** Three centuries: far beyond every device's life, and exact in milliseconds. */
export const MAX_MONOTONIC_MS = 1e13;

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
    /** By the device's own clock; what it is corrected to is told as `scannedAt` of the ledger. */
    scannedAt: utcTimestampSchema,
    /**
     * The device's monotonic clock at the scan: milliseconds, and the run it counts from (another one after each
     * restart). With it a clock that was set wrong, or set anew, does no harm.
     */
    scanClock: z
      .object({ run: referenceSchema, milliseconds: z.number().min(0).max(MAX_MONOTONIC_MS) })
      .optional(),
    /** The scanner's own running number of this scan. */
    sequence: z.int().min(0).optional(),
    /** True when it was scanned offline and waited in the scanner's queue. */
    queued: z.boolean().optional(),
    /** The lock of another that the worker was warned of and goes on beside; of a count, also the lock that it ends. */
    acknowledgeLock: referenceSchema.optional(),
    scannerId: scannerIdSchema,
    userId: userIdSchema,
  })
  .superRefine((transaction, context) => {
    const { type, quantity, locationId, toLocationId } = transaction;
    const wrong = (field: 'quantity' | 'toLocationId', fault: FaultCode, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message, params: { fault } });
    const positive = type === 'receipt' || type === 'pick' || type === 'transfer';
    if (positive && quantity <= 0) {
      wrong('quantity', 'not-positive', `must be positive for a ${type}`);
    }
    if (type === 'count' && quantity < 0) {
      wrong('quantity', 'negative', 'must be 0 or more for a count');
    }
    if (type === 'adjustment' && quantity === 0) {
      wrong('quantity', 'zero', 'must not be 0 for an adjustment');
    }
    if (type === 'transfer' && (toLocationId === undefined || toLocationId === locationId)) {
      const fault = toLocationId === undefined ? 'required' : 'same-location';
      wrong('toLocationId', fault, 'must name another location of the same warehouse for a transfer');
    }
  });

export type Transaction = z.infer<typeof transactionSchema>;

/**
 * What is in doubt about a booked scan: its scan time lay in the future and was clamped to its arrival; its device's clock
 * was off by more than 5 minutes, or stood still; its location was being counted by another, so that the position needs a recount.
 */
export const transactionFlagSchema = z.enum(['clamped-scan-time', 'device-clock-off', 'recount']);

export type TransactionFlag = z.infer<typeof transactionFlagSchema>;

/** `locks`: the counts that a scan fell under. `lastCall`: the call of the device that came before this one, and was made after it. */
export const transactionProblemSchema = problemDetailsSchema.extend({
  errors: z.array(fieldFaultSchema).optional(),
  locks: z.array(lockHolderSchema).optional(),
  lastCall: z.int().min(0).optional(),
});

export type TransactionProblem = z.infer<typeof transactionProblemSchema>;

export const transactionResultSchema = z.object({
  transactionId: z.string(),
  outcome: z.enum(['applied', 'duplicate', 'conflict', 'warning', 'rejected', 'exception']),
  position: z.object({ onHand: pieceCountSchema, version: z.int().min(0) }).optional(),
  flags: z.array(transactionFlagSchema).optional(),
  problem: transactionProblemSchema.optional(),
});

export type TransactionResult = z.infer<typeof transactionResultSchema>;

export const transactionResultsSchema = z.object({ results: z.array(transactionResultSchema) });
