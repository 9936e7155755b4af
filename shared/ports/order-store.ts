import type { OrderedLine } from '../contracts/allocation.ts';

/** An order as the OMS sent it, or a cart: what makes asking twice asking once. */
export type Order = {
  readonly kind: 'order' | 'hold';
  /** Of a cart its hold id. */
  readonly orderId: string;
  /** SHA-256 of the request in canonical form. */
  readonly bodyHash: string;
  readonly createdAt: string;
  readonly lines: readonly OrderedLine[];
  readonly allOrNothing: boolean;
  /** Whether all lines are confirmed, or given up, of an order that wants all or nothing; absent while it is open. */
  readonly outcome?: 'committed' | 'aborted';
  /** When the OMS took the whole order back. */
  readonly cancelledAt?: string;
  /** Since when it has been taken back, or given up, and not all of its lines may know (UTC); absent once they do. */
  readonly unfinishedSince?: string;
  /** Of a cart: when it expires (UTC), and what became of it. */
  readonly expiresAt?: string;
  readonly ended?: 'ordered' | 'released' | 'expired';
  /** Of a cart that became an order; of an order that was a cart. */
  readonly becameOrderId?: string;
  readonly fromHoldId?: string;
};

export type StoredOrder = { readonly order: Order; readonly etag: string };

/** Where orders and carts are kept. Every call throws {StoreUnavailable} when the store does not answer. */
export type OrderStore = {
  read(kind: Order['kind'], orderId: string): Promise<StoredOrder | undefined>;
  /** Answers the one that is there when there is one already. */
  create(order: Order): Promise<'created' | StoredOrder>;
  replace(order: Order, etag: string): Promise<'stored' | 'conflict'>;
};
