import type { StockKey } from './stock.ts';

/** A position as the WMS has it. Pieces; `changedAt` is when it committed that state (UTC), null where it does not say. */
export type WmsPosition = {
  readonly locationId: string;
  readonly lotNumber: string | null;
  readonly onHand: number;
  /** null where the WMS does not number its states. */
  readonly version: number | null;
  readonly changedAt: string | null;
};

/**
 * A row of the WMS that cannot be read. It may stand for any position of its item, so that nothing of the item can be told by the
 * rows beside it.
 */
export type UnreadableRow = {
  /** null where it is the place that cannot be read, or the row is of no position. */
  readonly locationId: string | null;
  readonly lotNumber: string | null;
  /** Column, value and what is wrong with it. */
  readonly fault: string;
};

/** An item in a warehouse as the WMS has it. */
export type WmsStock = StockKey & {
  /** In the order (location, lot); one that stands there twice is there twice. */
  readonly positions: readonly WmsPosition[];
  /** Pieces reserved and not picked, over all allocations. */
  readonly reserved: number;
  /** Absent where all its rows can be read. */
  readonly unreadable?: readonly UnreadableRow[];
};
