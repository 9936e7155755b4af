import type { Container, SqlQuerySpec } from '@azure/cosmos';
import type { Stock, StockKey } from '../domain/stock.ts';
import { type StockReader, StoreUnavailable } from '../ports/stock-store.ts';
import { runBulk } from './bulk.ts';
import { unavailable } from './failure.ts';
import { fromStockDocument } from './stock-document.ts';

/** What the ATP API reads. Nothing but Cosmos DB is needed to answer. */
export function cosmosStockReader(container: Container): StockReader {
  return {
    readItem: (itemId) => readItem(container, itemId),
    readPairs: (keys) => readPairs(container, keys),
    readOpenFindings: (limit) => readOpenFindings(container, limit),
  };
}

async function readItem(container: Container, itemId: string): Promise<Stock[]> {
  return query(container, { query: "SELECT * FROM c WHERE c.kind = 'stock'" }, { partitionKey: itemId });
}

async function readPairs(container: Container, keys: readonly StockKey[]): Promise<(Stock | undefined)[]> {
  const responses = await runBulk(
    container,
    keys.map(({ itemId, warehouseId }) => ({ operationType: 'Read', partitionKey: itemId, id: warehouseId })),
  );
  return responses.map((response) => {
    if ('failure' in response)
      throw new StoreUnavailable(response.failure.detail, response.failure.retryAfterMs);
    if (response.statusCode === 200 && response.resourceBody) return fromStockDocument(response.resourceBody);
    if (response.statusCode === 404) return undefined;
    throw new StoreUnavailable(`Cosmos DB answered ${response.statusCode}`);
  });
}

async function readOpenFindings(container: Container, limit: number): Promise<Stock[]> {
  const text = 'SELECT TOP @limit * FROM c WHERE c.openFindings > 0';
  return query(container, { query: text, parameters: [{ name: '@limit', value: limit }] }, {});
}

async function query(
  container: Container,
  spec: SqlQuerySpec,
  scope: { partitionKey?: string },
): Promise<Stock[]> {
  try {
    const { resources } = await container.items.query<object>(spec, scope).fetchAll();
    return resources.map(fromStockDocument);
  } catch (error) {
    throw unavailable(error);
  }
}
