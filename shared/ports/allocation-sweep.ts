import type { OrderLine } from '../domain/order-line.ts';

/** Looks over all items. @throws {StoreUnavailable} */
export type AllocationSweep = {
  /** Lines that have not come to rest since before that instant (UTC), oldest first, at most `limit`. */
  unsettledLines(before: string, limit: number): Promise<OrderLine[]>;
  /** Items for which lines wait, page by page. */
  waitingItems(): AsyncIterable<readonly string[]>;
};
