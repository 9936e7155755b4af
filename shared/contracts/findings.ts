import { z } from 'zod';

/** A position that the events do not fully explain: versions that never came, or figures that contradict each other. */
export const findingsSchema = z.object({
  gaps: z.array(
    z.object({
      itemId: z.string(),
      warehouseId: z.string(),
      locationId: z.string(),
      lotNumber: z.string().nullable(),
      version: z.int().describe('The version held; every one in `missing` is older.'),
      missing: z
        .array(z.tuple([z.int(), z.int()]).readonly())
        .readonly()
        .describe('Versions not seen yet, as inclusive ranges.'),
    }),
  ),
  findings: z.array(
    z.object({
      kind: z.enum(['calculation-mismatch', 'conflicting-event']),
      itemId: z.string(),
      warehouseId: z.string(),
      locationId: z.string(),
      lotNumber: z.string().nullable(),
      version: z.int().nullable(),
      eventId: z.string(),
      expected: z.int().describe("Pieces: what the cloud's own arithmetic says."),
      found: z.int().describe('Pieces: what the WMS says.'),
    }),
  ),
  more: z.boolean().describe('Others have some too.'),
});

export type Findings = z.infer<typeof findingsSchema>;
