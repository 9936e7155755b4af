import { z } from 'zod';
import { referenceSchema, utcTimestampSchema, warehouseIdSchema } from './identifiers.ts';
import { discrepancyClassSchema } from './reconciliation.ts';

const versionSchema = z.int().min(0).nullable();

/**
 * What the journal keeps of a correction of the reconciliation (`Correction`). Pieces, UTC. Ids and figures are the WMS's, be it that
 * no event can have them.
 */
export const correctionSchema = z.strictObject({
  itemId: z.string(),
  warehouseId: warehouseIdSchema,
  locationId: z.string(),
  lotNumber: z.string().nullable(),
  row: z
    .strictObject({
      onHand: z.int(),
      version: versionSchema,
      changedAt: utcTimestampSchema.nullable(),
    })
    .nullable(),
  floor: z.int().min(0),
  voided: z.array(z.strictObject({ eventId: referenceSchema, version: versionSchema })),
  // Somebody may have edited the document by hand: what was found there is any number.
  found: z.strictObject({ onHand: z.number(), version: z.number().nullable() }).nullable(),
  class: discrepancyClassSchema,
  at: utcTimestampSchema,
  runId: referenceSchema,
});
