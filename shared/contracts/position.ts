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

/** `next` is there when more follow; hand it back as `after`. */
export const wmsPositionsSchema = z.object({
  positions: z.array(wmsPositionSchema),
  next: z.string().optional(),
});
