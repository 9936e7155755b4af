import { z } from 'zod';
import { pieceCountSchema, piecesSchema, utcTimestampSchema } from './identifiers.ts';
import { transactionFlagSchema, transactionSchema } from './transaction.ts';

/** What one transaction did to one position. Quantities are pieces, times UTC. */
export const ledgerEntrySchema = z.object({
  version: z.int().min(1).describe('Of the position, after it.'),
  kind: z.enum(['delta', 'count']),
  quantity: piecesSchema.describe('Signed for a delta; what was counted.'),
  effectiveChange: z.int().describe('New on hand − old on hand.'),
  onHand: pieceCountSchema.describe('Of the position, after it.'),
  shortfall: pieceCountSchema.describe('Of the position, after it.'),
  counts: z
    .boolean()
    .describe(
      'The present figure is made of it: the latest count by scan time, and what was scanned after it. They sum up to on hand − shortfall.',
    ),
  scannedAt: utcTimestampSchema.describe('As corrected.'),
  committedAt: utcTimestampSchema,
  flags: z.array(transactionFlagSchema),
  transaction: transactionSchema,
});

/** A position with the entries that are of interest. */
export const explainedPositionSchema = z.object({
  positionId: z.string().describe('`warehouse|item|location|lot`; encode it where it stands in a path.'),
  itemId: z.string(),
  warehouseId: z.string(),
  locationId: z.string(),
  lotNumber: z.string().nullable(),
  onHand: pieceCountSchema,
  shortfall: pieceCountSchema,
  version: z.int().min(0),
  entries: z
    .array(ledgerEntrySchema)
    .describe('The last scanned first, so that those that count come before the others.'),
});

const next = z.string().optional().describe('There is more: hand it back as `after`.');

export const positionHistorySchema = explainedPositionSchema.extend({ next });
export const shortfallsSchema = z.object({ shortfalls: z.array(explainedPositionSchema), next });
export const recountsSchema = z.object({ recounts: z.array(explainedPositionSchema), next });

export type LedgerEntryAnswer = z.infer<typeof ledgerEntrySchema>;
export type ExplainedPositionAnswer = z.infer<typeof explainedPositionSchema>;
