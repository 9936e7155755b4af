import type { Causes } from './stock-changes.ts';

/** A pick of an allocation: cumulative pieces, as the WMS numbers them. */
export type AllocationPick = {
  readonly itemId: string;
  readonly allocationId: string;
  readonly picked: number;
};

/** What a fold means for those who were promised the stock, or wait for it. */
export type StockNews = {
  readonly picks: readonly AllocationPick[];
  /** Items with a stock that is watched. */
  readonly watched: readonly string[];
  /** Items with a stock that was stored for the first time, so that nobody can have marked it as watched. */
  readonly created: readonly string[];
  readonly causes?: Causes;
};

/** @throws {StoreUnavailable} */
export type FollowStock = (news: StockNews) => Promise<void>;
