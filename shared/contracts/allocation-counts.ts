import { z } from 'zod';
import { utcTimestampSchema } from './identifiers.ts';

/** What lines are whose pieces can still move; as a line's status, but for those of carts. */
export const OPEN_STATES = ['in-cart', 'tentative', 'releasing', 'backordered', 'confirmed'] as const;

export type OpenState = (typeof OPEN_STATES)[number];

/** What lines of orders have come to, once no piece of them can move. */
export const SETTLED_STATES = ['fulfilled', 'rejected', 'released'] as const;

export type SettledState = (typeof SETTLED_STATES)[number];

const lines = z.int().min(0);

/** The answer to `GET /api/allocations/counts`. */
export const allocationCountsSchema = z.object({
  at: utcTimestampSchema.describe(
    'When they were counted; an answer stands for 5 s, or longer where counting costs more.',
  ),
  counts: z
    .array(
      z.object({
        state: z
          .enum(OPEN_STATES)
          .describe(
            'The first that applies to any piece of the line; `in-cart`: held for a cart, which is no order.',
          ),
        lines,
      }),
    )
    .describe('Lines of orders and carts that have not come to an end.'),
  settled: z
    .object({
      since: utcTimestampSchema.describe('24 hours before.'),
      counts: z.array(z.object({ state: z.enum(SETTLED_STATES), lines })),
    })
    .describe('Lines of orders that have come to an end, and changed last since then.'),
});

export type AllocationCounts = z.infer<typeof allocationCountsSchema>;
