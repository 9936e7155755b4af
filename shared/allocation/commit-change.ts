import type { LineChange } from '../domain/totals.ts';
import { totalsChange } from '../domain/totals.ts';
import type { AllocationStore, ItemChange } from '../ports/allocation-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { untilStored } from '../ports/until-stored.ts';

/** One attempt: what to store for what was just read, and the result once it is; `change` undefined: nothing to store. */
export type Attempt<Result> = { readonly change: ItemChange | undefined; readonly result: Result };

/**
 * Changes lines of an item: reads, decides and stores until nobody came between.
 *
 * @param attempt is told how many races it lost so far
 * @throws {StoreUnavailable} when the store does not answer, or every try lost its race
 */
export async function commitChange<Result>(
  { store, runtime }: { readonly store: Pick<AllocationStore, 'commit'>; readonly runtime: Runtime },
  itemId: string,
  attempt: (race: number) => Promise<Attempt<Result>>,
): Promise<Result> {
  return untilStored(runtime, `a change of item ${itemId}`, async (race) => {
    const { change, result } = await attempt(race);
    if (!change) return result;
    const outcome = await store.commit(change);
    if (outcome.status === 'stored') return result;
    if (outcome.status === 'conflict') return outcome.status;
    throw new StoreUnavailable(outcome.detail, outcome.retryAfterMs);
  });
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
