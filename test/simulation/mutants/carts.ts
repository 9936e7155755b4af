import type { ItemChange } from '../../../shared/ports/allocation-store.ts';
import type { Mutant } from './mutant.ts';
import { committing } from './wrappers.ts';

/** Defects in how carts are held, extended and ordered. */
export const CART_MUTANTS = {
  'expired-cart-keeps-its-hold': {
    text: 'a cart whose time is over is marked so, and its stock is not given back',
    mutations: {
      allocation: (store) => ({
        ...store,
        commit: async (change) =>
          change.lines.some(({ line }) => line.kind === 'hold-line' && line.ended === 'expired')
            ? { status: 'stored' }
            : store.commit(change),
      }),
    },
  },
  'extension-ignored': {
    text: 'an extension of a cart is granted and not written',
    scans: 1000,
    mutations: {
      orders: (store) => ({
        ...store,
        replace: async (order, etag) => {
          const { order: kept } = (await store.read(order.kind, order.orderId)) ?? {};
          const isExtension = order.expiresAt !== kept?.expiresAt;
          return isExtension ? 'stored' : store.replace(order, etag);
        },
      }),
    },
  },
  'cart-converted-twice': {
    text: 'a cart that became an order becomes another one, too',
    mutations: {
      orders: (store) => ({
        ...store,
        read: async (kind, orderId) => {
          const stored = await store.read(kind, orderId);
          if (kind !== 'hold' || stored?.order.becameOrderId === undefined) return stored;
          const { becameOrderId: _became, ended: _ended, ...order } = stored.order;
          return { ...stored, order };
        },
      }),
    },
  },
  'takes-over-half-a-cart': {
    text: 'an order gets one of the allocations of its cart only',
    scans: 1000,
    mutations: {
      allocation: committing((change) =>
        change.lines.some(({ line }) => line.kind === 'hold-line' && line.ended === 'ordered')
          ? { ...change, lines: change.lines.map(withOneAllocation) }
          : change,
      ),
    },
  },
} satisfies Record<string, Mutant>;

function withOneAllocation<Line extends ItemChange['lines'][number]>({ line, ...rest }: Line) {
  return { ...rest, line: { ...line, allocations: line.allocations.slice(0, 1) } };
}
