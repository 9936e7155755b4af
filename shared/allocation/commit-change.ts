import type { LineChange } from '../domain/totals.ts';
import { totalsChange } from '../domain/totals.ts';
import type { AllocationStore, ItemChange } from '../ports/allocation-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';

/** Races lost in a row after which a caller is told to come back; each waits a little longer than the one before. */
const MAX_RACES = 30;

/** One attempt: what to store for what was just read, and the result once it is; `change` undefined: nothing to store. */
export type Attempt<Result> = { readonly change: ItemChange | undefined; readonly result: Result };

/**
 * Reads, decides and stores until nobody came between.
 *
 * @param attempt is told how many races it lost so far
 * @throws {StoreUnavailable} when the store does not answer, or every try lost its race
 */
export async function commitChange<Result>(
  ports: { readonly store: Pick<AllocationStore, 'commit'>; readonly runtime: Runtime },
  attempt: (race: number) => Promise<Attempt<Result>>,
): Promise<Result> {
  for (let race = 0; race < MAX_RACES; race += 1) {
    const { change, result } = await attempt(race);
    if (!change) return result;
    const outcome = await ports.store.commit(change);
    if (outcome.status === 'stored') return result;
    if (outcome.status === 'throttled' || outcome.status === 'unavailable') {
      throw new StoreUnavailable(outcome.detail, outcome.retryAfterMs);
    }
    if (race > 1) await ports.runtime.sleep(ports.runtime.random() * Math.min(5 * 2 ** race, 500));
  }
  throw new StoreUnavailable(`${MAX_RACES} attempts to store a change each met a newer state.`);
}

/** A changed line with the etag it was read with; null when it is new. */
export type StoredChange = LineChange & { readonly etag: string | null };

/** Changed lines and the totals that follow: what they hold anew is stored only if as much is still free. */
export function changeOf(itemId: string, changes: readonly StoredChange[]): ItemChange | undefined {
  if (changes.length === 0) return undefined;
  return {
    itemId,
    lines: changes.map(({ after, etag }) => ({ line: after, etag })),
    totals: totalsChange(changes).map((delta) =>
      delta.tentative > 0 ? { ...delta, leastAtp: delta.tentative } : delta,
    ),
  };
}
