import { z } from 'zod';
import { utcTimestampSchema } from './identifiers.ts';
import { queryNumber } from './query-number.ts';

/**
 * Upper ends of the buckets (ms), the last one without an end. A fifth to a third apart around the 2 s that are promised, so
 * that a percentile read from them is off by no more than that.
 */
export const LATENCY_BOUNDS = [
  50, 100, 150, 200, 300, 400, 500, 650, 800, 1_000, 1_250, 1_500, 1_750, 2_000, 2_500, 3_000, 4_000, 5_000,
  7_500, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 900_000, 3_600_000,
] as const;

/** How long one entry of figures lasts. Milliseconds. */
export const SLOT_MS = 10_000;

const count = z.int().min(0);
const histogram = z
  .array(count)
  .describe(`Counts by bucket; upper ends (ms): ${LATENCY_BOUNDS.join(', ')}, and what is above.`);

/** What the projection did in a slot of time, of one process or of all. */
export const slotFiguresSchema = z.object({
  events: count.describe(
    'Inventory events of stocks whose ATP took them up; one that is delivered twice may count twice.',
  ),
  committed: histogram.describe('From the WMS’s commit to being visible.'),
  scanned: histogram.describe('From the scan to being visible, of scans that were made online.'),
  offline: count.describe('Events whose scan waited on the scanner for more than 30 s.'),
  parked: count.describe('Messages parked.'),
});
export type SlotFigures = z.infer<typeof slotFiguresSchema>;

/** How long the events of a time took: half of them at most `p50`, 99 of 100 at most `p99`. */
export const latencySchema = z.object({
  p50: z.int().nullable().describe('Milliseconds; null when there was none.'),
  p99: z.int().nullable(),
});

const measuredSchema = slotFiguresSchema.extend({
  scannedLatency: latencySchema,
  committedLatency: latencySchema,
});

/** The answer to `GET /api/figures`. */
export const figuresSchema = z.object({
  from: utcTimestampSchema,
  slotMs: z.literal(SLOT_MS),
  bounds: z.array(z.int()).describe('Upper ends of the buckets of the histograms (ms).'),
  slots: z
    .array(measuredSchema.extend({ at: utcTimestampSchema.describe('Its beginning.') }))
    .describe('The oldest first; slots in which nothing happened are left out.'),
  total: measuredSchema,
});
export type Figures = z.infer<typeof figuresSchema>;

export const figuresQuerySchema = z.strictObject({
  minutes: queryNumber(1, 1_440).default(15).describe('How far back.'),
});
