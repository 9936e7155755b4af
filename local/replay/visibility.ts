import { createHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** A transaction whose way to the cloud is watched. Times are milliseconds UTC of this machine. */
export type Watched = { itemId: string; warehouseId: string; sentAt: number };

export type Visibility = {
  /** Returns when the cloud shows it, or when `signal` ends the watching. */
  watch: (transaction: Watched, signal: AbortSignal) => Promise<void>;
  /** Scan to visible over all that were watched, in milliseconds; undefined before the first. */
  latency: () => { p50: number; p99: number; max: number; count: number } | undefined;
};

const POLL = 20;

/**
 * Measures about how long a transaction takes from POST sent to the first answer of the ATP API that shows it: the
 * answer is as of the newest WMS commit in it, and this transaction was committed after it was sent.
 *
 * Approximate, and printed so: a later transaction of the same item and warehouse that the cloud folds first satisfies
 * it too. The answer has a version of the whole record, not of positions, so it cannot be told which one it shows.
 *
 * @param functionsUrl base address of the Functions host
 */
export function openVisibility(functionsUrl: string): Visibility {
  const histogram = createHistogram();
  return {
    async watch({ itemId, warehouseId, sentAt }, signal) {
      const url = `${functionsUrl}/api/items/${encodeURIComponent(itemId)}/warehouses/${encodeURIComponent(warehouseId)}/atp`;
      while (!signal.aborted) {
        if ((await asOf(url, signal)) >= sentAt) {
          histogram.record(Math.max(1, Date.now() - sentAt));
          return;
        }
        await sleep(POLL);
      }
    },
    latency() {
      if (histogram.count === 0) return undefined;
      return {
        p50: histogram.percentile(50),
        p99: histogram.percentile(99),
        max: histogram.max,
        count: histogram.count,
      };
    },
  };
}

async function asOf(url: string, signal: AbortSignal): Promise<number> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
    const body = (await response.json()) as { asOf?: string };
    return response.ok && body.asOf !== undefined ? Date.parse(body.asOf) : Number.NEGATIVE_INFINITY;
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
}
