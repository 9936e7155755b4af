import type { ItemDocuments } from './item-documents.ts';
import { type AskFault, throwFault } from './store-faults.ts';

export type InMemoryWatch = {
  /** Those of the items that are watched. @throws {StoreUnavailable} */
  readonly watchedAmong: (itemIds: readonly string[]) => Promise<string[]>;
  /** Asked with the items. Set it to bring faults. */
  fault: AskFault<readonly string[]>;
};

/** Who is watched, by the documents that the stores of allocation and planning write. */
export function inMemoryWatch(items: ItemDocuments): InMemoryWatch {
  const memory: InMemoryWatch = {
    fault: undefined,
    watchedAmong: async (itemIds) => {
      throwFault(memory.fault?.(itemIds));
      return itemIds.filter((itemId) => items.partition(itemId)?.watch?.value === true);
    },
  };
  return memory;
}
