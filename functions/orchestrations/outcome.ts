import { RetryOptions, type Task } from 'durable-functions';

/** What an orchestrator is given back for a task: JSON that an activity of this app answered, so its shape is trusted. */
export function* outcomeOf<Outcome>(task: Task): Generator<Task, Outcome, unknown> {
  return (yield task) as Outcome;
}

/**
 * Every activity may be repeated, so it is, until the parts it needs are there again: after 1, 2, 4 … seconds, then
 * once a minute, for about a week. No time-out: the SDK waits for ever where the extension has given up by one
 * (reference page, 8.5).
 */
export const UNTIL_IT_WORKS: RetryOptions = retryOptions();

function retryOptions(): RetryOptions {
  const options = new RetryOptions(1_000, 10_000);
  options.backoffCoefficient = 2;
  options.maxRetryIntervalInMilliseconds = 60_000;
  return options;
}
