import type { Order, OrderStore } from '../ports/order-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';

/** Races lost in a row after which a caller is told to come back. */
const MAX_RACES = 30;

/**
 * Changes an order or a cart by conditional writes until nobody came between.
 *
 * @param change pure, may be asked again; answers the same order when there is nothing to do
 * @returns the order as it is now, undefined when there is none
 * @throws {StoreUnavailable}
 */
export async function changeOrder(
  ports: { readonly orders: OrderStore; readonly runtime: Runtime },
  kind: Order['kind'],
  orderId: string,
  change: (order: Order) => Order,
): Promise<Order | undefined> {
  for (let race = 0; race < MAX_RACES; race += 1) {
    const found = await ports.orders.read(kind, orderId);
    if (!found) return undefined;
    const changed = change(found.order);
    if (changed === found.order) return changed;
    if ((await ports.orders.replace(changed, found.etag)) === 'stored') return changed;
    await ports.runtime.sleep(ports.runtime.random() * Math.min(5 * 2 ** race, 500));
  }
  throw new StoreUnavailable(`${MAX_RACES} attempts to change ${kind} ${orderId} each met a newer state.`);
}
