import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { type AllocationColumns, reservationOf } from '../ports/wms-decision.ts';
import { positionOf, type ReservedColumns, reservedOf } from '../ports/wms-row.ts';
import { isSameTransaction, type WmsMark, type WmsSql } from '../ports/wms-sql.ts';
import {
  allStocks,
  type PositionRow,
  type ReservedRow,
  stocksByItem,
  wholeStocks,
} from '../ports/wms-stock-page.ts';
import { readFileOnce } from './read-only-file.ts';

/**
 * The WMS database that the adapter keeps in a SQLite file (`apps/wms-adapter/sqlite`), read while the adapter writes it.
 * Each call sees what was committed before it. Row versions are those of the table `row_version`. The file does not have to
 * be there before the first call.
 */
export function openWmsSqlite(path: string): WmsSql {
  const read = <Result>(work: (file: DatabaseSync) => Result) => readFileOnce(path, work);
  return {
    mark: () => read(markOf),
    continues: (mark) => read((file) => continuesIn(file, mark)),
    warehouses: () => read(warehousesOf),
    changedItems: (warehouseId, { after, upTo }, limit) =>
      read((file) => changedItemsOf(changedRows(file, warehouseId, BigInt(after), BigInt(upTo)), limit)),
    stocksOf: (warehouseId, itemIds) =>
      read((file) => {
        const found = itemIds.flatMap((itemId) => stocksOfItem(file, warehouseId, itemId));
        return stocksByItem(warehouseId, itemIds, found);
      }),
    stocksFrom: (warehouseId, { after, upTo }, limit) =>
      read((file) => {
        const range = rangeOf(after, upTo);
        const positions = positionsIn(file, warehouseId, range, limit + 1);
        const reserved = reservedIn(file, warehouseId, range, limit + 1);
        const page = wholeStocks(warehouseId, { positions, reserved }, limit);
        const first = page.stocks.length === 0 ? positions[0] : undefined;
        // An item with more positions than a page is a page of its own.
        return first ? { ...page, stocks: stocksOfItem(file, warehouseId, first.itemId) } : page;
      }),
    allocationsOf: (key, allocationIds) =>
      read((file) =>
        rowsOf<AllocationColumns>(
          file,
          ALLOCATIONS,
          JSON.stringify(allocationIds),
          key.itemId,
          key.warehouseId,
        ).map(reservationOf),
      ),
    knownTransactions: (key, transactionIds) =>
      read((file) => {
        const lot = key.lotNumber ?? '';
        const position = [key.warehouseId, key.itemId, key.locationId, lot];
        const rows = rowsOf<KnownRow>(file, KNOWN, JSON.stringify(transactionIds), ...position);
        return versionsByTransaction(rows);
      }),
    oldestUnsent: () =>
      read((file) => {
        const [row] = rowsOf<{ committed_at: string }>(
          file,
          'SELECT committed_at FROM outbox ORDER BY sequence LIMIT 1',
        );
        return row?.committed_at ?? null;
      }),
    unitPrices: (itemIds) =>
      read((file) => {
        const rows = rowsOf<{ item_id: string; unit_price: number }>(
          file,
          `SELECT item_id, unit_price FROM item
            WHERE item_id IN (SELECT value FROM json_each(?)) AND unit_price IS NOT NULL`,
          JSON.stringify(itemIds),
        );
        return new Map(rows.map((row) => [row.item_id, row.unit_price]));
      }),
  };
}

/** The columns are those of the adapter's own tables and not checked again: `Row` names them. */
function rowsOf<Row>(file: DatabaseSync, text: string, ...values: SQLInputValue[]): Row[] {
  return file.prepare(text).all(...values) as unknown as Row[];
}

function markOf(file: DatabaseSync): WmsMark {
  const [version] = rowsOf<{ last: number }>(file, 'SELECT last FROM row_version');
  const [transaction] = rowsOf<{ ledger_id: number } & TransactionRow>(
    file,
    'SELECT ledger_id, transaction_id, committed_at FROM ledger ORDER BY ledger_id DESC LIMIT 1',
  );
  return {
    rowVersion: String(version?.last ?? 0),
    lastTransaction: transaction
      ? { ledgerId: String(transaction.ledger_id), ...transactionOf(transaction) }
      : null,
  };
}

function continuesIn(file: DatabaseSync, { rowVersion, lastTransaction }: WmsMark): boolean {
  if (BigInt(markOf(file).rowVersion) < BigInt(rowVersion)) return false;
  if (lastTransaction === null) return true;
  const [row] = rowsOf<TransactionRow>(
    file,
    'SELECT transaction_id, committed_at FROM ledger WHERE ledger_id = ?',
    BigInt(lastTransaction.ledgerId),
  );
  return isSameTransaction(lastTransaction, row && transactionOf(row));
}

type TransactionRow = { readonly transaction_id: string; readonly committed_at: string };

function transactionOf({ transaction_id: transactionId, committed_at: committedAt }: TransactionRow) {
  return { transactionId, committedAt };
}

