import { itemWarehouseText, positionKeyText } from '../../../apps/wms-adapter/database.ts';
import { isSameTransaction, type WmsMark, type WmsSql } from '../../../shared/ports/wms-sql.ts';
import {
  allStocks,
  type PositionRow,
  type ReservedRow,
  stocksByItem,
  wholeStocks,
} from '../../../shared/ports/wms-stock-page.ts';
import { openIdsOf } from './allocations.ts';
import type { AdapterMemory, Tables } from './memory.ts';
import { oldestUnsent } from './outbox.ts';
import { figuresOf, type Position, positionsOfItem } from './positions.ts';
import { firstIndex } from './sorted.ts';

/** The WMS's database as the reconciliation reads it, in the memory that the adapter writes. It is never away. */
export function readMemory(memory: AdapterMemory): WmsSql {
  return {
    mark: async () => markOf(memory.tables),
    continues: async (mark) => continuesIn(memory.tables, mark),
    warehouses: async () => [...new Set(memory.tables.positionOrder.map(({ key }) => key.warehouseId))],
    changedItems: async (warehouseId, { after, upTo }, limit) => {
      const rows = changedRows(memory.tables, warehouseId, Number(after), Number(upTo));
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      const itemIds = [...new Set(page.map(({ itemId }) => itemId))];
      return last ? { itemIds, next: String(last.rowVersion) } : { itemIds };
    },
    stocksOf: async (warehouseId, itemIds) => {
      const found = itemIds.flatMap((itemId) => stocksOfItem(memory.tables, warehouseId, itemId));
      return stocksByItem(warehouseId, itemIds, found);
    },
    stocksFrom: async (warehouseId, { after = '', upTo }, limit) => {
      const isIn = (itemId: string) => itemId > after && (upTo === undefined || itemId <= upTo);
      const positions = positionsFrom(memory.tables, warehouseId, after, upTo, limit + 1);
      const reserved = reservedIn(memory.tables, warehouseId, isIn).slice(0, limit + 1);
      const page = wholeStocks(warehouseId, { positions, reserved }, limit);
      const first = page.stocks.length === 0 ? positions[0] : undefined;
      // An item with more positions than a page is a page of its own.
      return first ? { ...page, stocks: stocksOfItem(memory.tables, warehouseId, first.itemId) } : page;
    },
    allocationsOf: async (key, allocationIds) => {
      const { tables } = memory;
      const ids = new Set([...allocationIds, ...openIdsOf(tables, key)]);
      return [...ids].sort().flatMap((id) => {
        const allocation = tables.allocations.get(id);
        if (allocation === undefined) return [];
        const { decision, reserved, picked } = allocation;
        return [{ decision, reserved, picked }];
      });
    },
    knownTransactions: async (key, transactionIds) => {
      const position = memory.tables.positions.get(positionKeyText(key));
      return knownIn(memory.tables, position, transactionIds);
    },
    oldestUnsent: async () => oldestUnsent(memory.tables) ?? null,
    unitPrices: async (itemIds) => {
      const prices = new Map<string, number>();
      for (const itemId of itemIds) {
        const price = memory.tables.items.get(itemId)?.row.unitPrice;
        if (price !== undefined) prices.set(itemId, price);
      }
      return prices;
    },
  };
}

function markOf(tables: Tables): WmsMark {
  const ledgerId = tables.ledgerOrder.length;
  const last = transactionAt(tables, ledgerId);
  return {
    rowVersion: String(tables.rowVersion),
    lastTransaction: last ? { ledgerId: String(ledgerId), ...last } : null,
  };
}

function continuesIn(tables: Tables, { rowVersion, lastTransaction }: WmsMark): boolean {
  if (BigInt(tables.rowVersion) < BigInt(rowVersion)) return false;
  if (lastTransaction === null) return true;
  return isSameTransaction(lastTransaction, transactionAt(tables, Number(lastTransaction.ledgerId)));
}

