import { z } from 'zod';
import {
  locationIdSchema,
  referenceSchema,
  scannerIdSchema,
  userIdSchema,
  utcTimestampSchema,
  warehouseIdSchema,
} from './identifiers.ts';
import { lockHolderSchema } from './location-lock.ts';

/** Begins to count a location. */
export const lockRequestSchema = z.object({
  warehouseId: warehouseIdSchema,
  locationId: locationIdSchema,
  scannerId: scannerIdSchema,
  userId: userIdSchema,
});

/** Goes on counting. A scanner that is named has to be the holder. */
export const lockExtensionSchema = z.object({ scannerId: scannerIdSchema.optional() });

/** Ends the count of another and begins one. `userId` has to be a supervisor where a device asks. */
export const lockTakeOverSchema = z.object({
  scannerId: scannerIdSchema,
  userId: userIdSchema,
  reason: z.string().trim().min(1).max(256),
});

/** A count under way. */
export const runningLockSchema = lockHolderSchema.extend({
  startedAt: utcTimestampSchema,
  takenOver: z
    .object({ lockId: referenceSchema, reason: z.string() })
    .optional()
    .describe('The lock that this one ended, and why.'),
});

export const runningLocksSchema = z.object({
  locks: z.array(runningLockSchema),
  next: z.string().optional(),
});

export type RunningLock = z.infer<typeof runningLockSchema>;
