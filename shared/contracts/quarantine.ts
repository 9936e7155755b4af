import { z } from 'zod';

export const quarantineIdSchema = z.string().regex(/^[A-Za-z0-9._-]{1,200}$/);

/** The query of `GET /api/quarantine`. */
export const quarantineQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  continuationToken: z.string().max(2_000).optional(),
});

export const quarantinedMessageSchema = z.object({
  /** Names it in `POST /api/quarantine/{id}/replay`. */
  id: z.string(),
  /** `parked`: it could not be folded, and says why. `dead-lettered`: the bus gave up delivering it. */
  state: z.enum(['parked', 'dead-lettered']),
  reason: z.string(),
  detail: z.string(),
  subscription: z.string(),
  messageId: z.string(),
  sequenceNumber: z.string(),
  /** ISO 8601 UTC: when the bus took it. */
  receivedAt: z.string(),
  bytes: z.int(),
  /** The beginning of the body as text (4 KB); `GET /api/quarantine/{id}/body` has every byte. */
  body: z.string(),
});

export type QuarantinedMessage = z.infer<typeof quarantinedMessageSchema>;

export const quarantinePageSchema = z.object({
  messages: z.array(quarantinedMessageSchema),
  /** On the first page, which lists dead letters: false when Service Bus did not answer, so that none are shown. */
  deadLettersAvailable: z.boolean().optional(),
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
  /** Messages sent again. */
  replayed: z.int(),
  /** Messages asked for that the time of one call did not suffice for: when above 0, call again. */
  remaining: z.int(),
  /** Ids asked for that are not in quarantine (any more). */
  unknown: z.array(z.string()),
});

export type ReplayResult = z.infer<typeof replayResultSchema>;
