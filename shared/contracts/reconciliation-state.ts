import { z } from 'zod';

/** What a run leaves for the next one, as it is stored; see `ReconciliationState`. */
export const reconciliationStateSchema = z.object({
  wms: z.object({
    rowVersion: z.string(),
    lastTransaction: z.object({ ledgerId: z.string(), transactionId: z.string() }).nullable(),
  }),
  cloud: z.string(),
  pending: z.record(z.string(), z.array(z.string())),
});
