import type { InventoryEvent } from '../contracts/inventory-event.ts';
import type { Refusal } from '../contracts/json-message.ts';
import type { Correction } from '../domain/correction.ts';
import type { ProjectedTime, StockTimes } from '../domain/projected-times.ts';
import type { StockKey } from '../domain/stock.ts';
import type { ReceivedMessage } from './received-message.ts';

export type JournalEntry =
  /** `takenAt`: when the bus took it, ms UTC; absent where it did not come by the bus. */
  | { readonly kind: 'event'; readonly event: InventoryEvent; readonly takenAt?: number | undefined }
  | { readonly kind: 'correction'; readonly correction: Correction }
  /** Times of events that a stock holds no longer; at most `TIMES_AN_ENTRY`. */
  | { readonly kind: 'times'; readonly times: StockTimes }
  | { readonly kind: 'refusal'; readonly message: ReceivedMessage; readonly refusal: Refusal };

/** So many times fit one row of the storage, however long the ids of their events are. */
export const TIMES_AN_ENTRY = 1_000;

/** An event as the journal keeps it. Keys order as text; the events of one position come together, by version. */
export type JournalledEvent = {
  readonly key: string;
  readonly event: InventoryEvent;
  /** When the bus took it, ms UTC, where that is known. */
  readonly takenAt?: number;
};

/**
 * The events of one item in one warehouse, of one location of it, or of one position: a lot there, or (null) what is
 * kept there without a lot.
 */
export type HistoryRange = StockKey & {
  readonly locationId?: string;
  /** Only with `locationId`. */
  readonly lotNumber?: string | null;
  readonly eventType?: InventoryEvent['eventType'];
  /** Only the events that carry no version; `locationId` and `lotNumber` are given. */
  readonly unversioned?: true;
  /** Only the events of this version and later ones, and those without one; `locationId` and `lotNumber` are given. */
  readonly fromVersion?: number;
};

/** The audit trail. Appending an entry again changes nothing. */
export type JournalStore = {
  /** @throws {StoreUnavailable} when not everything was stored */
  append(entries: readonly JournalEntry[]): Promise<void>;
  /**
   * Every accepted event of these warehouses, page by page. The events of one item and warehouse come together, not
   * interrupted by others, so that a reader holds no more than one stock document's history.
   *
   * @throws {StoreUnavailable}
   */
  readEvents(warehouses: Iterable<string>): AsyncIterable<readonly InventoryEvent[]>;
  /**
   * The corrections of an item in a warehouse, by location, lot and time.
   *
   * @throws {StoreUnavailable}
   */
  readCorrections(key: StockKey): Promise<readonly Correction[]>;
  /**
   * Items in these warehouses that have corrections.
   *
   * @throws {StoreUnavailable}
   */
  correctedStocks(warehouses: Iterable<string>): AsyncIterable<readonly StockKey[]>;
  /**
   * When events of an item in a warehouse were projected, page by page and about in that order: those entries that were
   * appended with a time of `since` or later (milliseconds since 1970 UTC). An event may be there twice.
   *
   * @throws {StoreUnavailable}
   */
  readTimes(key: StockKey, since: number): AsyncIterable<readonly ProjectedTime[]>;
  /**
   * The first `limit` events of a range in the order of their keys: by location, lot, version; those without a version
   * come last, by time. `from` is the key of the event to begin with.
   *
   * @throws {StoreUnavailable}
   */
  readHistory(
    range: HistoryRange,
    page: { readonly from?: string; readonly limit: number },
  ): Promise<readonly JournalledEvent[]>;
};
