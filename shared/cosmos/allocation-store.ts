import type { Container, OperationInput } from '@azure/cosmos';
import { type LineKey, lineKey, type OrderLine } from '../domain/order-line.ts';
import type { StockFigures } from '../domain/stock.ts';
import type {
  AllocationStore,
  CommitOutcome,
  FreeStock,
  ItemChange,
  ItemState,
  StoredLine,
  TotalsChange,
} from '../ports/allocation-store.ts';
import { isoNow, type Runtime } from '../ports/runtime.ts';
import { failureOfStatus } from './failure.ts';
import { conditionalWrite, writeTogether } from './item-batch.ts';
import { fromLineDocument, toLineDocument, watchDocument } from './line-document.ts';
import { documentReader, type ReadDocuments } from './point-read.ts';
import { query } from './query.ts';
import { STOCK_FIGURES } from './stock-document.ts';
import { goneIsConflict } from './write-outcome.ts';

/** Lines and totals in the container `stock`: one transactional batch for each item that changes. */
export function cosmosAllocationStore(container: Container, runtime: Pick<Runtime, 'now'>): AllocationStore {
  const readDocuments = documentReader(container);
  return {
    readItem: (itemId) => readItem(container, itemId),
    readWaiting: (itemId, limit, after, free) => readWaiting(container, itemId, limit, after, free),
    readUnsettled: (itemId, before, limit) => readUnsettled(container, itemId, before, limit),
    readLinesOfItem: (itemId) => readLinesOfItem(container, itemId),
    readLines: (keys) => readLines(readDocuments, keys),
    commit: (change) => commit(container, change, isoNow(runtime)),
  };
}

async function readItem(container: Container, itemId: string): Promise<ItemState> {
  const text = `SELECT c.kind, c._etag AS etag, ${STOCK_FIGURES} FROM c WHERE c.kind IN ('stock', 'item')`;
  const rows = await query<StockFigures & { kind: string; etag: string }>(container, { query: text }, itemId);
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
  free?: FreeStock,
): Promise<StoredLine[]> {
  const parameters = [
    { name: '@limit', value: limit },
    { name: '@after', value: after },
    ...(free
      ? [
          { name: '@pieces', value: free.pieces },
          { name: '@warehouses', value: [...free.warehouseIds] },
        ]
      : []),
  ];
  const text = `SELECT TOP @limit * FROM c WHERE c.rank > @after${free ? COULD_USE : ''} ORDER BY c.rank`;
  const documents = await query<object>(container, { query: text, parameters }, itemId);
  return documents.map(fromLineDocument);
}

/** Of the lines that wait, those that some warehouse has enough for and that accept one that has any. */
const COULD_USE = ` AND c.leastUseful <= @pieces AND (NOT IS_DEFINED(c.terms.allowedWarehouses)
  OR EXISTS(SELECT VALUE w FROM w IN c.terms.allowedWarehouses WHERE ARRAY_CONTAINS(@warehouses, w)))`;

async function readUnsettled(
  container: Container,
  itemId: string,
  before: string,
  limit: number,
): Promise<OrderLine[]> {
  const spec = {
    query: 'SELECT TOP @limit * FROM c WHERE c.unsettledSince < @before',
    parameters: [
      { name: '@limit', value: limit },
      { name: '@before', value: before },
    ],
  };
  const documents = await query<object>(container, spec, itemId);
  return documents.map((document) => fromLineDocument(document).line);
}

async function readLinesOfItem(container: Container, itemId: string): Promise<OrderLine[]> {
  const text = "SELECT * FROM c WHERE c.kind IN ('order-line', 'hold-line')";
  const documents = await query<object>(container, { query: text }, itemId);
  return documents.map((document) => fromLineDocument(document).line);
}

async function readLines(
  readDocuments: ReadDocuments,
  keys: readonly LineKey[],
): Promise<(StoredLine | undefined)[]> {
  const addresses = keys.map((key) => ({ partitionKey: key.itemId, id: lineKey(key) }));
  return (await readDocuments(addresses)).map((document) => document && fromLineDocument(document));
}

/** @param writtenAt UTC */
async function commit(container: Container, change: ItemChange, writtenAt: string): Promise<CommitOutcome> {
  const operations = operationsOf(change, writtenAt);
  const outcome = goneIsConflict(await writeTogether(container, change.itemId, operations));
  return outcome.status === 'too-large' ? failureOfStatus(413) : outcome;
}

function operationsOf({ itemId, lines, totals, watch }: ItemChange, writtenAt: string): OperationInput[] {
  const watched = new Set(watch?.warehouseIds);
  const changed = new Set(totals.map(({ warehouseId }) => warehouseId));
  return [
    ...totals.map((total) =>
      stockPatch(itemId, total, watched.has(total.warehouseId) ? watch?.on : undefined),
    ),
    ...[...watched]
      .filter((id) => !changed.has(id))
      .map((id) => stockPatch(itemId, untouched(id), watch?.on)),
    ...(watch ? [conditionalWrite(watchDocument(itemId, watch.on), watch.etag)] : []),
    ...lines.map(({ line, etag }) => conditionalWrite(toLineDocument(line, writtenAt), etag)),
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
