import { OPEN_STATES } from '../../shared/contracts/allocation-counts.ts';
import { openState } from '../../shared/domain/order-line.ts';
import type { OpenLines } from '../../shared/ports/open-lines.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import type { ItemDocuments, ItemPartition } from './item-documents.ts';

/** The open lines in memory; counting costs nothing, and all fails while `isAway`. */
export function inMemoryOpenLines(items: ItemDocuments, isAway: () => boolean): OpenLines {
  const openOf = (partition: ItemPartition) =>
    [...partition.lines.values()].map(({ value }) => value).filter((line) => openState(line) !== undefined);
  return {
    count: async () => {
      if (isAway()) throw new StoreUnavailable('away');
      const states = [...items.partitions()].flatMap(openOf).map(openState);
      const countOf = (state: string) => states.filter((found) => found === state).length;
      return { lines: new Map(OPEN_STATES.map((state) => [state, countOf(state)])), requestUnits: 0 };
    },
    ofItem: async (itemId, limit) => {
      if (isAway()) throw new StoreUnavailable('away');
      const partition = items.partition(itemId);
      return partition ? openOf(partition).slice(0, limit) : [];
    },
  };
}
