import type { OpenTasks, Schedule, Settled } from './open-tasks.ts';
import type { RetryOptions } from './orchestrator-state.ts';

/** `DT: RetryOptions.cs` */
const MAX_RETRY_INTERVAL = 6 * 24 * 3_600_000;

/** Tries until it succeeds or the options say that it is enough, with a timer between two attempts (`DT: RetryInterceptor.cs`). */
export function runWithRetry(
  tasks: OpenTasks,
  attempt: Schedule,
  options: RetryOptions,
  settled: Settled,
): void {
  const giveUpAt = tasks.now + (options.retryTimeoutInMilliseconds ?? Number.POSITIVE_INFINITY);
  const wait = (fireAt: number, then: Settled) =>
    tasks.schedule({ kind: 'timer', id: tasks.takeNumber(), fireAt }, then);
  const tryOnce = (attemptNumber: number): void => {
    attempt((outcome) => {
      if (outcome.ok || outcome.isNonRetriable) return settled(outcome);
      // The last attempt is followed by a timer that is due at once; the library counts it too.
      if (attemptNumber >= options.maxNumberOfAttempts) return wait(tasks.now, () => settled(outcome));
      if (tasks.now >= giveUpAt) {
        tasks.warnings.push(
          'waits for ever: retryTimeoutInMilliseconds has passed, which the library does not notice; do not set it',
        );
        return settled(outcome);
      }
      wait(tasks.now + retryDelay(options, attemptNumber), () => tryOnce(attemptNumber + 1));
    });
  };
  tryOnce(1);
}

function retryDelay(options: RetryOptions, attemptNumber: number): number {
  const coefficient = options.backoffCoefficient ?? 1;
  const delay = options.firstRetryIntervalInMilliseconds * coefficient ** (attemptNumber - 1);
  return Math.min(Math.ceil(delay), options.maxRetryIntervalInMilliseconds ?? MAX_RETRY_INTERVAL);
}
