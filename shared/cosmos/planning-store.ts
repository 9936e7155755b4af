import type { Container, JSONObject, OperationInput, SqlParameter } from '@azure/cosmos';
import type { Demand } from '../domain/atp-by-date.ts';
import type { AtpThresholds } from '../domain/atp-thresholds.ts';
import type { ExpectedReceipt, Stock, StockFigures, StockKey } from '../domain/stock.ts';
import type {
  BackorderQuery,
  PlannedStock,
  PlanningStore,
  QueuedLine,
  StoredThresholds,
  ThresholdsWrite,
} from '../ports/planning-store.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { conditionalWrite, writeTogether } from './item-batch.ts';
import { WATCH_ID, watchDocument } from './line-document.ts';
import { documentReader, type ReadDocuments } from './point-read.ts';
import { query } from './query.ts';
import { STOCK_FIGURES, toStockDocument } from './stock-document.ts';
import { storedOrNot } from './write-outcome.ts';

/** Id of the document that keeps an item's thresholds. */
const THRESHOLDS_ID = 'thresholds';

/** Plans in the container `stock`, in the documents and the partition of the stock they are about. */
export function cosmosPlanningStore(container: Container): PlanningStore {
  const readDocuments = documentReader(container);
  return {
    readStock: (key) => readStock(container, key),
    setSafetyStock: (key, quantity) => setSafetyStock(container, key, quantity),
    setExpectedReceipts: (key, expected, etag) => setExpectedReceipts(container, key, expected, etag),
    createStock: (stock) => createStock(container, readDocuments, stock),
    listBackorders: (wanted) => listBackorders(container, wanted),
    readDemand: (itemId) => readDemand(container, itemId),
    readThresholds: (itemId) => readThresholds(readDocuments, itemId),
    writeThresholds: (write) => writeThresholds(container, write),
  };
}

/** A query, not a point read: of positions there can be 2 MB. */
async function readStock(
  container: Container,
  { itemId, warehouseId }: StockKey,
): Promise<PlannedStock | undefined> {
  const text = `SELECT c._etag AS etag, ${STOCK_FIGURES} FROM c WHERE c.kind = 'stock' AND c.id = @id`;
  const parameters = [{ name: '@id', value: warehouseId }];
  const [row] = await query<StockFigures & { etag: string }>(container, { query: text, parameters }, itemId);
  if (!row) return undefined;
  const { etag, ...stock } = row;
  return { stock, etag };
}

async function setSafetyStock(container: Container, key: StockKey, quantity: number) {
  const outcome = await write(container, key.itemId, [
    patchStock(key, [{ op: 'set', path: '/safetyStock', value: quantity }]),
  ]);
  if (outcome === 'conflict') throw new StoreUnavailable('Cosmos DB answered 449');
  return outcome;
}

async function setExpectedReceipts(
  container: Container,
  key: StockKey,
  expected: readonly ExpectedReceipt[],
  ifMatch: string,
) {
  const value = expected.map((receipt) => ({ ...receipt }));
  const operation = patchStock(key, [{ op: 'set', path: '/expectedReceipts', value }]);
  return orConflict(await write(container, key.itemId, [{ ...operation, ifMatch }]));
}

/**
 * The watch is written over in the same batch, so that whoever begins it at this moment, on the stocks that he knows of,
 * meets a conflict and looks again.
 */
async function createStock(container: Container, readDocuments: ReadDocuments, stock: Stock) {
  const { itemId } = stock;
  const [watch] = await readDocuments([{ partitionKey: itemId, id: WATCH_ID }]);
  const watched = watch?.watched === true;
  const outcome = await write(container, itemId, [
    conditionalWrite(toStockDocument(watched ? { ...stock, watched } : stock), null),
    conditionalWrite(watchDocument(itemId, watched), watch ? etagOf(watch) : null),
  ]);
  return orConflict(outcome);
}

/** Ranks are unique over all items, so that a page goes on where the one before it ended. */
async function listBackorders(
  container: Container,
  { itemId, orderId, limit, after = '' }: BackorderQuery,
): Promise<QueuedLine[]> {
  const ofOrder = orderId === undefined ? '' : 'AND c.orderId = @orderId';
  const parameters: SqlParameter[] = [
    { name: '@limit', value: limit },
    { name: '@after', value: after },
    ...(orderId === undefined ? [] : [{ name: '@orderId', value: orderId }]),
  ];
  const text = `SELECT TOP @limit ${QUEUED_LINE} FROM c WHERE c.rank > @after ${ofOrder} ORDER BY c.rank`;
  return query(container, { query: text, parameters }, itemId);
}

/** The members of `QueuedLine`; what was told about the line on its way can be large. */
const QUEUED_LINE = [
  'kind',
  'orderId',
  'lineId',
  'itemId',
  'orderedAt',
  'terms',
  'backordered',
  'allocations',
  'rank',
]
  .map((name) => `c.${name}`)
  .join(', ');

async function readDemand(container: Container, itemId: string): Promise<Demand[]> {
  const members = 'c.backordered AS quantity, c.terms.wantedDate, c.terms.allowedWarehouses';
  return query(container, { query: `SELECT ${members} FROM c WHERE IS_DEFINED(c.rank)` }, itemId);
}

async function readThresholds(
  readDocuments: ReadDocuments,
  itemId: string,
): Promise<StoredThresholds | undefined> {
  const [document] = await readDocuments([{ partitionKey: itemId, id: THRESHOLDS_ID }]);
  return document && { thresholds: fromThresholdsDocument(document), etag: etagOf(document) };
}

/** Each stock of the item says whether it is watched, so that a fold need not look further. */
async function writeThresholds(
  container: Container,
  { thresholds, etag, watch }: ThresholdsWrite,
): Promise<'stored' | 'conflict'> {
  const { itemId } = thresholds;
  const marks = (watch?.warehouseIds ?? []).map((warehouseId) =>
    patchStock({ itemId, warehouseId }, [{ op: 'set', path: '/watched', value: watch?.on === true }]),
  );
  return orConflict(
    await write(container, itemId, [
      ...marks,
      ...(watch ? [conditionalWrite(watchDocument(itemId, watch.on), watch.etag)] : []),
      conditionalWrite(toThresholdsDocument(thresholds), etag),
    ]),
  );
}

function toThresholdsDocument(thresholds: AtpThresholds): JSONObject {
  const document: object = { id: THRESHOLDS_ID, kind: 'thresholds', ...thresholds };
  return document as JSONObject;
}

/** Only this file writes such documents, so the shape is trusted. */
function fromThresholdsDocument(document: JSONObject): AtpThresholds {
  const { itemId, thresholds, lastAtp, sequence, untold } = document as unknown as AtpThresholds;
  return { itemId, thresholds, lastAtp, sequence, untold };
}

type Patch = { readonly op: 'set'; readonly path: string; readonly value: JSONObject[] | number | boolean };

function patchStock({ itemId, warehouseId }: StockKey, changes: readonly Patch[]) {
  const operations = [...changes, { op: 'incr' as const, path: '/version', value: 1 }];
  return {
    operationType: 'Patch' as const,
    partitionKey: itemId,
    id: warehouseId,
    resourceBody: { operations },
  };
}

async function write(container: Container, itemId: string, operations: OperationInput[]) {
  return storedOrNot(await writeTogether(container, itemId, operations));
}

function orConflict(outcome: 'stored' | 'missing' | 'conflict'): 'stored' | 'conflict' {
  return outcome === 'stored' ? outcome : 'conflict';
}

function etagOf(document: JSONObject): string {
  return String(document._etag);
}
