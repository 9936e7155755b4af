import { z } from 'zod';
import {
  locationIdSchema,
  pieceCountSchema,
  piecesSchema,
  referenceSchema,
  utcTimestampSchema,
} from './identifiers.ts';
import { queryNumber } from './query-number.ts';
import { discrepancyClassSchema } from './reconciliation.ts';

/** Entries of a page, at most. */
export const MAX_HISTORY_LIMIT = 1_000;

/** The query of `GET …/history`. An empty `lotNumber` means what is kept without a lot. */
export const historyQuerySchema = z
  .object({
    locationId: locationIdSchema.optional(),
    lotNumber: z.union([z.literal(''), locationIdSchema]).optional(),
    limit: queryNumber(1, MAX_HISTORY_LIMIT).default(200),
    after: z.string().max(2_000).optional(),
  })
  .refine(({ locationId, lotNumber }) => lotNumber === undefined || locationId !== undefined, {
    path: ['lotNumber'],
    message: 'needs a locationId beside it',
  });

export type HistoryQuery = z.infer<typeof historyQuerySchema>;

/** What `next` holds, before it is made a text: where the page ended, and how its last position stood if it goes on. */
export const historyCursorSchema = z.strictObject({
  key: z.string().regex(/^[\x20-\x7e]{1,700}$/),
  held: z
    .strictObject({
      onHand: pieceCountSchema,
      version: z.int().min(0).optional(),
      changedAt: utcTimestampSchema,
      eventId: referenceSchema.optional(),
    })
    .optional(),
});

const findingSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('gap'),
    missing: z
      .tuple([z.int(), z.int()])
      .readonly()
      .describe('The versions that the journal lacks right before this one, both included.'),
  }),
  z.object({
    kind: z.enum(['calculation-mismatch', 'conflicting-event']),
    expected: z.int().describe('Pieces: what the entry before leads to, or says of the same version.'),
    found: z.int().describe('Pieces: what the WMS says.'),
  }),
]);

const placeShape = { locationId: z.string(), lotNumber: z.string().nullable() };
const versionSchema = z
  .int()
  .nullable()
  .describe("The WMS's number of the position's state; null where it gives none.");

/** One event of the journal, as the position it stands under saw it. Quantities are pieces, times UTC. */
export const historyEntrySchema = z.object({
  eventId: z.string(),
  transactionId: z.string(),
  eventType: z
    .string()
    .describe('`InventoryCountStarted` and `InventoryCountEnded` move nothing: stock is at risk in between.'),
  ...placeShape,
  version: versionSchema,
  quantityChange: piecesSchema.describe('Pieces: what the transaction changed in effect.'),
  resultingOnHand: pieceCountSchema,
  scannedQuantity: piecesSchema
    .optional()
    .describe('Pieces: what was scanned, where that is not the change; of a count, what was counted.'),
  scannedAt: z.string().optional(),
  timestamp: z.string().describe('ISO 8601 UTC: when the WMS committed it.'),
  busAt: z
    .string()
    .optional()
    .describe('When the bus took it; absent where the WMS ledger told it afterwards.'),
  projectedAt: z
    .string()
    .optional()
    .describe('When ATP had it; absent where that is not so yet, or was not kept.'),
  scannerId: z.string(),
  userId: z.string(),
  orderId: z.string().optional(),
  lineId: z.string().optional(),
  allocationId: z.string().optional(),
  allocationPicked: z.int().optional().describe('Pieces picked of that allocation so far.'),
  expectedReceiptId: z.string().optional(),
  otherPosition: z.object(placeShape).optional().describe('Where a transfer came from, or went to.'),
  countLock: z.object({ lockId: z.string(), until: z.string() }).optional(),
  byCounterpart: z
    .literal(true)
    .optional()
    .describe(
      "The position's own event is not in the journal; that of the transfer's other position says it.",
    ),
  current: z.literal(true).optional().describe("The cloud's figure of the position stands on this entry."),
  superseded: z
    .literal(true)
    .optional()
    .describe('Without a version, of a position that has versions: its figure does not count.'),
  voided: z
    .literal(true)
    .optional()
    .describe("The WMS's ledger does not know it: a correction shut it out, and its figure does not count."),
  finding: findingSchema.optional().describe('Why it does not follow from the entry before.'),
});

export type HistoryEntry = z.infer<typeof historyEntrySchema>;

const figuresSchema = z.object({ onHand: z.int(), version: versionSchema }).nullable();

/** A correction of the reconciliation. It stands after the events of the state that it took from the WMS. */
export const historyCorrectionSchema = z.object({
  kind: z.literal('correction'),
  ...placeShape,
  version: versionSchema.describe("The WMS's number of the state that was taken; null where it gives none."),
  timestamp: z.string().describe('ISO 8601 UTC: when the reconciliation stored it.'),
  class: discrepancyClassSchema,
  runId: z.string().describe('`GET /api/reconciliation/runs/{runId}` tells more.'),
  wms: figuresSchema.describe('What the WMS held, which is what counts from here on; null: nothing.'),
  found: figuresSchema.describe('What the cloud had held; null: nothing.'),
  current: z.literal(true).optional().describe("The cloud's figure of the position stands on this entry."),
  superseded: z
    .literal(true)
    .optional()
    .describe('A later correction took the position to an earlier state: this one does not count any more.'),
});

export type HistoryCorrection = z.infer<typeof historyCorrectionSchema>;

/** How a position whose entries end on this page stands on both sides; null: that side knows nothing of it. */
export const historyPositionSchema = z.object({
  ...placeShape,
  cloud: figuresSchema.describe('What ATP is made of.'),
  journal: figuresSchema.describe('Where the entries lead.'),
  difference: z
    .enum(['lost', 'behind', 'figure', 'ahead', 'unjournalled'])
    .optional()
    .describe(
      'Where they disagree. `behind`, `lost`: the cloud is the older side. `ahead`, `unjournalled`: the journal is. Right after a scan one side may be.',
    ),
});

export type HistoryPosition = z.infer<typeof historyPositionSchema>;

/** What made the figure of an item in a warehouse. Over all pages the `cloud` figures add up to `onHand` of ATP. */
export const stockHistorySchema = z.object({
  itemId: z.string(),
  warehouseId: z.string(),
  positions: z.array(historyPositionSchema),
  entries: z
    .array(z.union([historyEntrySchema, historyCorrectionSchema]))
    .describe(
      'Events, and corrections (`kind`). By location, lot and version; without a version by commit time, after those with one.',
    ),
  next: z.string().optional().describe('There is more: hand it back as `after`.'),
});

export type StockHistory = z.infer<typeof stockHistorySchema>;
