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
import { failureOf, isTooLarge, unavailable } from './failure.ts';
import {
  fromOverflowDocument,
  fromStockDocument,
  overflowId,
  toOverflowDocument,
  toStockDocument,
} from './stock-document.ts';

/** Stock in Cosmos DB: many documents a request, every write conditional on what was read. */
export function cosmosStockStore(container: Container): StockStore {
  const runBulk = bulkOf(container);
  return {
    read: async (keys) => (await runBulk(keys.map(readOperation))).map(toReadOutcome),
    write: async (writes) => (await runBulk(writes.map(writeOperation))).map(toWriteOutcome),
    readOverflow: (key) => readOverflow(container, key),
    writeWithOverflow: (write, overflow) => writeBoth(container, write, overflow),
  };
}

function readOperation({ itemId, warehouseId }: StockKey): OperationInput {
  return { operationType: 'Read', partitionKey: itemId, id: warehouseId };
}

function writeOperation({ stock, etag }: StockWrite): OperationInput {
  return conditionalWrite(toStockDocument(stock), stock.warehouseId, stock.itemId, etag);
}

function conditionalWrite(
  resourceBody: ReturnType<typeof toStockDocument>,
  id: string,
  partitionKey: string,
  etag: string | null,
): OperationInput {
  return etag === null
    ? { operationType: 'Create', partitionKey, resourceBody }
    : { operationType: 'Replace', partitionKey, id, resourceBody, ifMatch: etag };
}

function toReadOutcome(response: BulkResponse): ReadOutcome {
  if ('failure' in response) return response.failure;
  const { statusCode, resourceBody, eTag } = response;
  if (statusCode === 200 && resourceBody && eTag) {
    return { status: 'found', stock: fromStockDocument(resourceBody), etag: eTag };
  }
  return statusCode === 404 ? { status: 'missing' } : failedStatus(statusCode);
}

function toWriteOutcome(response: BulkResponse): WriteOutcome {
  return 'failure' in response ? response.failure : outcomeOfStatus(response.statusCode);
}

function outcomeOfStatus(statusCode: number): WriteOutcome {
  if (statusCode >= 200 && statusCode < 300) return { status: 'stored' };
  switch (statusCode) {
    case 404: // gone since it was read
    case 409:
    case 412:
    case 449:
      return { status: 'conflict' };
    case 413:
      return { status: 'too-large' };
    default:
      return failedStatus(statusCode);
  }
}

function failedStatus(statusCode: number) {
  return {
    status: statusCode === 429 ? ('throttled' as const) : ('unavailable' as const),
    detail: `Cosmos DB answered ${statusCode}`,
  };
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

/** One transactional batch: both documents are stored, or neither. */
async function writeBoth(
  container: Container,
  { stock, etag }: StockWrite,
  resting: OverflowWrite,
): Promise<WriteOutcome> {
  const { itemId, warehouseId } = stock;
  const overflow = resting.overflow;
  const operations = [
    conditionalWrite(toStockDocument(stock), warehouseId, itemId, etag),
    conditionalWrite(toOverflowDocument(overflow), overflowId(overflow), itemId, resting.etag),
  ];
  try {
    const { result = [] } = await container.items.batch(operations, itemId);
    const culprit = result.find(({ statusCode }) => statusCode >= 300 && statusCode !== 424);
    return culprit ? outcomeOfStatus(culprit.statusCode) : { status: 'stored' };
  } catch (error) {
    return isTooLarge(error) ? { status: 'too-large' } : failureOf(error);
  }
}
