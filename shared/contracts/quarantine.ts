import { z } from 'zod';
import { A_PROGRAM, doneBySchema, whySchema } from './actions.ts';
import { itemIdSchema, utcTimestampSchema } from './identifiers.ts';
import { queryNumber } from './query-number.ts';

export const quarantineIdSchema = z.string().regex(/^[A-Za-z0-9._-]{1,200}$/);

/** What a message waits in quarantine for. */
const waitingStateSchema = z.enum(['parked', 'dead-lettered']);

const filterShape = {
  reason: z.string().min(1).max(100).optional().describe('Only those with this reason.'),
  subscription: z.string().min(1).max(100).optional().describe('Only those of this subscription.'),
  itemId: itemIdSchema.optional().describe('Only those whose body names this item in its first 4 KB.'),
  text: z.string().min(1).max(200).optional().describe('Only those with this text in `id` or `messageId`.'),
  from: utcTimestampSchema.optional().describe('Only those that the bus took then or later.'),
  to: utcTimestampSchema.optional().describe('Only those that the bus took before.'),
};

/** The query of `GET /api/quarantine`. */
export const quarantineQuerySchema = z.object({
  limit: queryNumber(1, 500).default(100),
  continuationToken: z.string().max(2_000).optional(),
  state: z
    .enum(['parked', 'dead-lettered', 'deleted'])
    .optional()
    .describe('Only those in this state; the deleted are listed only when they are asked for.'),
  ...filterShape,
});

const messageShape = {
  id: z.string().describe('Names it in every call about it.'),
  reason: z.string(),
  detail: z.string(),
  subscription: z.string(),
  messageId: z.string(),
  sequenceNumber: z.string(),
  receivedAt: z.string().describe('ISO 8601 UTC: when the bus took it.'),
  itemId: z.string().optional().describe('The first item that the beginning of the body names.'),
  bytes: z.int(),
  body: z
    .string()
    .describe('The beginning of the body as text (4 KB); `GET /api/quarantine/{id}/body` has every byte.'),
};

export const quarantinedMessageSchema = z.object({
  ...messageShape,
  state: z
    .enum(['parked', 'dead-lettered', 'deleted'])
    .describe(
      '`parked`: it could not be folded, and says why. `dead-lettered`: the bus gave up delivering it. `deleted`: somebody took it out; it can be restored for 30 days.',
    ),
  deletion: z
    .object({ at: z.string(), by: z.string(), why: z.string(), stateBefore: waitingStateSchema })
    .optional()
    .describe('Of a deleted one.'),
});

export type QuarantinedMessage = z.infer<typeof quarantinedMessageSchema>;

export const quarantinePageSchema = z.object({
  messages: z
    .array(quarantinedMessageSchema)
    .describe('May be few or none while `continuationToken` says that there is more to look through.'),
  deadLettersAvailable: z
    .boolean()
    .optional()
    .describe(
      'On the first page, which lists dead letters: false when Service Bus did not answer, so that none are shown.',
    ),
  moreDeadLetters: z
    .boolean()
    .optional()
    .describe('On the first page: true when there are dead letters that it does not show.'),
  unreadPlaces: z
    .array(z.object({ subscription: z.string(), why: z.string() }))
    .optional()
    .describe(
      'On the first page: where the fabric may not look for dead letters, and what Service Bus says of it.',
    ),
  continuationToken: z.string().optional(),
});

export type QuarantinePage = z.infer<typeof quarantinePageSchema>;

export const quarantineCountsSchema = z.object({
  counts: z
    .array(z.object({ state: z.string(), reason: z.string(), messages: z.int() }))
    .describe('By state and reason, the most first.'),
  atLeast: z.boolean().describe('True when there are more than were counted.'),
  deadLettersAvailable: z.boolean(),
});

export type QuarantineCounts = z.infer<typeof quarantineCountsSchema>;

const selectionShape = {
  ids: z.array(z.string().min(1).max(200)).min(1).max(1000).optional(),
  all: z.literal(true).optional().describe('Says that everything is meant, where nothing else says which.'),
  state: waitingStateSchema.optional(),
  ...filterShape,
  continuationToken: z
    .string()
    .max(2_000)
    .optional()
    .describe('Beside a filter or `all`: what the call before answered; this one goes on looking there.'),
};

/** Which messages: these ids; or those that a filter lets through; or all. */
export type Selection = z.infer<ReturnType<typeof selectionSchema>>;

function selectionSchema() {
  return z.strictObject(selectionShape);
}

const SAY_WHICH = 'say which: ids, a filter such as reason, or all: true';

/** `ids` stand alone; something has to be said. */
function saysWhich({ ids, ...others }: Selection): boolean {
  const { all, state, reason, subscription, itemId, text, from, to } = others;
  const hasFilter = [all, state, reason, subscription, itemId, text, from, to].some(
    (one) => one !== undefined,
  );
  return (ids !== undefined) !== hasFilter;
}

/** The body of `POST /api/quarantine/{id}/replay`, which may be empty. */
export const replayOneRequestSchema = z.strictObject({
  by: doneBySchema.default(A_PROGRAM),
  why: whySchema.optional(),
});

export const replayRequestSchema = z
  .strictObject({
    ...selectionShape,
    ...replayOneRequestSchema.shape,
    perSecond: z.int().min(1).max(1_000).optional().describe('Sends at most so many a second.'),
  })
  .refine(saysWhich, SAY_WHICH);

export type ReplayRequest = z.output<typeof replayRequestSchema>;

const progressShape = {
  remaining: z
    .int()
    .describe(
      'Messages asked for that the time of one call did not suffice for, at least: when above 0, call again.',
    ),
  unknown: z.array(z.string()).describe('Ids asked for that are not in quarantine (any more).'),
  continuationToken: z
    .string()
    .optional()
    .describe(
      'There is more to look through than half of that time sufficed for: the next call goes on there when it sends this along.',
    ),
  startedAt: z
    .string()
    .describe(
      'When it began. Calls for the rest of a filter send it as `to`, so that what is parked anew meanwhile is left alone.',
    ),
};

export const replayResultSchema = z.object({
  replayed: z.int().describe('Messages sent again.'),
  ...progressShape,
});

export type ReplayResult = z.infer<typeof replayResultSchema>;

export const deleteRequestSchema = z
  .strictObject({
    ...selectionShape,
    by: doneBySchema,
    why: whySchema.describe('Is kept with the messages and in the action log.'),
  })
  .refine(saysWhich, SAY_WHICH);

export type DeleteRequest = z.infer<typeof deleteRequestSchema>;

export const deleteResultSchema = z.object({
  deleted: z.int().describe('Messages taken out of quarantine.'),
  ...progressShape,
});

export type DeleteResult = z.infer<typeof deleteResultSchema>;

export const restoreRequestSchema = z.strictObject({
  ids: z.array(z.string().min(1).max(200)).min(1).max(1000),
  by: doneBySchema,
  why: whySchema.optional(),
});

export type RestoreRequest = z.infer<typeof restoreRequestSchema>;

export const restoreResultSchema = z.object({
  restored: z.int().describe('Messages that are in quarantine again.'),
  unknown: z.array(z.string()).describe('Ids asked for that no deleted message has (any more).'),
});

export type RestoreResult = z.infer<typeof restoreResultSchema>;
