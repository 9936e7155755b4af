import type { OrderLine } from '../domain/order-line.ts';
import type { Order } from './order-store.ts';

/** `dueAt`: the instant from which on somebody has to come back to it (UTC). */
export type DueOrder = Pick<Order, 'kind' | 'orderId'> & { readonly dueAt: string };

/** Looks over all items. @throws {StoreUnavailable} */
export type AllocationSweep = {
  /** Lines that have not come to rest since between these instants (UTC, both excluded), oldest first, at most `limit`. */
  unsettledLines(after: string, before: string, limit: number): Promise<OrderLine[]>;
  /** Orders of all or nothing without an outcome, and carts, that became due between these instants (UTC, both excluded), oldest first, at most `limit`. */
  dueOrders(after: string, before: string, limit: number): Promise<DueOrder[]>;
  /** Orders, not carts, that were asked for between these instants (UTC, both excluded), oldest first, at most `limit`. */
  ordersAskedFor(after: string, before: string, limit: number): Promise<Order[]>;
  /** Items for which lines wait, or whose ATP has thresholds, page by page. */
  waitingItems(): AsyncIterable<readonly string[]>;
};
