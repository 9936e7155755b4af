import type { Container, JSONObject, OperationInput, SqlQuerySpec } from '@azure/cosmos';
import { type LineKey, lineKey } from '../domain/order-line.ts';
import type { StockFigures } from '../domain/stock.ts';
import type {
  AllocationStore,
  CommitOutcome,
  ItemChange,
  ItemState,
  StoredLine,
  TotalsChange,
} from '../ports/allocation-store.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { bulkOf, type RunBulk } from './bulk.ts';
import { failureOf, unavailable } from './failure.ts';
import { fromLineDocument, toLineDocument, WATCH_ID, watchDocument } from './line-document.ts';
import { STOCK_FIGURES } from './stock-document.ts';

/** Lines and totals in the container `stock`: one transactional batch for each item that changes. */
export function cosmosAllocationStore(container: Container): AllocationStore {
  const runBulk = bulkOf(container);
  return {
    readItem: (itemId) => readItem(container, itemId),
    readWaiting: (itemId, limit, after) => readWaiting(container, itemId, limit, after),
    readLines: (keys) => readLines(runBulk, keys),
    commit: (change) => commit(container, change),
  };
}

async function readItem(container: Container, itemId: string): Promise<ItemState> {
  const text = `SELECT c.kind, c._etag AS etag, ${STOCK_FIGURES} FROM c WHERE c.kind IN ('stock', 'item')`;
  const rows = await query<StockFigures & { kind: string; etag: string }>(container, text, itemId);
  const stocks = rows
    .filter(({ kind }) => kind === 'stock')
    .map(({ kind: _kind, etag: _etag, ...stock }) => stock);
  const item = rows.find(({ kind }) => kind === 'item');
  return { itemId, stocks, watch: { on: item?.watched ?? false, etag: item?.etag ?? null } };
}

async function readWaiting(
  container: Container,
  itemId: string,
  limit: number,
  after = '',
): Promise<StoredLine[]> {
  const documents = await query<object>(
    container,
    {
      query: 'SELECT TOP @limit * FROM c WHERE c.rank > @after ORDER BY c.rank',
      parameters: [
        { name: '@limit', value: limit },
        { name: '@after', value: after },
      ],
    },
    itemId,
  );
  return documents.map(fromLineDocument);
}

async function readLines(runBulk: RunBulk, keys: readonly LineKey[]): Promise<(StoredLine | undefined)[]> {
  const operations = keys.map(
    (key): OperationInput => ({ operationType: 'Read', partitionKey: key.itemId, id: lineKey(key) }),
  );
  return (await runBulk(operations)).map((response) => {
    if ('failure' in response)
      throw new StoreUnavailable(response.failure.detail, response.failure.retryAfterMs);
    const { statusCode, resourceBody } = response;
    if (statusCode === 200 && resourceBody) return fromLineDocument(resourceBody);
    if (statusCode === 404) return undefined;
    throw new StoreUnavailable(`Cosmos DB answered ${statusCode}`);
  });
}

async function commit(container: Container, change: ItemChange): Promise<CommitOutcome> {
  try {
    const { result = [] } = await container.items.batch(operationsOf(change), change.itemId, {
      contentResponseOnWriteEnabled: false,
    });
    const culprit = result.find(({ statusCode }) => statusCode >= 300 && statusCode !== 424);
    if (!culprit) return { status: 'stored' };
    return [404, 409, 412, 449].includes(culprit.statusCode)
      ? { status: 'conflict' }
      : {
          status: culprit.statusCode === 429 ? 'throttled' : 'unavailable',
          detail: `Cosmos DB answered ${culprit.statusCode}`,
        };
  } catch (error) {
    return failureOf(error);
  }
}

function operationsOf({ itemId, lines, totals, watch }: ItemChange): OperationInput[] {
  const watched = new Set(watch?.warehouseIds);
  const changed = new Set(totals.map(({ warehouseId }) => warehouseId));
  return [
    ...totals.map((total) =>
      stockPatch(itemId, total, watched.has(total.warehouseId) ? watch?.on : undefined),
    ),
    ...[...watched]
      .filter((id) => !changed.has(id))
      .map((id) => stockPatch(itemId, untouched(id), watch?.on)),
    ...(watch ? [writeOperation(watchDocument(itemId, watch.on), WATCH_ID, watch.etag)] : []),
    ...lines.map(({ line, etag }) => writeOperation(toLineDocument(line), lineKey(line), etag)),
  ];
}

function untouched(warehouseId: string): TotalsChange {
  return { warehouseId, tentative: 0, confirmed: 0, picked: 0 };
}

/** Adds to the totals without having read them; the condition keeps a hold from taking what another took meanwhile. */
function stockPatch(
  partitionKey: string,
  { warehouseId, leastAtp, ...changes }: TotalsChange,
  watched: boolean | undefined,
): OperationInput {
  const increments = Object.entries({ ...changes, version: 1 }).filter(([, value]) => value !== 0);
  return {
    operationType: 'Patch',
    partitionKey,
    id: warehouseId,
    resourceBody: {
      operations: [
        ...increments.map(([name, value]) => ({ op: 'incr' as const, path: `/${name}`, value })),
        ...(watched === undefined ? [] : [{ op: 'set' as const, path: '/watched', value: watched }]),
      ],
      ...(leastAtp !== undefined && { condition: atLeast(leastAtp) }),
    },
  };
}

/** `pieces` is a number of ours, never a text from outside: a condition takes no parameters. */
function atLeast(pieces: number): string {
  return `FROM c WHERE c.onHand - c.safetyStock - c.tentative - c.confirmed + c.picked >= ${Math.trunc(pieces)}`;
}

function writeOperation(resourceBody: JSONObject, id: string, etag: string | null): OperationInput {
  const partitionKey = String(resourceBody.itemId);
  return etag === null
    ? { operationType: 'Create', partitionKey, resourceBody }
    : { operationType: 'Replace', partitionKey, id, resourceBody, ifMatch: etag };
}

/** Only this folder writes such documents, so the shape is trusted. */
async function query<T>(
  container: Container,
  spec: string | SqlQuerySpec,
  partitionKey: string,
): Promise<T[]> {
  try {
    return (await container.items.query<T>(spec, { partitionKey }).fetchAll()).resources;
  } catch (error) {
    throw unavailable(error);
  }
}
