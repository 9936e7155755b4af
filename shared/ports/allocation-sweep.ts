import type { OrderLine } from '../domain/order-line.ts';

/** Looks over all items. @throws {StoreUnavailable} */
export type AllocationSweep = {
  /** Lines that have not come to rest since between these instants (UTC, both excluded), oldest first, at most `limit`. */
  unsettledLines(after: string, before: string, limit: number): Promise<OrderLine[]>;
  /** Items for which lines wait, page by page. */
  waitingItems(): AsyncIterable<readonly string[]>;
};
