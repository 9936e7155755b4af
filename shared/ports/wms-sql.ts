import type { Reservation, UnreadableReservation } from '../domain/compare-reservations.ts';
import type { Place } from '../domain/position.ts';
import type { StockKey } from '../domain/stock.ts';
import type { WmsStock } from '../domain/wms-stock.ts';

export type { WmsPosition, WmsStock } from '../domain/wms-stock.ts';

/** Thrown when the WMS database does not answer. */
export class WmsUnavailable extends Error {
  override readonly name: string = 'WmsUnavailable';
}

/** Thrown for a value that is not what its column holds, by the name of both; whoever cannot do without it fails by that. */
export class UnreadableValue extends WmsUnavailable {
  override readonly name = 'UnreadableValue';
}

/**
 * A place in the history of the WMS's database. `rowVersion` orders changes: every change that is committed at this
 * moment has this or a lower one, every later one a higher one. `lastTransaction` tells whether it is the same history.
 */
export type WmsMark = {
  /** Decimal digits: 64 bits do not fit a number. */
  readonly rowVersion: string;
  /** null where nothing was booked yet, or the WMS has no ledger. */
  readonly lastTransaction: LastTransaction | null;
};

/** A row of the WMS's ledger. */
export type LastTransaction = {
  readonly ledgerId: string;
  readonly transactionId: string;
  /**
   * When it was committed (UTC, by the WMS's clock): a scan that is booked again after a restore may come to stand under the same number, and is
   * committed later. null where the WMS does not say.
   */
  readonly committedAt: string | null;
};

/** True when what now stands in the ledger under the number of a mark is the transaction of the mark, committed when it was. */
export function isSameTransaction(
  marked: LastTransaction,
  now: Omit<LastTransaction, 'ledgerId'> | undefined,
): boolean {
  if (now?.transactionId !== marked.transactionId) return false;
  return marked.committedAt === null || now.committedAt === null || now.committedAt === marked.committedAt;
}

/** Which rows changed: after one row version, up to another (included). */
export type RowVersionRange = { readonly after: string; readonly upTo: string };

/**
 * The WMS's database, read only: stock and reservations as they are. Every page is at most what was asked for. Calls
 * throw {WmsUnavailable}.
 */
export type WmsSql = {
  mark(): Promise<WmsMark>;
  /** False when the database has gone back behind the mark: it was restored from a backup. */
  continues(mark: WmsMark): Promise<boolean>;
  /** Every warehouse that has positions. */
  warehouses(): Promise<readonly string[]>;
  /** Items of the warehouse of which a position or the reservations changed, in the order of row versions, each once a page. */
  changedItems(
    warehouseId: string,
    range: RowVersionRange,
    limit: number,
  ): Promise<{
    readonly itemIds: readonly string[];
    /** To go on after; absent when the range is done. */
    readonly next?: string;
  }>;
  /** Aligned with the items; one that the WMS does not know has no positions. */
  stocksOf(warehouseId: string, itemIds: readonly string[]): Promise<readonly WmsStock[]>;
  /** Whole items in the order of their ids (as ASCII), at least one, with about `limit` positions. */
  stocksFrom(
    warehouseId: string,
    from: {
      /** Excluded. */ readonly after?: string | undefined /** Included. */;
      readonly upTo?: string | undefined;
    },
    limit: number,
  ): Promise<{
    readonly stocks: readonly WmsStock[] /** There may be more after the last of them. */;
    readonly more: boolean;
  }>;
  /** Those of these ids that the WMS knows, and all others of the item in the warehouse with pieces still reserved. */
  allocationsOf(
    key: StockKey,
    allocationIds: readonly string[],
  ): Promise<readonly (Reservation | UnreadableReservation)[]>;
  /** Which of these transactions are in its ledger, with the versions that they gave the position. */
  knownTransactions(
    key: StockKey & Place,
    transactionIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly number[]>>;
  /** Commit time (UTC) of the oldest message that the bus has not taken; null when there is none. */
  oldestUnsent(): Promise<string | null>;
  /** Money a piece, of those items for which the WMS says. */
  unitPrices(itemIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
};
