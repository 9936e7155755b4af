import type { LineKey, OrderLine } from '../domain/order-line.ts';
import type { StockFigures } from '../domain/stock.ts';
import type { StoreFailure } from './stock-store.ts';

/** A line as stored; `etag` names the state that was read. */
export type StoredLine = { readonly line: OrderLine; readonly etag: string };

/** What is known of an item as a whole. */
export type ItemState = {
  readonly itemId: string;
  readonly stocks: readonly StockFigures[];
  readonly watch: Watch;
};

/** Whether changes of an item's stock are told on, because backorders wait for it or its ATP has thresholds. */
export type Watch = {
  readonly on: boolean;
  /** Names the state that was read; null when the item was never watched. */
  readonly etag: string | null;
};

/** Begins or ends the watch over an item and these stocks of it, if nobody else did so since it was read. */
export type WatchChange = Watch & { readonly warehouseIds: readonly string[] };

/** What a warehouse's totals change by, in pieces. */
export type TotalsChange = {
  readonly warehouseId: string;
  readonly tentative: number;
  readonly confirmed: number;
  readonly picked: number;
  /** Only if at least this many pieces are free to promise, judged by the store when it writes. */
  readonly leastAtp?: number;
};

/** Lines of one item, with the totals that follow from them: all of it is stored, or nothing. */
export type ItemChange = {
  readonly itemId: string;
  readonly lines: readonly { readonly line: OrderLine; readonly etag: string | null }[];
  readonly totals: readonly TotalsChange[];
  readonly watch?: WatchChange;
};

export type CommitOutcome = { readonly status: 'stored' } | { readonly status: 'conflict' } | StoreFailure;

/** Lines that fit one change, beside the stocks of an item (a transactional batch takes 100 operations). */
export const MAX_LINES_PER_CHANGE = 40;

/** What is free to promise: most pieces in one warehouse, and the warehouses that have any. */
export type FreeStock = { readonly pieces: number; readonly warehouseIds: readonly string[] };

/** Where lines and their stock's totals are kept. Reads throw {StoreUnavailable}. */
export type AllocationStore = {
  readItem(itemId: string): Promise<ItemState>;
  /** Lines that wait for the item, by rank; `after`: the rank to go on from; `free`: only those that could use it. */
  readWaiting(itemId: string, limit: number, after?: string, free?: FreeStock): Promise<StoredLine[]>;
  /** Lines of the item that have not come to rest since before that instant (UTC), at most `limit`. */
  readUnsettled(itemId: string, before: string, limit: number): Promise<OrderLine[]>;
  /** All lines of orders and carts that want, hold or held the item. */
  readLinesOfItem(itemId: string): Promise<readonly OrderLine[]>;
  /** Aligned with the keys; undefined where there is none. */
  readLines(keys: readonly LineKey[]): Promise<(StoredLine | undefined)[]>;
  commit(change: ItemChange): Promise<CommitOutcome>;
};