/** From one warehouse to the next by the index, whatever the number of positions is. */
function warehousesOf(file: DatabaseSync): string[] {
  const next = file.prepare('SELECT min(warehouse_id) AS id FROM position WHERE warehouse_id > ?');
  const found: string[] = [];
  for (let id: unknown = next.get('')?.id; typeof id === 'string'; id = next.get(id)?.id) found.push(id);
  return found;
}

function* changedRows(
  file: DatabaseSync,
  warehouseId: string,
  after: bigint,
  upTo: bigint,
): Generator<ChangedRow> {
  const range = [warehouseId, after, upTo];
  for (const row of file.prepare(CHANGED).iterate(...range, ...range)) {
    yield { itemId: String(row.item_id), rowVersion: BigInt(Number(row.row_version)) };
  }
}

/** A changed row: of which item, and its row version. */
type ChangedRow = { readonly itemId: string; readonly rowVersion: bigint };

/**
 * A page of changed items of rows in the order of their row versions, in which `limit` rows are reached together with
 * all of the last one's number; without more rows than that it is the last page.
 */
function changedItemsOf(rows: Iterable<ChangedRow>, limit: number): { itemIds: string[]; next?: string } {
  const itemIds = new Set<string>();
  let taken = 0;
  let last: bigint | undefined;
  for (const { itemId, rowVersion } of rows) {
    if (taken >= limit && last !== undefined && rowVersion !== last)
      return { itemIds: [...itemIds], next: String(last) };
    itemIds.add(itemId);
    taken += 1;
    last = rowVersion;
  }
  return { itemIds: [...itemIds] };
}

const CHANGED_RANGE = 'WHERE warehouse_id = ? AND row_version > ? AND row_version <= ?';
const CHANGED = `SELECT item_id, row_version FROM position ${CHANGED_RANGE}
  UNION ALL SELECT item_id, row_version FROM item_stock ${CHANGED_RANGE}
  ORDER BY row_version`;

/** A range of items as a condition with its values. */
type Range = { readonly text: string; readonly values: readonly string[] };

function rangeOf(after: string | undefined, upTo: string | undefined): Range {
  return {
    text: `${after === undefined ? '' : 'AND item_id > ?'} ${upTo === undefined ? '' : 'AND item_id <= ?'}`,
    values: [after, upTo].filter((id) => id !== undefined),
  };
}

function stocksOfItem(file: DatabaseSync, warehouseId: string, itemId: string) {
  const range = { text: 'AND item_id = ?', values: [itemId] };
  return allStocks(
    warehouseId,
    positionsIn(file, warehouseId, range, -1),
    reservedIn(file, warehouseId, range, -1),
  );
}

/** @param limit rows at most; −1: all */
function positionsIn(file: DatabaseSync, warehouseId: string, range: Range, limit: number): PositionRow[] {
  const statement =
    file.prepare(`SELECT item_id, location_id, lot_number, on_hand, version, changed_at FROM position
    WHERE warehouse_id = ? ${range.text} ORDER BY item_id, location_id, lot_number LIMIT ?`);
  // Half the time of rows as objects.
  statement.setReturnArrays(true);
  const rows = statement.all(warehouseId, ...range.values, limit) as unknown as unknown[][];
  return rows.map(([item_id, location_id, lot_number, on_hand, version, changed_at]) =>
    positionOf({ item_id, location_id, lot_number, on_hand, version, changed_at }),
  );
}

function reservedIn(file: DatabaseSync, warehouseId: string, range: Range, limit: number): ReservedRow[] {
  return rowsOf<ReservedColumns>(
    file,
    `SELECT item_id, reserved FROM item_stock
      WHERE warehouse_id = ? ${range.text} AND reserved > 0 ORDER BY item_id LIMIT ?`,
    ...[warehouseId, ...range.values, limit],
  ).map(reservedOf);
}

const ALLOCATIONS = `SELECT allocation_id, decision, reserved, picked FROM allocation
  WHERE allocation_id IN (SELECT value FROM json_each(?)
    UNION SELECT allocation_id FROM allocation WHERE item_id = ? AND warehouse_id = ? AND reserved > picked)
  ORDER BY allocation_id`;

type KnownRow = { transaction_id: string; version: number | null };

/** The ledger has its ids in lower case. */
const KNOWN = `WITH asked AS (
    SELECT value AS transaction_id, ledger_id FROM json_each(?) JOIN ledger ON ledger.transaction_id = lower(value)),
  booked AS MATERIALIZED (
    SELECT ledger_id, movement.version FROM movement
    WHERE position_id = (SELECT position_id FROM position
        WHERE warehouse_id = ? AND item_id = ? AND location_id = ? AND lot_number = ?)
      AND ledger_id IN (SELECT ledger_id FROM asked))
  SELECT asked.transaction_id, booked.version FROM asked LEFT JOIN booked USING (ledger_id) ORDER BY booked.version`;

function versionsByTransaction(rows: readonly KnownRow[]): Map<string, number[]> {
  const known = new Map<string, number[]>();
  for (const { transaction_id: id, version } of rows) {
    known.set(id, [...(known.get(id) ?? []), ...(version === null ? [] : [version])]);
  }
  return known;
}
