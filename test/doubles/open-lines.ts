import { OPEN_STATES, SETTLED_STATES } from '../../shared/contracts/allocation-counts.ts';
import { openState, settledState } from '../../shared/domain/order-line.ts';
import type { OpenLines } from '../../shared/ports/open-lines.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import type { ItemDocuments, ItemPartition } from './item-documents.ts';

/** The open lines in memory; counting costs nothing, and all fails while `isAway`. */
export function inMemoryOpenLines(items: ItemDocuments, isAway: () => boolean): OpenLines {
  const linesOf = (partition: ItemPartition) => [...partition.lines.values()];
  return {
    count: async (settledSince) => {
      if (isAway()) throw new StoreUnavailable('away');
      const since = Date.parse(settledSince);
      const states = [...items.partitions()]
        .flatMap(linesOf)
        .map(
          ({ value, writtenAt }) =>
            openState(value) ?? (writtenAt >= since ? settledState(value) : undefined),
        );
      const countOf = (state: string) => states.filter((found) => found === state).length;
      const all = [...OPEN_STATES, ...SETTLED_STATES];
      return { lines: new Map(all.map((state) => [state, countOf(state)])), requestUnits: 0 };
    },
    ofItem: async (itemId, limit) => {
      if (isAway()) throw new StoreUnavailable('away');
      const partition = items.partition(itemId);
      const lines = partition ? linesOf(partition).map(({ value }) => value) : [];
      return lines.filter((line) => openState(line) !== undefined).slice(0, limit);
    },
  };
}
