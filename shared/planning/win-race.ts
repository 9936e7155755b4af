import type { Runtime } from '../ports/runtime.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';

/** Races lost in a row after which a caller is told to come back; each waits a little longer than the one before. */
const MAX_RACES = 20;

/**
 * Reads, decides and stores until nobody came between.
 *
 * @param attempt answers `conflict` when somebody else stored first
 * @throws {StoreUnavailable} when every attempt lost its race
 */
export async function winRace<Result>(
  runtime: Runtime,
  attempt: () => Promise<Result | 'conflict'>,
): Promise<Result> {
  for (let race = 0; race < MAX_RACES; race += 1) {
    const result = await attempt();
    if (result !== 'conflict') return result;
    if (race > 0) await runtime.sleep(runtime.random() * Math.min(5 * 2 ** race, 500));
  }
  throw new StoreUnavailable(`${MAX_RACES} attempts to store a plan each met a newer state.`);
}
