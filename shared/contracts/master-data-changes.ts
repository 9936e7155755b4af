import { z } from 'zod';
import { scannerIdSchema } from './identifiers.ts';
import { itemSchema, locationSchema } from './master-data.ts';

/** What a scanner has to keep, so that what it queues offline is taken later. */
export const scannerLimitsSchema = z.object({
  maxPieces: z.int().describe('Pieces: no quantity is more.'),
  transactionsPerCall: z.int(),
  bytesPerCall: z.int().describe('Of the body.'),
  clockOffsetMs: z.int().describe('A device whose clock is off by more milliseconds is flagged.'),
  earliestScan: z.string().describe('No scan is older: UTC.'),
  lockMs: z.int().describe('Milliseconds for which a lock is taken or extended.'),
});

/** What was put since the version that was asked for. */
export const masterDataChangesSchema = z.object({
  version: z.int().min(0).describe('What the asker has now: to be asked for next time.'),
  mark: z
    .string()
    .optional()
    .describe('What has the version: to be sent with it, so that a database that was restored is noticed.'),
  scannerId: scannerIdSchema
    .optional()
    .describe('The device whose key came with the call; none for the adapter’s own key, or without one.'),
  warehouseIds: z
    .array(z.string())
    .describe('Whose locations are told. Once they are others than before, ask from version 0.'),
  items: z.array(itemSchema),
  locations: z.array(locationSchema),
  limits: scannerLimitsSchema,
  hasMore: z.boolean().describe('More follows at once: ask again, with this version.'),
  reset: z
    .literal(true)
    .optional()
    .describe('The version asked for is not known here: forget everything, this starts from 0.'),
});

export type MasterDataChanges = z.infer<typeof masterDataChangesSchema>;
