import { z } from 'zod';
import { personNameSchema } from './access.ts';
import {
  itemIdSchema,
  locationIdSchema,
  lotNumberSchema,
  userIdSchema,
  utcTimestampSchema,
  warehouseIdSchema,
} from './identifiers.ts';
import { queryNumber } from './query-number.ts';
import { discrepancyClassSchema } from './reconciliation.ts';

/** Where an investigation stands. `recounted`: the recount came, and did not agree. */
export const INVESTIGATION_STATUSES = [
  'opened',
  'assigned',
  'recount-asked',
  'recounted',
  'explained',
  'closed',
] as const;
export const investigationStatusSchema = z.enum(INVESTIGATION_STATUSES);
export type InvestigationStatus = z.infer<typeof investigationStatusSchema>;

/** A position that can be asked to be counted. */
export const placeSchema = z.object({ locationId: locationIdSchema, lotNumber: lotNumberSchema });

/** One thing that happened to an investigation; `by` is a user, or `reconciliation` where nobody did it. */
const investigationStepSchema = z.object({
  at: utcTimestampSchema,
  by: z.string(),
  action: z.enum([
    'opened',
    'added',
    'assigned',
    'recount-asked',
    'recounted',
    'explained',
    'reminded',
    'escalated',
    'closed',
  ]),
  detail: z.string().describe('A sentence for a person.'),
});
export type InvestigationStep = z.infer<typeof investigationStepSchema>;

/** What was to be counted again, and what was. */
export const recountSchema = z.object({
  askedAt: utcTimestampSchema,
  askedBy: z.string(),
  note: z.string().optional(),
  positions: z.array(
    z.object({
      locationId: z.string(),
      lotNumber: z.string().nullable(),
      sinceVersion: z
        .int()
        .describe(
          'What the cloud held when it was asked. A count that gave it a higher version is the answer.',
        ),
      sinceChangedAt: z
        .string()
        .optional()
        .describe(
          'When the WMS committed that, by its clock: a later count is the answer, whatever its version. Absent where the cloud held nothing: a count after it was asked.',
        ),
      counted: z
        .object({ onHand: z.int(), expected: z.int(), at: z.string(), by: z.string() })
        .optional()
        .describe('Pieces counted, and what the books said before.'),
    }),
  ),
});

const explanationSchema = z.object({
  cause: z.enum([
    'lost-event',
    'integration-defect',
    'manual-change',
    'theft-or-damage',
    'miscount',
    'restore',
    'other',
  ]),
  text: z.string(),
  by: z.string(),
  at: utcTimestampSchema,
});

/** A discrepancy as its investigation lists it. */
const listedDiscrepancySchema = z.object({
  runId: z.string(),
  discrepancyId: z.string(),
  class: discrepancyClassSchema,
  locationId: z.string().nullable(),
  lotNumber: z.string().nullable(),
  allocationId: z.string().optional(),
  expected: z.int().nullable().describe('Pieces of the WMS.'),
  found: z.int().nullable().describe('Pieces of the cloud.'),
  foundAt: utcTimestampSchema,
});
export type ListedDiscrepancy = z.infer<typeof listedDiscrepancySchema>;

/** `{warehouseId}:{itemId}:{number}`; of a whole warehouse `{warehouseId}::{number}`. */
export const investigationIdSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._ -]{0,63}:(?:[A-Za-z0-9][A-Za-z0-9._ -]{0,63})?:[1-9]\d{0,8}$/,
    'must be a warehouse, an item (or nothing) and a number with ":" in between, such as WH-001:ITEM-12345:1',
  );

/** `GET /api/investigations/{investigationId}`. */
export const investigationSchema = z.object({
  investigationId: z
    .string()
    .describe('`{warehouseId}:{itemId}:{number}`; of a whole warehouse `{warehouseId}::{number}`.'),
  warehouseId: z.string(),
  itemId: z
    .string()
    .nullable()
    .describe('null: the warehouse as a whole, where too much differs to be looked at item by item.'),
  status: investigationStatusSchema,
  openedAt: utcTimestampSchema,
  changedAt: utcTimestampSchema.describe(
    'When a user or a recount last moved it on; reminders count from here. A run that finds more does not.',
  ),
  closedAt: utcTimestampSchema.optional(),
  closedBecause: z.enum(['recount-agreed', 'by-user']).optional(),
  assignee: z.string().optional(),
  recount: recountSchema.optional(),
  explanation: explanationSchema.optional(),
  remindedAt: utcTimestampSchema.optional(),
  escalatedAt: utcTimestampSchema.optional(),
  discrepancyCount: z.int(),
  discrepancies: z.array(listedDiscrepancySchema).describe('The newest 50, the newest first.'),
  steps: z
    .array(investigationStepSchema)
    .describe('Who did what and when, the oldest first; the newest 100.'),
  stepCount: z.int(),
});
export type Investigation = z.infer<typeof investigationSchema>;

export const investigationsQuerySchema = z.object({
  status: z
    .union([investigationStatusSchema, z.literal('open')])
    .optional()
    .describe('`open`: all but the closed.'),
  warehouseId: warehouseIdSchema.optional(),
  itemId: itemIdSchema.optional(),
  assignee: personNameSchema.optional(),
  top: queryNumber(1, 200).default(50),
  continuationToken: z.string().max(2_000).optional(),
});
/** An investigation in a list, and in a notice. */
const investigationSummarySchema = investigationSchema.omit({ discrepancies: true, steps: true });
export type InvestigationSummary = z.infer<typeof investigationSummarySchema>;

export const investigationsSchema = z.object({
  investigations: z.array(investigationSummarySchema),
  continuationToken: z.string().optional(),
});

const by = userIdSchema.describe('Who does it.');
const note = z.string().trim().max(1_000).optional();

/** `POST /api/investigations/{investigationId}/assignment`. */
export const assignmentSchema = z.object({ by, assignee: personNameSchema, note });
/** `POST …/recount`: of these positions, or of those that its discrepancies are about. */
export const recountRequestSchema = z.object({
  by,
  positions: z.array(placeSchema).min(1).max(100).optional(),
  note,
});
/** `POST …/explanation`. */
export const explanationRequestSchema = z.object({
  by,
  cause: explanationSchema.shape.cause,
  text: z.string().trim().min(1).max(2_000),
});
/** `POST …/closure`. */
export const closureSchema = z.object({ by, note });

/**
 * What topic `investigations` carries, and the webhook is sent: a step, and the investigation as it stands after it, or
 * after a later step. At least once.
 */
export const investigationNoticeSchema = z.object({
  noticeId: z.string().describe('`{investigationId}#{number of the step}`: the same when it comes again.'),
  step: investigationStepSchema,
  investigation: investigationSummarySchema,
});
export type InvestigationNotice = z.infer<typeof investigationNoticeSchema>;
