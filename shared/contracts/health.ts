import { z } from 'zod';

/** `ready` when every part answers; `parts` names each and how it is. Reads need `cosmos` only. */
export const healthSchema = z.object({
  status: z.enum(['ready', 'not-ready']),
  parts: z.record(z.string(), z.enum(['ready', 'does-not-answer'])),
  /** The parts that do not answer; empty when ready. */
  missing: z.array(z.string()),
});

export type Health = z.infer<typeof healthSchema>;
