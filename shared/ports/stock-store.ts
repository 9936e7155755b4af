import type { Overflow } from '../domain/overflow.ts';
import type { Stock, StockFigures, StockKey } from '../domain/stock.ts';

/** Why the store could not be asked; the caller tries again. `retryAfterMs` is what the store asked for, if it did. */
export type StoreFailure = {
  readonly status: 'throttled' | 'unavailable';
  readonly detail: string;
  readonly retryAfterMs?: number;
};

export type ReadOutcome =
  | { readonly status: 'found'; readonly stock: Stock; readonly etag: string }
  | { readonly status: 'missing' }
  | StoreFailure;

/** A stock to store: over the etag that was read, or as a new document (null). */
export type StockWrite = { readonly stock: Stock; readonly etag: string | null };

export type WriteOutcome =
  | { readonly status: 'stored' }
  /** Somebody else stored first (412, 409): read and fold again. */
  | { readonly status: 'conflict' }
  /** The document would be larger than the store takes (413); trying again cannot help. */
  | { readonly status: 'too-large' }
  | StoreFailure;

export type OverflowWrite = { readonly overflow: Overflow; readonly etag: string | null };

/** Where stock is kept. Answers are aligned with what was asked; no call throws for a single document's sake. */
export type StockStore = {
  read(keys: readonly StockKey[]): Promise<ReadOutcome[]>;
  write(writes: readonly StockWrite[]): Promise<WriteOutcome[]>;
  /** @throws {StoreUnavailable} */
  readOverflow(key: StockKey): Promise<{ readonly overflow: Overflow; readonly etag: string | null }>;
  /** Stores both or neither. */
  writeWithOverflow(write: StockWrite, overflow: OverflowWrite): Promise<WriteOutcome>;
};

/** What is open about a stock; of its positions only those with a gap. */
export type OpenFindings = Pick<Stock, 'itemId' | 'warehouseId' | 'positions' | 'findings'>;

/** What the ATP API asks. @throws {StoreUnavailable} */
export type StockReader = {
  readItem(itemId: string): Promise<StockFigures[]>;
  readPairs(keys: readonly StockKey[]): Promise<(Stock | undefined)[]>;
  /** Of stocks with gaps or findings, at most `limit` of them. */
  readOpenFindings(limit: number): Promise<OpenFindings[]>;
};

/** Thrown when the store does not answer, or asks to wait (`retryAfterMs`). */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly retryAfterMs: number | undefined;

  constructor(detail: string, retryAfterMs?: number, options?: ErrorOptions) {
    super(detail, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** For what is worth no retry: catches that the store is away, and nothing else. */
export function unlessAway(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) throw error;
}
