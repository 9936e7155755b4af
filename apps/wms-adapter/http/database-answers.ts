import { DatabaseUnavailableError, OverloadedError } from '../booking/group-commit.ts';
import { ProblemException } from './problem.ts';

/**
 * Books or decides something. @throws ProblemException 503 where the adapter has too much to do or the database does not take it:
 * nothing was done then, and trying again is safe.
 */
export async function booking<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OverloadedError || error instanceof DatabaseUnavailableError) {
      throw notNow(`${error.message}; nothing of this call was booked, send it again`);
    }
    throw error;
  }
}

/** Reads what has to be known of the caller before anything is done. @throws ProblemException 503 where the database does not answer. */
export async function reading<Result>(
  log: (line: string) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    log(`the WMS database did not answer: ${error instanceof Error ? error.message : String(error)}`);
    throw notNow('the WMS database does not answer; nothing of this call was booked, send it again');
  }
}

function notNow(detail: string): ProblemException {
  return new ProblemException(503, 'Not now', { detail }, { 'retry-after': '1' });
}
