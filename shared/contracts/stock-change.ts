import { z } from 'zod';
import { itemIdSchema } from './identifiers.ts';

/** Items named in one message. */
export const MAX_CHANGED_ITEMS = 500;

/** What queue `stock-changes` carries: items whose stock changed while somebody waits for it or watches its ATP. */
export const stockChangeSchema = z.object({ itemIds: z.array(itemIdSchema).min(1).max(MAX_CHANGED_ITEMS) });
