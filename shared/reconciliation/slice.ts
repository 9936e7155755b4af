import type { PromiseAtFirst } from '../domain/compare-reservations.ts';
import type { Difference, FirstLook } from '../domain/compare-with-wms.ts';
import type { RowVersionRange } from '../ports/wms-sql.ts';

/** A piece of one warehouse's work, as an activity is given it. */
export type Slice = {
  readonly runId: string;
  readonly warehouseId: string;
  /** Items to be compared by their ids. */
  readonly itemIds: readonly string[];
  /** The WMS went back to a backup: its reservations are compared one by one, and not by their sums alone. */
  readonly restored?: true;
  /** And those whose rows changed in the WMS. */
  readonly rows?: RowVersionRange;
  /** And all items of a range: after the one, up to the other (included). */
  readonly items?: { readonly after?: string; readonly upTo?: string };
};

/** What a slice came to; `next` is what is left of it. */
export type SliceResult = {
  readonly compared: number;
  readonly late: number;
  readonly durationMs: number;
  /** To be looked at again after the grace time. */
  readonly suspects: readonly Suspect[];
  /** Items to be looked at again by the next run. */
  readonly pending: readonly string[];
  /** The oldest commit on its way when the first suspect was met. */
  readonly way: Way;
  readonly next?: Slice;
};

/** An item in a warehouse that did not agree at first sight, small enough to be kept in the history of an orchestration. */
export type Suspect = {
  readonly itemId: string;
  readonly positions: readonly SuspectPosition[];
  /** Promises that disagreed; absent when their sums did not. */
  readonly promises?: readonly PromiseAtFirst[];
  /** Rows of it could not be read: it was not compared. */
  readonly unreadable?: true;
};

export type SuspectPosition = {
  readonly locationId: string;
  readonly lotNumber: string | null;
  /** What the WMS's row said at first. */
  readonly first: FirstLook;
};

/** Commit time (UTC, by the WMS's clock) of the oldest event in the outbox or on the bus; null: none; `unknown`: nobody could tell. */
export type Way = { readonly oldest: string | null } | 'unknown';

/** Only what is needed of a difference to judge it again. */
export function suspectPosition({ locationId, lotNumber, wms }: Difference): SuspectPosition {
  const first = wms && { onHand: wms.onHand, version: wms.version, changedAt: wms.changedAt };
  return { locationId, lotNumber, first };
}
