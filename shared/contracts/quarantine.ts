import { z } from 'zod';
import { queryNumber } from './query-number.ts';

export const quarantineIdSchema = z.string().regex(/^[A-Za-z0-9._-]{1,200}$/);

/** The query of `GET /api/quarantine`. */
export const quarantineQuerySchema = z.object({
  limit: queryNumber(1, 500).default(100),
  continuationToken: z.string().max(2_000).optional(),
});

export const quarantinedMessageSchema = z.object({
  id: z.string().describe('Names it in `POST /api/quarantine/{id}/replay`.'),
  state: z
    .enum(['parked', 'dead-lettered'])
    .describe(
      '`parked`: it could not be folded, and says why. `dead-lettered`: the bus gave up delivering it.',
    ),
  reason: z.string(),
  detail: z.string(),
  subscription: z.string(),
  messageId: z.string(),
  sequenceNumber: z.string(),
  receivedAt: z.string().describe('ISO 8601 UTC: when the bus took it.'),
  bytes: z.int(),
  body: z
    .string()
    .describe('The beginning of the body as text (4 KB); `GET /api/quarantine/{id}/body` has every byte.'),
});

export type QuarantinedMessage = z.infer<typeof quarantinedMessageSchema>;

export const quarantinePageSchema = z.object({
  messages: z.array(quarantinedMessageSchema),
  deadLettersAvailable: z
    .boolean()
    .optional()
    .describe(
      'On the first page, which lists dead letters: false when Service Bus did not answer, so that none are shown.',
    ),
  continuationToken: z.string().optional(),
});

export type QuarantinePage = z.infer<typeof quarantinePageSchema>;

/** Which messages to replay: by id, by reason, or all; nothing named means all. */
export const replayRequestSchema = z.strictObject({
  ids: z.array(z.string().min(1).max(200)).min(1).max(1000).optional(),
  reason: z.string().min(1).max(100).optional(),
});

export type ReplayRequest = z.infer<typeof replayRequestSchema>;

export const replayResultSchema = z.object({
  replayed: z.int().describe('Messages sent again.'),
  remaining: z
    .int()
    .describe('Messages asked for that the time of one call did not suffice for: when above 0, call again.'),
  unknown: z.array(z.string()).describe('Ids asked for that are not in quarantine (any more).'),
});

export type ReplayResult = z.infer<typeof replayResultSchema>;
