import type { Container, OperationInput } from '@azure/cosmos';
import type { StockKey } from '../domain/stock.ts';
import type {
  OverflowWrite,
  ReadOutcome,
  StockStore,
  StockWrite,
  WriteOutcome,
} from '../ports/stock-store.ts';
import { type BulkResponse, bulkOf } from './bulk.ts';
import { failureOfStatus, unavailable } from './failure.ts';
import { conditionalWrite, writeTogether } from './item-batch.ts';
import { readOperation } from './point-read.ts';
import {
  fromOverflowDocument,
  fromStockDocument,
  overflowId,
  stockAddress,
  toOverflowDocument,
  toStockDocument,
} from './stock-document.ts';
import { goneIsConflict, outcomeOf } from './write-outcome.ts';

/** Stock in Cosmos DB: many documents a request, every write conditional on what was read. */
export function cosmosStockStore(container: Container): StockStore {
  const runBulk = bulkOf(container);
  return {
    read: async (keys) =>
      (await runBulk(keys.map((key) => readOperation(stockAddress(key))))).map(toReadOutcome),
    write: async (writes) =>
      (await runBulk(writes.map(writeOperation))).map((response) => goneIsConflict(outcomeOf(response))),
    readOverflow: (key) => readOverflow(container, key),
    writeWithOverflow: (write, overflow) => writeBoth(container, write, overflow),
  };
}

function writeOperation({ stock, etag }: StockWrite): OperationInput {
  return conditionalWrite(toStockDocument(stock), etag);
}

function toReadOutcome(response: BulkResponse): ReadOutcome {
  if ('failure' in response) return response.failure;
  const { statusCode, resourceBody, eTag } = response;
  if (statusCode === 200 && resourceBody && eTag) {
    return { status: 'found', stock: fromStockDocument(resourceBody), etag: eTag };
  }
  return statusCode === 404 ? { status: 'missing' } : failureOfStatus(statusCode);
}

/** The SDK would repeat a read that times out up to ten times. */
const READ_TIMEOUT_MS = 5_000;

async function readOverflow(container: Container, key: StockKey) {
  try {
    const { resource, etag, statusCode } = await container
      .item(overflowId(key), key.itemId)
      .read({ abortSignal: AbortSignal.timeout(READ_TIMEOUT_MS) });
    if (statusCode === 404 || !resource) return { overflow: { ...key, positions: [] }, etag: null };
    return { overflow: fromOverflowDocument(resource), etag };
  } catch (error) {
    throw unavailable(error);
  }
}

/** Both documents are stored, or neither. */
async function writeBoth(
  container: Container,
  write: StockWrite,
  { overflow, etag }: OverflowWrite,
): Promise<WriteOutcome> {
  const operations = [writeOperation(write), conditionalWrite(toOverflowDocument(overflow), etag)];
  return goneIsConflict(await writeTogether(container, write.stock.itemId, operations));
}
