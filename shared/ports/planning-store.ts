import type { Demand } from '../domain/atp-by-date.ts';
import type { AtpThresholds } from '../domain/atp-thresholds.ts';
import type { WaitingLine } from '../domain/promised-date.ts';
import type { ExpectedReceipt, Stock, StockFigures, StockKey } from '../domain/stock.ts';
import type { WatchChange } from './allocation-store.ts';

/** The figures of a stock; `etag` names the state that was read. */
export type PlannedStock = { readonly stock: StockFigures; readonly etag: string };

/** A line that waits, with its place in the queue. */
export type QueuedLine = WaitingLine & { readonly orderedAt: string; readonly rank: string };

/** Which backorders to list, by rank. */
export type BackorderQuery = {
  readonly itemId?: string | undefined;
  readonly orderId?: string | undefined;
  readonly limit: number;
  /** The rank to go on from; absent: from the first. */
  readonly after?: string | undefined;
};

/** An item that had thresholds once keeps the record, with none in it. */
export type StoredThresholds = { readonly thresholds: AtpThresholds; readonly etag: string };

/** Thresholds of an item, written over the state that was read (null: there was none), with the watch that follows from them. */
export type ThresholdsWrite = {
  readonly thresholds: AtpThresholds;
  readonly etag: string | null;
  readonly watch?: WatchChange | undefined;
};

/** Where what is planned for items is kept: with their stock. Every call throws {StoreUnavailable}. */
export type PlanningStore = {
  readStock(key: StockKey): Promise<PlannedStock | undefined>;
  /** Sets the safety stock of a stock that is there, whatever else changes in it meanwhile. */
  setSafetyStock(key: StockKey, quantity: number): Promise<'stored' | 'missing'>;
  /** Sets what is expected, if nothing changed since the stock was read. */
  setExpectedReceipts(
    key: StockKey,
    expected: readonly ExpectedReceipt[],
    etag: string,
  ): Promise<'stored' | 'conflict'>;
  /** A stock that only plans are known of; it is watched when its item is. */
  createStock(stock: Stock): Promise<'stored' | 'conflict'>;
  listBackorders(query: BackorderQuery): Promise<QueuedLine[]>;
  /** What waits for an item, for which day and where. */
  readDemand(itemId: string): Promise<Demand[]>;
  readThresholds(itemId: string): Promise<StoredThresholds | undefined>;
  writeThresholds(write: ThresholdsWrite): Promise<'stored' | 'conflict'>;
};
