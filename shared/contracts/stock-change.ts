import { z } from 'zod';
import { itemIdSchema } from './identifiers.ts';
import { traceparentSchema } from './trace-context.ts';

/** Items named in one message. */
export const MAX_CHANGED_ITEMS = 500;

/** What queue `stock-changes` carries: items whose stock changed while somebody waits for it or watches its ATP. */
export const stockChangeSchema = z.object({
  itemIds: z.array(itemIdSchema).min(1).max(MAX_CHANGED_ITEMS),
  causes: z
    .record(itemIdSchema, traceparentSchema)
    .optional()
    .describe(
      '`traceparent` of the event that changed an item, by the id of the item; nothing depends on it.',
    ),
});

export type StockChange = z.infer<typeof stockChangeSchema>;
