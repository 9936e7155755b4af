import type { Container } from '@azure/cosmos';
import type { Stock, StockFigures, StockKey } from '../domain/stock.ts';
import type { OpenFindings, StockReader } from '../ports/stock-store.ts';
import { documentReader, type ReadDocuments } from './point-read.ts';
import { query } from './query.ts';
import { fromStockDocument, STOCK_FIGURES, stockAddress } from './stock-document.ts';

/** What the ATP API reads. Nothing but Cosmos DB is needed to answer. */
export function cosmosStockReader(container: Container): StockReader {
  const readDocuments = documentReader(container);
  return {
    readItem: (itemId) => readItem(container, itemId),
    readPairs: (keys) => readPairs(readDocuments, keys),
    readOpenFindings: (limit) => readOpenFindings(container, limit),
  };
}

async function readItem(container: Container, itemId: string): Promise<StockFigures[]> {
  const text = `SELECT ${STOCK_FIGURES} FROM c WHERE c.kind = 'stock'`;
  return query(container, { query: text }, itemId);
}

async function readPairs(
  readDocuments: ReadDocuments,
  keys: readonly StockKey[],
): Promise<(Stock | undefined)[]> {
  const documents = await readDocuments(keys.map(stockAddress));
  return documents.map((document) => document && fromStockDocument(document));
}

/** Positions with a gap only: a document has thousands of others, and 500 documents are asked for. */
async function readOpenFindings(container: Container, limit: number): Promise<OpenFindings[]> {
  const gaps = 'ARRAY(SELECT VALUE p FROM p IN c.positions WHERE IS_DEFINED(p.missing)) AS positions';
  const text = `SELECT TOP @limit c.itemId, c.warehouseId, c.findings, ${gaps} FROM c WHERE c.openFindings > 0`;
  return query(container, { query: text, parameters: [{ name: '@limit', value: limit }] });
}
