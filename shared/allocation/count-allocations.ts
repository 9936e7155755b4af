import {
  type AllocationCounts,
  OPEN_STATES,
  type OpenState,
  SETTLED_STATES,
  type SettledState,
} from '../contracts/allocation-counts.ts';
import type { OpenLines } from '../ports/open-lines.ts';
import { isoNow, type Runtime } from '../ports/runtime.ts';
import { standingAnswer } from '../ports/standing-answer.ts';

/** Settled lines are counted for so long after their last change. Milliseconds. */
const SETTLED_WITHIN_MS = 86_400_000;

/** An answer stands for so long at least. Milliseconds. */
const STANDS_MS = 5_000;

/** Counting costs no more than this on average, however many ask and however many lines are open. */
const MOST_REQUEST_UNITS_PER_SECOND = 10;

/**
 * How many lines of orders and carts are open, and how many of orders were settled within a day, by what they are. What counting
 * costs decides how long an answer stands.
 * The answer rejects with `StoreUnavailable`.
 */
export function allocationCounts(
  { count }: Pick<OpenLines, 'count'>,
  runtime: Pick<Runtime, 'now'>,
): () => Promise<AllocationCounts> {
  const counted = standingAnswer(
    async () => {
      const at = isoNow(runtime);
      const since = new Date(runtime.now() - SETTLED_WITHIN_MS).toISOString();
      return { at, since, ...(await count(since)) };
    },
    ({ requestUnits }) => Math.max(STANDS_MS, (requestUnits / MOST_REQUEST_UNITS_PER_SECOND) * 1_000),
    runtime.now,
  );
  return async () => {
    const { at, since, lines } = await counted();
    const linesOf = <State extends OpenState | SettledState>(state: State) => ({
      state,
      lines: lines.get(state) ?? 0,
    });
    return {
      at,
      counts: OPEN_STATES.map(linesOf),
      settled: { since, counts: SETTLED_STATES.map(linesOf) },
    };
  };
}
