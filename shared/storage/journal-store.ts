import { odata, type TableClient, type TableEntity, TableTransaction } from '@azure/data-tables';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { chunks } from '../domain/chunks.ts';
import type { Correction } from '../domain/correction.ts';
import type { ProjectedTime } from '../domain/projected-times.ts';
import type { StockKey } from '../domain/stock.ts';
import type { HistoryRange, JournalEntry, JournalledEvent, JournalStore } from '../ports/journal-store.ts';
import { correctedItemOf, correctionKeysOf, correctionPartition } from './correction-row.ts';
import { isRefusal, unavailable } from './failure.ts';
import {
  correctionFromRow,
  fromRow,
  refusedRow,
  rowKeysOf,
  takenAtOf,
  timesFromRow,
  toRow,
  typeOf,
} from './journal-row.ts';
import { timesKey, timesPartition } from './times-row.ts';

/** A table transaction takes 100 operations of one partition. */
const ROWS_PER_TRANSACTION = 100;

const READ_PAGE = 1_000;

/** The journal in Table storage: rows are upserted, one partition after the other (Azurite mixes up concurrent transactions). */
export function tableJournalStore(table: TableClient): JournalStore {
  return {
    append: (entries) => append(table, entries),
    readEvents: (warehouses) => readEvents(table, warehouses),
    readCorrections: (key) => readCorrections(table, key),
    correctedStocks: (warehouses) => correctedStocks(table, warehouses),
    readTimes: (key, since) => readTimes(table, key, since),
    readHistory: (range, page) => readHistory(table, range, page),
  };
}

/** Corrections and times are written one by one: by several at the same time, beside the events. */
async function append(table: TableClient, entries: readonly JournalEntry[]): Promise<void> {
  const isWrittenAlone = ({ kind }: JournalEntry) => kind === 'correction' || kind === 'times';
  for (const rows of toTransactions(entries.filter((entry) => !isWrittenAlone(entry))))
    await submit(table, rows);
  for (const row of entries.filter(isWrittenAlone).map(toRow)) await upsert(table, row);
}

async function upsert(table: TableClient, row: TableEntity): Promise<void> {
  try {
    await table.upsertEntity(row, 'Replace');
  } catch (error) {
    if (!isRefusal(error)) throw unavailable(error);
    await noteRefused(table, row, error);
  }
}

/** A row that the storage refuses for good must not hold up its neighbours: it is found by halving, and noted as refused. */
async function submit(table: TableClient, rows: readonly TableEntity[]): Promise<void> {
  const transaction = new TableTransaction();
  for (const row of rows) transaction.upsertEntity(row, 'Replace');
  try {
    await table.submitTransaction(transaction.actions);
  } catch (error) {
    if (!isRefusal(error)) throw unavailable(error);
    const [only] = rows;
    if (rows.length === 1 && only) return await noteRefused(table, only, error);
    const half = Math.ceil(rows.length / 2);
    await submit(table, rows.slice(0, half));
    await submit(table, rows.slice(half));
  }
}

async function noteRefused(table: TableClient, row: TableEntity, error: Error): Promise<void> {
  try {
    await table.upsertEntity(refusedRow(row, error.message), 'Replace');
  } catch (cause) {
    throw unavailable(cause);
  }
}

/** Rows by partition, each once (a transaction refuses a row that occurs twice), in pieces of a transaction's size. */
function toTransactions(entries: readonly JournalEntry[]): TableEntity[][] {
  const partitions = new Map<string, Map<string, TableEntity>>();
  for (const row of entries.map(toRow)) {
    const rows = partitions.get(row.partitionKey) ?? new Map<string, TableEntity>();
    partitions.set(row.partitionKey, rows.set(row.rowKey, row));
  }
  return [...partitions.values()].flatMap((rows) => chunks([...rows.values()], ROWS_PER_TRANSACTION));
}

/**
 * One partition after the other: rows come in the order of their keys, which begin with the item. A filter over many
 * partitions would be slower: Azurite goes through every row for every page, and sorts all that the filter lets through.
 */
