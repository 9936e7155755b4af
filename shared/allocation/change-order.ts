import type { Order, OrderStore } from '../ports/order-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import { untilStored } from '../ports/until-stored.ts';

/**
 * Changes an order or a cart by conditional writes until nobody came between.
 *
 * @param change pure, may be asked again; answers the same order when there is nothing to do
 * @returns the order as it is now, undefined when there is none
 * @throws {StoreUnavailable}
 */
export async function changeOrder(
  { orders, runtime }: { readonly orders: OrderStore; readonly runtime: Runtime },
  kind: Order['kind'],
  orderId: string,
  change: (order: Order) => Order,
): Promise<Order | undefined> {
  return untilStored(runtime, `${kind} ${orderId}`, async () => {
    const found = await orders.read(kind, orderId);
    if (!found) return undefined;
    const changed = change(found.order);
    if (changed === found.order) return changed;
    return (await orders.replace(changed, found.etag)) === 'stored' ? changed : 'conflict';
  });
}

/**
 * Notes that the end of an order, as it was read, has reached all of its lines, so that nobody has to come back for it.
 *
 * @throws {StoreUnavailable}
 */
export async function noteFinished(
  order: Order,
  ports: { readonly orders: OrderStore; readonly runtime: Runtime },
): Promise<void> {
  if (order.unfinishedSince === undefined) return;
  await changeOrder(ports, 'order', order.orderId, (found) => {
    const { unfinishedSince, ...finished } = found;
    return unfinishedSince === order.unfinishedSince ? finished : found;
  });
}
