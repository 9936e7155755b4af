import type { Container, SqlQuerySpec } from '@azure/cosmos';
import type { Stock, StockFigures, StockKey } from '../domain/stock.ts';
import { type OpenFindings, type StockReader, StoreUnavailable } from '../ports/stock-store.ts';
import { unavailable } from './failure.ts';
import { STOCK_FIGURES } from './stock-document.ts';
import { cosmosStockStore } from './stock-store.ts';

/** What the ATP API reads. Nothing but Cosmos DB is needed to answer. */
export function cosmosStockReader(container: Container): StockReader {
  return {
    readItem: (itemId) => readItem(container, itemId),
    readPairs: (keys) => readPairs(container, keys),
    readOpenFindings: (limit) => readOpenFindings(container, limit),
  };
}

async function readItem(container: Container, itemId: string): Promise<StockFigures[]> {
  const text = `SELECT ${STOCK_FIGURES} FROM c WHERE c.kind = 'stock'`;
  return query(container, { query: text }, { partitionKey: itemId });
}

async function readPairs(container: Container, keys: readonly StockKey[]): Promise<(Stock | undefined)[]> {
  const outcomes = await cosmosStockStore(container).read(keys);
  return outcomes.map((outcome) => {
    if (outcome.status === 'found') return outcome.stock;
    if (outcome.status === 'missing') return undefined;
    throw new StoreUnavailable(outcome.detail, outcome.retryAfterMs);
  });
}

/** Positions with a gap only: a document has thousands of others, and 500 documents are asked for. */
async function readOpenFindings(container: Container, limit: number): Promise<OpenFindings[]> {
  const gaps = 'ARRAY(SELECT VALUE p FROM p IN c.positions WHERE IS_DEFINED(p.missing)) AS positions';
  const text = `SELECT TOP @limit c.itemId, c.warehouseId, c.findings, ${gaps} FROM c WHERE c.openFindings > 0`;
  return query(container, { query: text, parameters: [{ name: '@limit', value: limit }] }, {});
}

/** Only `stock-document.ts` writes such documents, so the shape is trusted. */
async function query<T>(
  container: Container,
  spec: SqlQuerySpec,
  scope: { partitionKey?: string },
): Promise<T[]> {
  try {
    const { resources } = await container.items.query<T>(spec, scope).fetchAll();
    return resources;
  } catch (error) {
    throw unavailable(error);
  }
}