async function* readEvents(
  table: TableClient,
  warehouses: Iterable<string>,
): AsyncIterable<readonly InventoryEvent[]> {
  for (const partitionKey of warehouses) {
    const filter = odata`PartitionKey eq ${partitionKey}`;
    const pages = table.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: READ_PAGE });
    for await (const page of asUnavailable(pages)) yield page.map(fromRow);
  }
}

async function readCorrections(table: TableClient, key: StockKey): Promise<readonly Correction[]> {
  const { first, end } = correctionKeysOf(key);
  const partition = correctionPartition(key.warehouseId);
  const filter = odata`PartitionKey eq ${partition} and RowKey ge ${first} and RowKey lt ${end}`;
  const pages = table.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: READ_PAGE });
  const corrections: Correction[] = [];
  for await (const page of asUnavailable(pages)) corrections.push(...page.map(correctionFromRow));
  return corrections;
}

/** Only the keys are read. Rows of an item follow each other, so each item is told once. */
async function* correctedStocks(
  table: TableClient,
  warehouses: Iterable<string>,
): AsyncIterable<readonly StockKey[]> {
  for (const warehouseId of warehouses) {
    const filter = odata`PartitionKey eq ${correctionPartition(warehouseId)}`;
    const queryOptions = { filter, select: ['PartitionKey', 'RowKey'] };
    const pages = table.listEntities({ queryOptions }).byPage({ maxPageSize: READ_PAGE });
    let last: string | undefined;
    for await (const page of asUnavailable(pages)) {
      const items = page.map(({ rowKey }) => correctedItemOf(String(rowKey)));
      const fresh = items.filter((itemId, index) => itemId !== (items[index - 1] ?? last));
      last = items.at(-1) ?? last;
      if (fresh.length > 0) yield fresh.map((itemId) => ({ itemId, warehouseId }));
    }
  }
}

async function* readTimes(
  table: TableClient,
  { itemId, warehouseId }: StockKey,
  since: number,
): AsyncIterable<readonly ProjectedTime[]> {
  const partition = timesPartition(warehouseId);
  const [first, { end }] = [timesKey(itemId, since), rowKeysOf({ itemId, warehouseId })];
  const filter = odata`PartitionKey eq ${partition} and RowKey ge ${first} and RowKey lt ${end}`;
  const pages = table.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: READ_PAGE });
  for await (const page of asUnavailable(pages)) yield page.flatMap(timesFromRow);
}

/** A contiguous range of one partition. Storage may answer with fewer rows than asked for, or none, and go on. */
async function readHistory(
  table: TableClient,
  range: HistoryRange,
  { from, limit }: { readonly from?: string; readonly limit: number },
): Promise<readonly JournalledEvent[]> {
  const { first, end } = rowKeysOf(range);
  const start = from === undefined || from < first ? first : from;
  const keys = odata`PartitionKey eq ${range.warehouseId} and RowKey ge ${start} and RowKey lt ${end}`;
  const type = typeOf(range);
  const filter = type === undefined ? keys : `${keys} and ${odata`type eq ${type}`}`;
  const pages = table
    .listEntities({ queryOptions: { filter } })
    .byPage({ maxPageSize: Math.min(limit, READ_PAGE) });
  const events: JournalledEvent[] = [];
  for await (const page of asUnavailable(pages)) {
    events.push(...page.map(fromEventRow));
    if (events.length >= limit) break;
  }
  return events.slice(0, limit);
}

function fromEventRow(row: Record<string, unknown>): JournalledEvent {
  const takenAt = takenAtOf(row);
  return { key: String(row.rowKey), event: fromRow(row), ...(takenAt !== undefined && { takenAt }) };
}

/** Pages of the SDK, whose failures the ports know as `StoreUnavailable`. */
async function* asUnavailable<Page>(pages: AsyncIterable<Page>): AsyncIterable<Page> {
  try {
    yield* pages;
  } catch (error) {
    throw unavailable(error);
  }
}
