const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/**
 * Milliseconds to wait after so many failures in a row (1 or more): doubling from 100 ms up to 5 s, of which the
 * upper half is drawn, so that adapters that lost the bus together do not return together.
 *
 * @param random draws from 0 (inclusive) to 1.
 */
export function backoffDelay(failures: number, random: () => number): number {
  const longest = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
  return longest * (0.5 + random() * 0.5);
}
