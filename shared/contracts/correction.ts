import { z } from 'zod';
import {
  itemIdSchema,
  locationIdSchema,
  pieceCountSchema,
  referenceSchema,
  utcTimestampSchema,
  warehouseIdSchema,
} from './identifiers.ts';
import { discrepancyClassSchema } from './reconciliation.ts';

const versionSchema = z.int().min(0).nullable();

/** What the journal keeps of a correction of the reconciliation (`Correction`). Pieces, UTC. */
export const correctionSchema = z.strictObject({
  itemId: itemIdSchema,
  warehouseId: warehouseIdSchema,
  locationId: locationIdSchema,
  lotNumber: locationIdSchema.nullable(),
  row: z
    .strictObject({
      onHand: pieceCountSchema,
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
