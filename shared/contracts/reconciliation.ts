import { z } from 'zod';
import { itemIdSchema, utcTimestampSchema, warehouseIdSchema } from './identifiers.ts';
import { queryNumber } from './query-number.ts';
import { traceparentSchema } from './trace-context.ts';

/**
 * What a discrepancy is, seen from the WMS, which is right (architecture, rule 14).
 * - `lost-event`: the cloud holds an older state, or misses one in between: an event never arrived.
 * - `calculation-mismatch`: the same state, another figure, or events that contradict each other.
 * - `phantom`: only the cloud knows it, or the cloud holds a state that the WMS never had.
 * - `missing`: only the WMS knows it.
 * - `deleted`: only the cloud knows it; the WMS knew it once.
 * - `reservation-without-hold`, `hold-without-reservation`: promises that only one side knows.
 * - `unknown`: none of these.
 */
export const discrepancyClassSchema = z.enum([
  'lost-event',
  'calculation-mismatch',
  'phantom',
  'missing',
  'deleted',
  'reservation-without-hold',
  'hold-without-reservation',
  'unknown',
]);
export type DiscrepancyClass = z.infer<typeof discrepancyClassSchema>;

/** `POST /api/reconciliation/runs`. */
export const runRequestSchema = z
  .object({
    mode: z
      .enum(['delta', 'full'])
      .optional()
      .describe(
        '`delta`: what changed on either side since the last run; `full`: everything. `full` where a range of items or `acceptRestore` is given, else `delta`.',
      ),
    warehouseId: warehouseIdSchema.optional().describe('Only this one; absent: all.'),
    itemIdFrom: itemIdSchema.optional().describe('First item of the range, included.'),
    itemIdTo: itemIdSchema.optional().describe('Last item of the range, included.'),
    acceptRestore: z
      .boolean()
      .default(false)
      .describe(
        'The WMS was restored from a backup, and its older figures are to be taken. Without it such a run changes nothing.',
      ),
  })
  .superRefine(({ mode, warehouseId, itemIdFrom, itemIdTo, acceptRestore }, context) => {
    const ranged = itemIdFrom !== undefined || itemIdTo !== undefined;
    const issue = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (ranged && mode === 'delta') issue('mode', 'must be full where a range of items is given');
    if (itemIdFrom !== undefined && itemIdTo !== undefined && itemIdFrom > itemIdTo)
      issue('itemIdTo', `must not come before itemIdFrom (${itemIdFrom})`);
    if (acceptRestore && (ranged || warehouseId !== undefined || mode === 'delta'))
      issue('acceptRestore', 'needs a full run over all warehouses and items');
  })
  .transform((request) => {
    const ranged = request.itemIdFrom !== undefined || request.itemIdTo !== undefined;
    return { ...request, mode: request.mode ?? (ranged || request.acceptRestore ? 'full' : 'delta') };
  });
export type RunRequest = z.infer<typeof runRequestSchema>;

const runStatusSchema = z.enum(['queued', 'running', 'completed', 'failed']);
export type RunStatus = z.infer<typeof runStatusSchema>;

const figuresShape = {
  compared: z.int().describe('Positions compared.'),
  agreeing: z.int().describe('Positions on which both sides agreed.'),
  corrected: z.int().describe('Positions that differed and are now as the WMS has them.'),
  uncorrected: z.int().describe('Positions and reservations left alone; the discrepancy says why.'),
  reservations: z.int().describe('Reservations and holds that did not agree.'),
  inFlight: z.int().describe('Positions that moved while they were looked at; the next run looks again.'),
  late: z
    .int()
    .describe('Positions whose events are still in the outbox or on the bus; the next run looks again.'),
  piecesOff: z.int().describe('Pieces by which the cloud was off, without regard to the sign.'),
  valueOff: z.number().describe('The same in money, of items whose unit price the WMS knows.'),
  accuracy: z
    .number()
    .nullable()
    .describe(
      'Share (0 to 1) of the compared positions, without those in flight or late, that agreed; null when there was none.',
    ),
};
/** What a run made of all warehouses together. */
export const reconciliationFiguresSchema = z.object(figuresShape);
export type ReconciliationFigures = z.infer<typeof reconciliationFiguresSchema>;

/** What a run made of a warehouse. */
export const warehouseFiguresSchema = z.object({
  warehouseId: z.string(),
  ...figuresShape,
  durationMs: z.int().describe('Milliseconds spent comparing and correcting, without waiting.'),
});
export type WarehouseFigures = z.infer<typeof warehouseFiguresSchema>;

/** Sorts by the time of the request; the end keeps two of one millisecond apart. */
export const runIdSchema = z
  .string()
  .regex(/^\d{8}T\d{9}Z-[0-9a-z]{4}$/, 'must be the id of a run, such as 20241118T100000000Z-4f2a');

