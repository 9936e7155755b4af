import { toOrderDocument } from '../../shared/cosmos/order-document.ts';
import { SETTLED_TTL_SECONDS } from '../../shared/cosmos/retention.ts';
import type { Order, OrderStore, StoredOrder } from '../../shared/ports/order-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { sealed } from './sealed.ts';
import { type AskFault, throwFault, writeUnder } from './store-faults.ts';

export type OrderOperation = {
  readonly kind: keyof OrderStore;
  readonly order: Pick<Order, 'kind' | 'orderId'>;
};

type KeptOrder = StoredOrder & { readonly dueAt: string | undefined; readonly leavesAt: number };

export type InMemoryOrders = {
  readonly store: OrderStore;
  /** Set it to bring faults. */
  fault: AskFault<OrderOperation>;
  /** Orders that somebody has to come back to, with the instant (UTC) from which on. */
  due(): Iterable<{ readonly order: Order; readonly dueAt: string }>;
  /** Whether there is one of that id. */
  has(kind: Order['kind'], orderId: string): boolean;
  /** All of them, in the order in which they were created. */
  all(): Iterable<Order>;
};

/** Orders and carts in memory. `now` is milliseconds UTC, for their time to live; without it time stands still. */
export function inMemoryOrders({ now = () => 0 }: { readonly now?: () => number } = {}): InMemoryOrders {
  const kept = new Map<string, KeptOrder>();
  const due = new Map<string, { readonly order: Order; readonly dueAt: string }>();
  let writes = 0;

  const found = (name: string): KeptOrder | undefined => {
    const one = kept.get(name);
    if (!one || one.leavesAt > now()) return one;
    kept.delete(name);
    due.delete(name);
    return undefined;
  };
  const put = (given: Order) => {
    const order = sealed(given);
    const { dueAt } = toOrderDocument(order);
    const name = nameOf(order);
    writes += 1;
    const etag = `"${writes}"`;
    const leavesAt = now() + SETTLED_TTL_SECONDS * 1000;
    kept.set(name, { order, etag, leavesAt, dueAt: typeof dueAt === 'string' ? dueAt : undefined });
    if (typeof dueAt === 'string') due.set(name, { order, dueAt });
    else due.delete(name);
  };
  const ask = (kind: keyof OrderStore, { kind: orderKind, orderId }: Pick<Order, 'kind' | 'orderId'>) =>
    memory.fault?.({ kind, order: { kind: orderKind, orderId } });
  const read = (kind: Order['kind'], orderId: string): StoredOrder | undefined => {
    throwFault(ask('read', { kind, orderId }));
    const one = found(nameOf({ kind, orderId }));
    return one && { order: one.order, etag: one.etag };
  };

  const memory: InMemoryOrders = {
    fault: undefined,
    due: () => due.values().filter(({ order }) => found(nameOf(order)) !== undefined),
    has: (kind, orderId) => found(nameOf({ kind, orderId })) !== undefined,
    all: () =>
      kept
        .values()
        .filter(({ order }) => found(nameOf(order)) !== undefined)
        .map(({ order }) => order),
    store: {
      read: async (kind, orderId) => read(kind, orderId),
      create: async (order) => {
        const isNew = writeUnder(ask('create', order), () => {
          if (found(nameOf(order))) return false;
          put(order);
          return true;
        });
        if (isNew) return 'created';
        const known = read(order.kind, order.orderId);
        if (known) return known;
        throw new StoreUnavailable(`neither took ${order.kind} ${order.orderId} nor has it`);
      },
      replace: async (order, etag) =>
        writeUnder(ask('replace', order), () => {
          if (found(nameOf(order))?.etag !== etag) return 'conflict';
          put(order);
          return 'stored';
        }),
    },
  };
  return memory;
}

function nameOf({ kind, orderId }: Pick<Order, 'kind' | 'orderId'>): string {
  return `${kind}|${orderId}`;
}
