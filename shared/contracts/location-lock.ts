import { z } from 'zod';
import {
  locationIdSchema,
  referenceSchema,
  scannerIdSchema,
  userIdSchema,
  utcTimestampSchema,
  warehouseIdSchema,
} from './identifiers.ts';

/** Who counts a location, and until when at the latest. */
export const lockHolderSchema = z.object({
  lockId: referenceSchema,
  warehouseId: warehouseIdSchema,
  locationId: locationIdSchema,
  scannerId: scannerIdSchema,
  userId: userIdSchema,
  until: utcTimestampSchema,
});

/** Begins to count a location. */
export const lockRequestSchema = lockHolderSchema.omit({ lockId: true, until: true });

/** Goes on counting. A scanner that is named has to be the holder. */
export const lockExtensionSchema = lockHolderSchema.pick({ scannerId: true }).partial();

/** Ends the count of another and begins one. `userId` has to be a supervisor where a device asks. */
export const lockTakeOverSchema = lockHolderSchema
  .pick({ scannerId: true, userId: true })
  .extend({ reason: z.string().trim().min(1).max(256) });

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

export type LockHolder = z.infer<typeof lockHolderSchema>;
export type RunningLock = z.infer<typeof runningLockSchema>;
