import { conflictDelay } from '../domain/retry-delay.ts';
import type { Runtime } from './runtime.ts';
import { StoreUnavailable } from './stock-store.ts';

/** Races lost in a row after which a caller is told to come back; together about five seconds. */
const MAX_RACES = 30;

/**
 * Reads, decides and stores until nobody came between.
 *
 * @param what is stored, for the error: an item or an order by its id
 * @param attempt answers `conflict` when somebody else stored first; is told how many races were lost so far
 * @throws {StoreUnavailable} when every attempt lost its race
 */
export async function untilStored<Result>(
  runtime: Pick<Runtime, 'sleep' | 'random'>,
  what: string,
  attempt: (race: number) => Promise<Result | 'conflict'>,
): Promise<Result> {
  for (let race = 0; race < MAX_RACES; race += 1) {
    const result = await attempt(race);
    if (result !== 'conflict') return result;
    // Whoever loses once was only late; who loses again is one of many.
    if (race > 0) await runtime.sleep(conflictDelay(race, runtime));
  }
  throw new StoreUnavailable(`${MAX_RACES} attempts to store ${what} each met a newer state.`);
}
