import type sql from 'mssql';
import { type AllocationColumns, reservationOf } from '../ports/wms-decision.ts';
import {
  instantOf,
  type PositionColumns,
  positionOf,
  type ReservedColumns,
  reservedOf,
  textOf,
  versionOf,
  withoutBlanks,
} from '../ports/wms-row.ts';
import { isSameTransaction, type WmsSql, WmsUnavailable } from '../ports/wms-sql.ts';
import { allStocks, stocksByItem, wholeStocks } from '../ports/wms-stock-page.ts';
import { ascii, integer, json, type Parameters } from './reader-parameters.ts';
import {
  ALLOCATIONS,
  CHANGED,
  KNOWN,
  LAST_TRANSACTION,
  OLDEST_UNSENT,
  PRICES,
  STOCKS_OF,
  stocksIn,
  TRANSACTION,
  WAREHOUSES,
} from './reader-queries.ts';
import { type RetryOptions, retrying } from './retrying.ts';

export interface WmsSqlReaderOptions extends RetryOptions {
  /**
   * The lowest row version that a transaction under way may still commit, as T-SQL for a bigint; SQL Server's own unless
   * told. For servers that have another.
   */
  readonly activeRowVersion?: string;
}

const ACTIVE_ROW_VERSION = 'CAST(MIN_ACTIVE_ROWVERSION() AS bigint)';

/**
 * The WMS database on SQL Server: tables or views of the schema `wms` (docs/existing-wms.md), in an order of texts that is
 * binary. Sends `SELECT`s only, of one page each. What fails for a reason that passes by itself is asked again.
 *
 * @param connect the pool of connections, called for every statement
 */