/** @param ledgerId from 1 on */
function transactionAt({ ledger, ledgerOrder }: Tables, ledgerId: number) {
  const transactionId = ledgerOrder[ledgerId - 1];
  if (transactionId === undefined) return undefined;
  return { transactionId, committedAt: ledger.get(transactionId)?.committedAt ?? null };
}

/** Rows of positions and stocks, in the order of their row versions, which no two of them share. */
function changedRows(
  tables: Tables,
  warehouseId: string,
  after: number,
  upTo: number,
): { readonly itemId: string; readonly rowVersion: number }[] {
  const positions = positionsIn(tables, warehouseId).map((position) => ({
    itemId: position.key.itemId,
    rowVersion: figuresOf(tables, position).rowVersion,
  }));
  const stocks = tables.stocks.values().filter((stock) => stock.warehouseId === warehouseId);
  return [...positions, ...stocks]
    .filter(({ rowVersion }) => rowVersion > after && rowVersion <= upTo)
    .sort((one, other) => one.rowVersion - other.rowVersion);
}

/** In the order (item, location, lot). */
function positionsIn({ positionOrder }: Tables, warehouseId: string): Position[] {
  return positionOrder.slice(
    firstIndex(positionOrder, ({ key }) => key.warehouseId >= warehouseId),
    firstIndex(positionOrder, ({ key }) => key.warehouseId > warehouseId),
  );
}

function positionsFrom(
  tables: Tables,
  warehouseId: string,
  after: string,
  upTo: string | undefined,
  limit: number,
): PositionRow[] {
  const { positionOrder } = tables;
  const start = firstIndex(
    positionOrder,
    ({ key }) => key.warehouseId > warehouseId || (key.warehouseId === warehouseId && key.itemId > after),
  );
  const rows: PositionRow[] = [];
  for (const position of positionOrder.slice(start, start + limit)) {
    const { key } = position;
    if (key.warehouseId !== warehouseId || (upTo !== undefined && key.itemId > upTo)) break;
    rows.push(positionRow(tables, position));
  }
  return rows;
}

function positionRow(tables: Tables, position: Position): PositionRow {
  const { itemId, locationId, lotNumber } = position.key;
  const { onHand, state, changedAt } = figuresOf(tables, position);
  return { itemId, locationId, lotNumber, onHand, version: state.version, changedAt };
}

/** In the order of items. */
function reservedIn(
  { stocks }: Tables,
  warehouseId: string,
  isIn: (itemId: string) => boolean,
): ReservedRow[] {
  return stocks
    .values()
    .filter((stock) => stock.warehouseId === warehouseId && stock.reserved > 0 && isIn(stock.itemId))
    .map(({ itemId, reserved }) => ({ itemId, reserved }))
    .toArray()
    .sort((one, other) => (one.itemId < other.itemId ? -1 : 1));
}

function stocksOfItem(tables: Tables, warehouseId: string, itemId: string) {
  const key = { itemId, warehouseId };
  const positions = positionsOfItem(tables, key).map((position) => positionRow(tables, position));
  const stock = tables.stocks.get(itemWarehouseText(key));
  return allStocks(warehouseId, positions, stock && stock.reserved > 0 ? [stock] : []);
}

/** The transactions that are in the ledger, with the versions that they gave the position. */
function knownIn(
  { ledger, moved }: Tables,
  position: Position | undefined,
  transactionIds: readonly string[],
): Map<string, number[]> {
  const known = new Map<string, number[]>();
  for (const id of transactionIds) {
    const row = ledger.get(id.toLowerCase());
    if (row === undefined) continue;
    const versions = (moved.get(row) ?? []).filter(([where]) => where === position);
    known.set(
      id,
      [...(known.get(id) ?? []), ...versions.map(([, version]) => version)].sort((one, other) => one - other),
    );
  }
  return known;
}
