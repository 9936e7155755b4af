import { z } from 'zod';
import { allocationSourceSchema, MAX_PRIORITY } from './allocation.ts';
import { OPEN_STATES } from './allocation-counts.ts';
import { utcTimestampSchema } from './identifiers.ts';

/** Lines that one answer has. */
export const MOST_OPEN_PROMISES = 200;

const openPromiseSchema = z.object({
  orderId: z.string().describe('Of a cart its own id.'),
  lineId: z.string(),
  state: z.enum(OPEN_STATES),
  quantity: z.int().describe('Pieces wanted.'),
  backordered: z.int().describe('Pieces that wait for stock.'),
  priority: z.int().max(MAX_PRIORITY),
  orderedAt: utcTimestampSchema,
  sources: z.array(allocationSourceSchema).describe('What stands with each warehouse.'),
});

export type OpenPromise = z.infer<typeof openPromiseSchema>;

/** The answer to `GET /api/items/{itemId}/promises`. */
export const openPromisesSchema = z.object({
  itemId: z.string(),
  promises: z.array(openPromiseSchema).describe('The oldest first.'),
  more: z.boolean().describe(`True when there are more than the ${MOST_OPEN_PROMISES} that are told.`),
});

export type OpenPromises = z.infer<typeof openPromisesSchema>;
