import { z } from 'zod';
import { outboxFiguresSchema } from './adapter-status.ts';
import { utcTimestampSchema, warehouseIdSchema } from './identifiers.ts';

/** Messages of one place that are looked at; of more it is told that there are more. */
export const MOST_COUNTED_IN_BACKLOG = 250;

const placeBacklogSchema = z.object({
  place: z.string().describe('Topic and subscription, or queue.'),
  waiting: z
    .int()
    .min(0)
    .describe('Messages that wait, with those that are being handled and those scheduled for later.'),
  atLeast: z.boolean().describe(`True when there are more: ${MOST_COUNTED_IN_BACKLOG} are counted.`),
  oldestSeconds: z.number().min(0).nullable().describe('How long the oldest has waited; null: none waits.'),
});

export type PlaceBacklog = z.infer<typeof placeBacklogSchema>;

const warehouseAdapterSchema = z.object({
  warehouseId: warehouseIdSchema,
  state: z
    .enum(['ready', 'database-does-not-answer', 'not-heard-of'])
    .describe('`not-heard-of`: not for 3 minutes.'),
  heardAt: utcTimestampSchema.nullable(),
  outbox: outboxFiguresSchema.optional(),
});

/** How the WMS adapter of a warehouse is, by what it told last. */
export type WarehouseAdapter = z.infer<typeof warehouseAdapterSchema>;

/** The answer to `GET /api/backlog`. */
export const backlogSchema = z.object({
  at: utcTimestampSchema.describe('When it was looked at; an answer stands for a few seconds.'),
  places: z.array(placeBacklogSchema).describe('What the cloud receives, then what it asks each warehouse.'),
  adapters: z.array(warehouseAdapterSchema).describe('WMS adapters, by what each told last.'),
  unreadPlaces: z
    .array(z.object({ place: z.string(), why: z.string() }))
    .describe('Where the fabric may not look, and what Service Bus says of it.'),
});

export type BacklogAnswer = z.infer<typeof backlogSchema>;
