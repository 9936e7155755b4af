import { z } from 'zod';

/** What a run leaves for the next one, as it is stored; see `ReconciliationState`. */
export const reconciliationStateSchema = z.object({
  wms: z.object({
    rowVersion: z.string(),
    lastTransaction: z
      .object({
        ledgerId: z.string(),
        transactionId: z.string(),
        /** Marks of before 2026-11-22 have none. */
        committedAt: z.string().nullable().default(null),
      })
      .nullable(),
  }),
  cloud: z.string(),
  pending: z.record(z.string(), z.array(z.string())),
  restored: z.literal(true).exactOptional(),
});
