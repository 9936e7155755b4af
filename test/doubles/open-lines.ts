import { OPEN_STATES, SETTLED_STATES } from '../../shared/contracts/allocation-counts.ts';
import { openState, settledState } from '../../shared/domain/order-line.ts';
import type { OpenLines } from '../../shared/ports/open-lines.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import type { ItemDocuments, ItemPartition } from './item-documents.ts';

/** The open lines in memory; counting costs nothing, and all fails while `isAway`. */
export function inMemoryOpenLines(items: ItemDocuments, isAway: () => boolean): OpenLines {
  const linesOf = (partition: ItemPartition) => [...partition.lines.values()].map(({ value }) => value);
  const openOf = (partition: ItemPartition) =>
    linesOf(partition).filter((line) => openState(line) !== undefined);
  return {
    count: async (settledSince) => {
      if (isAway()) throw new StoreUnavailable('away');
      // Whatever is in memory was written since this process began.
      const counts = Date.parse(settledSince) <= Date.now();
      const states = [...items.partitions()]
        .flatMap(linesOf)
        .map((line) => openState(line) ?? (counts ? settledState(line) : undefined));
      const countOf = (state: string) => states.filter((found) => found === state).length;
      const all = [...OPEN_STATES, ...SETTLED_STATES];
      return { lines: new Map(all.map((state) => [state, countOf(state)])), requestUnits: 0 };
    },
    ofItem: async (itemId, limit) => {
      if (isAway()) throw new StoreUnavailable('away');
      const partition = items.partition(itemId);
      return partition ? openOf(partition).slice(0, limit) : [];
    },
  };
}