export function mssqlWmsSql(
  connect: () => Promise<sql.ConnectionPool>,
  { activeRowVersion = ACTIVE_ROW_VERSION, ...retry }: WmsSqlReaderOptions,
): WmsSql {
  async function recordsets<Rows extends object[]>(
    text: string,
    parameters: Parameters = {},
  ): Promise<{ [Index in keyof Rows]: Rows[Index][] }> {
    const query = async () => {
      const request = (await connect()).request();
      for (const [name, { type, value }] of Object.entries(parameters)) request.input(name, type, value);
      return await request.query<Rows>(text);
    };
    try {
      // The columns are those of the schema `wms`; what matters of their values is checked where they are read.
      return (await retrying(query, retry)).recordsets as { [Index in keyof Rows]: Rows[Index][] };
    } catch (error) {
      throw unavailable(error);
    }
  }

  const rows = async <Row extends object>(text: string, parameters?: Parameters): Promise<Row[]> =>
    (await recordsets<[Row]>(text, parameters))[0];

  async function readStocks(text: string, parameters: Parameters) {
    const [positions, reserved] = await recordsets<[PositionColumns, ReservedColumns]>(text, parameters);
    return { positions: positions.map(positionOf), reserved: reserved.map(reservedOf) };
  }

  async function stocksOf(warehouseId: string, itemIds: readonly string[]) {
    const parameters = { warehouseId: ascii(warehouseId), items: json(itemIds) };
    const { positions, reserved } = await readStocks(STOCKS_OF, parameters);
    return stocksByItem(warehouseId, itemIds, allStocks(warehouseId, positions, reserved));
  }

  /** The last row version that is committed together with all before it. */
  async function lastRowVersion(): Promise<bigint> {
    const [row] = await rows<{ active: string }>(`SELECT ${activeRowVersion} AS active`);
    return BigInt(row?.active ?? 1) - 1n;
  }

  return {
    async mark() {
      // First: a transaction that is committed in between belongs to what comes after the mark, and does no harm in it.
      const rowVersion = await lastRowVersion();
      const [last] = await rows<{ ledger_id: string } & TransactionRow>(LAST_TRANSACTION);
      return {
        rowVersion: String(rowVersion),
        lastTransaction: last ? { ledgerId: String(last.ledger_id), ...transactionOf(last) } : null,
      };
    },

    async continues({ rowVersion, lastTransaction }) {
      if ((await lastRowVersion()) < BigInt(rowVersion)) return false;
      if (lastTransaction === null) return true;
      const [row] = await rows<TransactionRow>(TRANSACTION, {
        ledgerId: integer(BigInt(lastTransaction.ledgerId)),
      });
      return isSameTransaction(lastTransaction, row && transactionOf(row));
    },

    async warehouses() {
      return (await rows<{ warehouse_id: string }>(WAREHOUSES)).map((row) => row.warehouse_id);
    },

    async changedItems(warehouseId, { after, upTo }, limit) {
      const [[page], items] = await recordsets<
        [{ bound: string | null; taken: number }, { item_id: unknown }]
      >(CHANGED, {
        warehouseId: ascii(warehouseId),
        after: integer(BigInt(after)),
        upTo: integer(BigInt(upTo)),
        limit: integer(limit),
      });
      const next = page?.bound != null && page.taken >= limit ? String(page.bound) : undefined;
      return {
        itemIds: [...new Set(items.map((row) => textOf(row.item_id, 'item_id of a row that changed')))],
        ...(next !== undefined && next !== upTo && { next }),
      };
    },

    stocksOf,

    async stocksFrom(warehouseId, { after, upTo }, limit) {
      const found = await readStocks(stocksIn({ after, upTo }), {
        warehouseId: ascii(warehouseId),
        limit: integer(limit + 1),
        ...(after !== undefined && { after: ascii(after) }),
        ...(upTo !== undefined && { upTo: ascii(upTo) }),
      });
      const page = wholeStocks(warehouseId, found, limit);
      const first = page.stocks.length === 0 ? found.positions[0] : undefined;
      // An item with more positions than a page is a page of its own.
      return first ? { ...page, stocks: await stocksOf(warehouseId, [first.itemId]) } : page;
    },

    async allocationsOf({ itemId, warehouseId }, allocationIds) {
      const found = await rows<AllocationColumns>(ALLOCATIONS, {
        itemId: ascii(itemId),
        warehouseId: ascii(warehouseId),
        allocationIds: json(allocationIds),
      });
      return found.map(reservationOf);
    },

    async knownTransactions(key, transactionIds) {
      const found = await rows<{ nth: number; version: unknown }>(KNOWN, {
        warehouseId: ascii(key.warehouseId),
        itemId: ascii(key.itemId),
        locationId: ascii(key.locationId),
        lotNumber: ascii(key.lotNumber ?? ''),
        transactions: json(transactionIds.flatMap(spellings)),
      });
      const known = new Map<string, number[]>();
      for (const row of found) {
        const id = transactionIds[row.nth] ?? '';
        const version = versionOf(row.version, `wms.movement.version of transaction ${id}`);
        known.set(id, [...(known.get(id) ?? []), ...(version === null ? [] : [version])]);
      }
      return known;
    },

    async oldestUnsent() {
      const [row] = await rows<{ committed_at: unknown }>(OLDEST_UNSENT);
      return instantOf(row?.committed_at ?? null, 'wms.outbox.committed_at');
    },

    async unitPrices(itemIds) {
      const found = await rows<{ item_id: string; unit_price: unknown }>(PRICES, { items: json(itemIds) });
      const prices = found.map((row) => [withoutBlanks(row.item_id), Number(row.unit_price)] as const);
      // What is no number is no price.
      return new Map(prices.filter(([, price]) => Number.isFinite(price)));
    },
  };
}

type TransactionRow = { readonly transaction_id: string; readonly committed_at: unknown };

function transactionOf({ transaction_id: transactionId, committed_at: committedAt }: TransactionRow) {
  return { transactionId, committedAt: instantOf(committedAt, 'wms.ledger.committed_at') };
}

/** As it stands in the event, and in lower case, as the adapter keeps it in the ledger. */
function spellings(id: string, nth: number): { nth: number; id: string }[] {
  return [...new Set([id, id.toLowerCase()])].map((spelling) => ({ nth, id: spelling }));
}

/** In one line. The driver's messages hold no password. */
function unavailable(error: unknown): WmsUnavailable {
  if (error instanceof WmsUnavailable) return error;
  const causes = error instanceof AggregateError ? error.errors : [error];
  const said = causes
    .map((cause: unknown) => (cause instanceof Error ? cause.message : String(cause)))
    .join('; ')
    .replaceAll(/\s+/g, ' ');
  return new WmsUnavailable(`the WMS database cannot be read: ${said}`, { cause: error });
}
