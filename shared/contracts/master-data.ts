import { z } from 'zod';
import { itemIdSchema, locationIdSchema, pieceCountSchema, warehouseIdSchema } from './identifiers.ts';

/** At most this many items or locations travel in one call. */
export const MAX_MASTER_DATA_PER_CALL = 500;

/** With fifteen digits a number still tells hundredths apart. */
const MAX_UNIT_PRICE = 1_000_000_000;

/**
 * What the WMS knows of an item. `maxQuantity` (pieces) is what a scanner holds for plausible in one scan; `unitPrice`
 * is money a piece, in whatever currency the WMS counts in, for the value of what a reconciliation finds.
 */
export const itemDetailsSchema = z.object({
  description: z.string().max(512).optional(),
  barcodes: z.array(z.string().min(1).max(128)).max(64).optional(),
  maxQuantity: pieceCountSchema.optional(),
  unitPrice: z.number().min(0).max(MAX_UNIT_PRICE).optional(),
});
export const itemSchema = itemDetailsSchema.extend({ itemId: itemIdSchema });
export const itemsSchema = z.array(itemSchema).max(MAX_MASTER_DATA_PER_CALL);

export type ItemDetails = z.infer<typeof itemDetailsSchema>;
export type Item = z.infer<typeof itemSchema>;

/** A place in a warehouse that stock can be in. */
export const locationDetailsSchema = z.object({ description: z.string().max(512).optional() });
export const locationSchema = locationDetailsSchema.extend({
  warehouseId: warehouseIdSchema,
  locationId: locationIdSchema,
});
export const locationsSchema = z.array(locationSchema).max(MAX_MASTER_DATA_PER_CALL);

export type LocationDetails = z.infer<typeof locationDetailsSchema>;
export type Location = z.infer<typeof locationSchema>;
