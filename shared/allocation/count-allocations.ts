import { type AllocationCounts, OPEN_STATES } from '../contracts/allocation-counts.ts';
import type { OpenLines } from '../ports/open-lines.ts';
import { isoNow, type Runtime } from '../ports/runtime.ts';
import { standingAnswer } from '../ports/standing-answer.ts';

/** An answer stands for so long at least. Milliseconds. */
const STANDS_MS = 5_000;

/** Counting costs no more than this on average, however many ask and however many lines are open. */
const MOST_REQUEST_UNITS_PER_SECOND = 10;

/**
 * How many lines of orders and carts are open, by what they are. What counting costs decides how long an answer stands.
 * The answer rejects with `StoreUnavailable`.
 */
export function allocationCounts(
  { count }: Pick<OpenLines, 'count'>,
  runtime: Pick<Runtime, 'now'>,
): () => Promise<AllocationCounts> {
  const counted = standingAnswer(
    async () => ({ at: isoNow(runtime), ...(await count()) }),
    ({ requestUnits }) => Math.max(STANDS_MS, (requestUnits / MOST_REQUEST_UNITS_PER_SECOND) * 1_000),
    runtime.now,
  );
  return async () => {
    const { at, lines } = await counted();
    return { at, counts: OPEN_STATES.map((state) => ({ state, lines: lines.get(state) ?? 0 })) };
  };
}
