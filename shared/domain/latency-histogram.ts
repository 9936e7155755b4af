import { LATENCY_BOUNDS } from '../contracts/figures.ts';

/** How many latencies fell into each bucket; one more bucket than there are bounds. */
export type LatencyHistogram = readonly number[];

export function emptyHistogram(): number[] {
  return new Array<number>(LATENCY_BOUNDS.length + 1).fill(0);
}

/** The bucket of a latency (ms). Clocks that differ may make it negative: that is the first. */
export function bucketOf(milliseconds: number): number {
  const found = LATENCY_BOUNDS.findIndex((bound) => milliseconds <= bound);
  return found === -1 ? LATENCY_BOUNDS.length : found;
}

export function addHistograms(a: LatencyHistogram, b: LatencyHistogram): number[] {
  return emptyHistogram().map((_zero, bucket) => (a[bucket] ?? 0) + (b[bucket] ?? 0));
}

/**
 * The latency (ms) below which `share` (0 to 1) of them are, straight between the ends of its bucket; the lower end of
 * the last one, which has no upper. null when there are none.
 */
export function percentile(histogram: LatencyHistogram, share: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let below = 0;
  for (const [bucket, count] of histogram.entries()) {
    if (count > 0 && below + count >= share * total) {
      const from = bucket === 0 ? 0 : (LATENCY_BOUNDS[bucket - 1] ?? 0);
      const to = LATENCY_BOUNDS[bucket] ?? from;
      return Math.round(from + (to - from) * Math.max(0, (share * total - below) / count));
    }
    below += count;
  }
  return LATENCY_BOUNDS.at(-1) ?? null;
}
