const FIRST_MS = 1_000;
/** Whatever went wrong, something is tried this often. */
export const PASS_MS = 30_000;
const LONGEST_ASKED_MS = 5 * 60_000;

/**
 * Milliseconds before the server is asked again: at least a second and, with each failure in a row, up to twice as many, at most half a
 * minute, spread over all of it, so that forty devices that come out of one dead zone do not ask at once. What the server asked
 * for goes first, up to five minutes.
 *
 * @param failures in a row, from 1
 * @param random in [0, 1)
 */
export function retryDelay(failures: number, random: () => number, retryAfterMs?: number): number {
  if (retryAfterMs !== undefined) return Math.min(Math.max(retryAfterMs, FIRST_MS), LONGEST_ASKED_MS);
  const most = Math.min(FIRST_MS * 2 ** Math.min(failures, 20), PASS_MS);
  return FIRST_MS + random() * (most - FIRST_MS);
}
