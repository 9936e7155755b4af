import { isTimeout, isTransient } from './transient-error.ts';

export interface RetryOptions {
  /** Draws from 0 (inclusive) to 1. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** How often it is tried in all. */
  readonly tries?: number;
  /** Told of each failure that is tried again. */
  readonly onRetry?: (error: unknown, delayMs: number) => void;
}

/**
 * With the delays below a failing database is given up after about 3 seconds, beside the time the tries take
 * themselves.
 */
const DEFAULT_TRIES = 8;
const FIRST_DELAY_MS = 20;
const LONGEST_DELAY_MS = 2_000;
/** A server that answers nothing for so many time-outs is away. */
const MAX_TIMEOUTS = 2;

/**
 * Does work against the database, and does it again from its beginning after an error that passes by itself
 * (deadlock, broken connection, failover). The work has to be whole in itself, a transaction of its own, and harmless
 * when it was committed before.
 *
 * @throws what the work threw: at once where trying again is of no use, else at the last try
 */
export async function retrying<Result>(work: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const { random, sleep, tries = DEFAULT_TRIES, onRetry } = options;
  let timeouts = 0;
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (isTimeout(error)) timeouts += 1;
      if (failures >= tries || timeouts >= MAX_TIMEOUTS || !isTransient(error)) throw error;
      const delay = delayAfter(failures, random);
      onRetry?.(error, delay);
      await sleep(delay);
    }
  }
}

/**
 * Milliseconds: 20 doubling to 2,000, of which the upper half is drawn, so that deadlocked sessions do not meet
 * again.
 */
function delayAfter(failures: number, random: () => number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS) * (0.5 + random() * 0.5);
}
