import { odata, type TableClient, type TableEntity, TableTransaction } from '@azure/data-tables';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import type { JournalEntry, JournalStore } from '../ports/journal-store.ts';
import { unavailable } from './failure.ts';
import { fromRow, toRow } from './journal-row.ts';

/** A table transaction takes 100 operations of one partition. */
const ROWS_PER_TRANSACTION = 100;

const READ_PAGE = 1_000;

/** The journal in Table storage: rows are upserted, one partition after the other (Azurite mixes up concurrent transactions). */
export function tableJournalStore(table: TableClient): JournalStore {
  return {
    append: (entries) => append(table, entries),
    readEvents: (warehouses) => readEvents(table, warehouses),
  };
}

async function append(table: TableClient, entries: readonly JournalEntry[]): Promise<void> {
  try {
    for (const rows of toTransactions(entries)) {
      const transaction = new TableTransaction();
      for (const row of rows) transaction.upsertEntity(row, 'Replace');
      await table.submitTransaction(transaction.actions);
    }
  } catch (error) {
    throw unavailable(error);
  }
}

/** Rows by partition, each once (a transaction refuses a row that occurs twice), in pieces of a transaction's size. */
function toTransactions(entries: readonly JournalEntry[]): TableEntity[][] {
  const partitions = new Map<string, Map<string, TableEntity>>();
  for (const row of entries.map(toRow)) {
    const rows = partitions.get(row.partitionKey) ?? new Map<string, TableEntity>();
    partitions.set(row.partitionKey, rows.set(row.rowKey, row));
  }
  return [...partitions.values()].flatMap((rows) => chunk([...rows.values()], ROWS_PER_TRANSACTION));
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
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

/** Pages of the SDK, whose failures the ports know as `StoreUnavailable`. */
async function* asUnavailable<Page>(pages: AsyncIterable<Page>): AsyncIterable<Page> {
  try {
    yield* pages;
  } catch (error) {
    throw unavailable(error);
  }
}
