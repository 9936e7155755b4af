import { z } from 'zod';
import { itemIdSchema, warehouseIdSchema } from './identifiers.ts';
import { atpDaySchema } from './planning.ts';

/** Available to promise of one item in one warehouse, in pieces. `atp` below zero stops new holds and nothing else. */
export const warehouseAtpSchema = z.object({
  itemId: itemIdSchema,
  warehouseId: warehouseIdSchema,
  onHand: z.int().describe('Pieces that are there, as the WMS says.'),
  tentative: z.int().describe('Pieces held on which no warehouse has answered yet.'),
  confirmed: z.int().describe('Pieces kept for orders, still to be picked.'),
  safetyStock: z.int().describe('Pieces that are never promised.'),
  atp: z.int().describe('onHand − tentative − confirmed − safetyStock; below zero when stock vanished.'),
  atRisk: z
    .int()
    .min(0)
    .describe('Of on hand, the pieces in locations that are being counted now: sourcing takes them last.'),
  version: z.int().describe('Grows with every change of this record.'),
  asOf: z.iso
    .datetime()
    .describe(
      'UTC commit time of the newest WMS transaction in these figures; the beginning of 1970 when there was none.',
    ),
});

export type WarehouseAtp = z.infer<typeof warehouseAtpSchema>;

/** The same over all warehouses; `asOf` is the newest of theirs. */
export const itemAtpSchema = warehouseAtpSchema
  .omit({ warehouseId: true, version: true })
  .extend({ warehouses: z.array(warehouseAtpSchema) });

export type ItemAtp = z.infer<typeof itemAtpSchema>;

/** What `from` and `to` add to either answer: ATP by day. */
export const atpDaysSchema = z.object({ days: z.array(atpDaySchema) });

export type AtpDays = z.infer<typeof atpDaysSchema>;

/** The query of `GET …/atp`: UTC days, both included; with either, ATP is told by day. */
export const atpDaysQuerySchema = z.object({
  from: z.iso.date().optional().describe('The first UTC day; today unless told.'),
  to: z.iso.date().optional().describe('The last UTC day; the last on which something is known unless told.'),
});

export const MAX_ATP_PAIRS = 500;

export const atpQuerySchema = z.object({
  pairs: z
    .array(z.object({ itemId: itemIdSchema, warehouseId: warehouseIdSchema }))
    .min(1)
    .max(MAX_ATP_PAIRS),
});

/** One answer a pair, in the order asked; `found: false` where the cloud knows no stock of it. */
export const atpQueryResultSchema = z.object({
  results: z.array(
    z.discriminatedUnion('found', [
      warehouseAtpSchema.extend({ found: z.literal(true) }),
      z.object({ found: z.literal(false), itemId: z.string(), warehouseId: z.string() }),
    ]),
  ),
});

export type AtpQuery = z.infer<typeof atpQuerySchema>;
export type AtpQueryResult = z.infer<typeof atpQueryResultSchema>;