/** `GET /api/reconciliation/runs/{runId}`. */
export const runSchema = z.object({
  runId: z.string(),
  mode: z.enum(['delta', 'full']),
  status: runStatusSchema,
  trigger: z.enum(['timer', 'request']),
  warehouseId: z.string().optional(),
  itemIdFrom: z.string().optional(),
  itemIdTo: z.string().optional(),
  acceptRestore: z.literal(true).optional(),
  requestedAt: utcTimestampSchema,
  traceparent: traceparentSchema
    .optional()
    .describe('The trace of the call that asked for it, where telemetry is on.'),
  startedAt: utcTimestampSchema.optional(),
  endedAt: utcTimestampSchema.optional(),
  problem: z
    .object({
      code: z.enum(['wms-restored', 'wms-unavailable', 'cloud-unavailable', 'failed']),
      detail: z.string(),
    })
    .optional()
    .describe('Why it failed.'),
  notes: z.array(z.string()).describe('What was met and left alone, such as warehouses that nobody knows.'),
  warehouses: z.array(warehouseFiguresSchema).describe('Figures so far, of each warehouse.'),
  total: reconciliationFiguresSchema,
});
export type Run = z.infer<typeof runSchema>;

export const runsQuerySchema = z.object({
  status: runStatusSchema.optional(),
  top: queryNumber(1, 200).default(50),
  continuationToken: z.string().max(400).optional(),
});
export type RunsQuery = z.infer<typeof runsQuerySchema>;
/** `GET /api/reconciliation/runs`, the newest first. */
export const runsSchema = z.object({ runs: z.array(runSchema), continuationToken: z.string().optional() });
export type Runs = z.infer<typeof runsSchema>;

/** 202 of a run. */
export const acceptedRunSchema = z.object({
  runId: z.string(),
  status: runStatusSchema,
  links: z.object({ self: z.string(), discrepancies: z.string() }),
});

const figureSchema = z
  .object({ onHand: z.int(), version: z.int().nullable().describe('null where it is not numbered.') })
  .nullable();

/** An event of the journal, as a discrepancy remembers it. */
export const rememberedEventSchema = z.object({
  eventId: z.string(),
  eventType: z.string(),
  timestamp: z.string(),
  version: z.int().nullable(),
  quantityChange: z.int(),
  resultingOnHand: z.int(),
  transactionId: z.string(),
  userId: z.string(),
});
export type RememberedEvent = z.infer<typeof rememberedEventSchema>;

export const discrepancySchema = z.object({
  discrepancyId: z.string(),
  runId: z.string(),
  itemId: z.string(),
  warehouseId: z.string(),
  locationId: z.string().nullable().describe('null for one about a reservation.'),
  lotNumber: z.string().nullable(),
  allocationId: z.string().optional().describe('Of one about a reservation.'),
  class: discrepancyClassSchema,
  expected: figureSchema.describe(
    'Pieces and version of the WMS; of a reservation, the pieces it keeps. null: it knows nothing of it, or nobody can tell.',
  ),
  found: figureSchema.describe(
    'Pieces and version of the cloud; of a hold, the pieces it counts on. null: it knew nothing of it.',
  ),
  action: z
    .enum(['corrected', 'gap-closed', 'noted', 'released', 'requested-again', 'settled', 'none'])
    .describe(
      '`corrected`: the WMS row was stored; `gap-closed`, `noted`: the figure was right already; `released`, `requested-again`, `settled`: of reservations; `none`: see detail.',
    ),
  detail: z.string().describe('A sentence for a person.'),
  valueOff: z
    .number()
    .optional()
    .describe('Money that the difference is worth, where the WMS knows a unit price.'),
  foundAt: utcTimestampSchema,
  lastEvents: z
    .array(rememberedEventSchema)
    .describe('The last events of the position in the journal, the newest first.'),
  investigationId: z.string().optional(),
});
export type Discrepancy = z.infer<typeof discrepancySchema>;

export const discrepanciesQuerySchema = z.object({
  class: discrepancyClassSchema.optional(),
  warehouseId: warehouseIdSchema.optional(),
  top: queryNumber(1, 1000).default(200),
  continuationToken: z.string().max(2_000).optional(),
});
export type DiscrepanciesQuery = z.infer<typeof discrepanciesQuerySchema>;
/** `GET /api/reconciliation/runs/{runId}/discrepancies`. */
export const discrepanciesSchema = z.object({
  discrepancies: z.array(discrepancySchema),
  continuationToken: z.string().optional(),
});

export type Discrepancies = z.infer<typeof discrepanciesSchema>;

/** `GET /api/reconciliation/accuracy`. */
export const accuracyQuerySchema = z.object({
  from: utcTimestampSchema.optional().describe('Runs that started then or later; 30 days ago unless told.'),
  to: utcTimestampSchema.optional().describe('Runs that started before; now unless told.'),
  mode: z.enum(['delta', 'full']).optional(),
  warehouseId: warehouseIdSchema.optional(),
});
export type AccuracyQuery = z.infer<typeof accuracyQuerySchema>;
export const accuracySchema = z.object({
  from: utcTimestampSchema,
  to: utcTimestampSchema,
  points: z
    .array(
      z.object({
        runId: z.string(),
        mode: z.enum(['delta', 'full']),
        startedAt: utcTimestampSchema,
        endedAt: utcTimestampSchema,
        durationMs: z.int(),
        total: reconciliationFiguresSchema,
        warehouses: z.array(warehouseFiguresSchema),
      }),
    )
    .describe('Completed runs, the oldest first.'),
  truncated: z
    .boolean()
    .describe('True when there are more runs than one answer holds; the newest are left out.'),
  next: utcTimestampSchema
    .optional()
    .describe('Where `truncated`: `from` of the question that goes on with the runs that were left out.'),
});
export type Accuracy = z.infer<typeof accuracySchema>;
