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

/** An item in a warehouse as the WMS has it. */
export type WmsStock = StockKey & {
  /** In the order (location, lot); one that stands there twice is there twice. */
  readonly positions: readonly WmsPosition[];
  /** Pieces reserved and not picked, over all allocations. */
  readonly reserved: number;
};
