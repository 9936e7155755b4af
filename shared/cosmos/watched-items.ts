import type { Container, OperationInput } from '@azure/cosmos';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { bulkOf } from './bulk.ts';
import { WATCH_ID } from './line-document.ts';

/** Those of the items that are watched, whichever of their stocks are marked so. @throws {StoreUnavailable} */
export function watchedAmong(container: Container) {
  const runBulk = bulkOf(container);
  return async (itemIds: readonly string[]): Promise<string[]> => {
    const operations = itemIds.map(
      (itemId): OperationInput => ({ operationType: 'Read', partitionKey: itemId, id: WATCH_ID }),
    );
    const responses = await runBulk(operations);
    return itemIds.filter((_, index) => {
      const response = responses[index];
      if (!response || 'failure' in response)
        throw new StoreUnavailable(response?.failure.detail ?? 'no answer');
      if (response.statusCode === 404) return false;
      if (response.statusCode !== 200)
        throw new StoreUnavailable(`Cosmos DB answered ${response.statusCode}`);
      return response.resourceBody?.watched === true;
    });
  };
}
