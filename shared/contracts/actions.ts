import { z } from 'zod';
import { personNameSchema } from './access.ts';
import { utcTimestampSchema } from './identifiers.ts';
import { queryNumber } from './query-number.ts';

/** Who it was when a program did it and did not say for whom. */
export const A_PROGRAM = 'a program';

/** Says in a body who does it; who has signed in needs not, and is recorded by their own name. */
export const doneBySchema = personNameSchema.describe(
  'Who does it, where a program calls. Who has signed in is recorded by their own name, whatever this says.',
);

export const whySchema = z.string().trim().min(1).max(500);

/** The query of `GET /api/actions`. */
export const actionsQuerySchema = z.object({
  top: queryNumber(1, 200).default(50),
  continuationToken: z.string().max(2_000).optional(),
});

/** Ids that an action names; of more it tells only how many they were. */
export const MOST_ACTION_IDS = 100;

/** Something that a person, or a program in their name, did to the fabric. */
export const actionSchema = z.object({
  actionId: z.string(),
  at: utcTimestampSchema.describe('When it began.'),
  by: z.string(),
  kind: z.enum([
    'replay-messages',
    'delete-messages',
    'restore-messages',
    'request-reconciliation',
    'assign-investigation',
    'ask-recount',
    'explain-investigation',
    'close-investigation',
  ]),
  why: z.string().optional(),
  asked: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('What it was asked for, as the call said it, without ids.'),
  status: z
    .enum(['begun', 'done', 'failed'])
    .describe(
      '`begun`: it goes on, or nobody knows how it ended. `failed`: it did so much and then could not go on.',
    ),
  count: z.int().min(0).describe('How many messages, runs or investigations it was done to.'),
  ids: z.array(z.string()).max(MOST_ACTION_IDS).describe(`The first ${MOST_ACTION_IDS} of them.`),
});

export type Action = z.infer<typeof actionSchema>;

export const actionsSchema = z.object({
  actions: z.array(actionSchema).describe('The newest first.'),
  continuationToken: z.string().optional(),
});
