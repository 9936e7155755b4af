import { z } from 'zod';
import { pieceCountSchema } from './identifiers.ts';

/** A position as the WMS reports it: pieces of an item in a location, by lot. */
export const wmsPositionSchema = z.object({
  itemId: z.string(),
  warehouseId: z.string(),
  locationId: z.string(),
  lotNumber: z.string().nullable(),
  onHand: pieceCountSchema,
  reserved: pieceCountSchema,
  version: z.int().min(0),
});

export type WmsPosition = z.infer<typeof wmsPositionSchema>;

/** As it is listed. `positionId`: `warehouse|item|location|lot`, to be encoded where it stands in a path. */
export const listedPositionSchema = wmsPositionSchema.extend({ positionId: z.string() });

/** `next` is there when more follow; hand it back as `after`. */
export const wmsPositionsSchema = z.object({
  positions: z.array(listedPositionSchema),
  next: z.string().optional(),
});
