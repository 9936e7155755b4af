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

export type LockHolder = z.infer<typeof lockHolderSchema>;
