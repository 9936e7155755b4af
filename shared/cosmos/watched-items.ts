import type { Container } from '@azure/cosmos';
import { WATCH_ID } from './line-document.ts';
import { documentReader } from './point-read.ts';

/** Those of the items that are watched, whichever of their stocks are marked so. @throws {StoreUnavailable} */
export function watchedAmong(container: Container) {
  const readDocuments = documentReader(container);
  return async (itemIds: readonly string[]): Promise<string[]> => {
    const marks = await readDocuments(itemIds.map((itemId) => ({ partitionKey: itemId, id: WATCH_ID })));
    return itemIds.filter((_, index) => marks[index]?.watched === true);
  };
}
