import { z } from 'zod';
import type { Parameters } from './api.ts';

/** The header that a 503 brings. */
export const RETRY_AFTER: Parameters = {
  'Retry-After': { schema: z.int().min(1), description: 'Ask again after so many seconds.' },
};
