import { setTimeout } from 'node:timers/promises';
import { DatabaseUnavailableError, OverloadedError } from '../booking/group-commit.ts';
import { backoffDelay } from '../relay/backoff.ts';
import type { Settlement } from './settlement.ts';

export interface TakingOptions {
  readonly random: () => number;
  readonly log: (line: string) => void;
  /** Aborted when the adapter stops. */
  readonly stopping: AbortSignal;
  /** Rejects when it is stopped. By the machine's timers unless told otherwise. */
  readonly sleep?: (milliseconds: number, stopping: AbortSignal) => Promise<void>;
}

/**
 * Does what a message asks for, again with backoff while the database does not take it; completed when it is done. Never
 * rejects. `fault` begins the line of the log where it fails by a fault of ours.
 */
export async function settleWhenTaken(
  work: () => Promise<unknown>,
  fault: string,
  { random, log, stopping, sleep = sleepUnlessStopped }: TakingOptions,
): Promise<Settlement> {
  for (let failures = 1; ; failures += 1) {
    try {
      await work();
      return { kind: 'complete' };
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError || error instanceof OverloadedError)) {
        log(`${fault}: ${error instanceof Error ? error.stack : String(error)}`);
        return { kind: 'abandon' };
      }
    }
    // The SDK renews the message's lock meanwhile.
    await sleep(backoffDelay(failures, random), stopping).catch(() => undefined);
    if (stopping.aborted) return { kind: 'leave' };
  }
}

function sleepUnlessStopped(milliseconds: number, signal: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, { signal });
}
