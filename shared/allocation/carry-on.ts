import type { Order } from '../ports/order-store.ts';
import type { AllocationPorts } from './allocation-ports.ts';
import { cancelOrder } from './cancel.ts';
import { concludeOrder } from './conclude-order.ts';

/**
 * What an order still lacks once its lines are allocated: one of which all or nothing is wanted is concluded, and the end of
 * one that was taken back reaches all of its lines, though the call that did so was cut off. Repeating it is harmless.
 *
 * @returns `pending`: somebody has to come back to it
 * @throws {StoreUnavailable}
 * @throws {Error} when no such order can be seen, which may be too early
 */
export async function carryOn(orderId: string, ports: AllocationPorts): Promise<'pending' | 'done'> {
  const stored = await ports.orders.read('order', orderId);
  if (!stored) throw new Error(`Order ${orderId} is not stored.`);
  const { cancelledAt, unfinishedSince, allOrNothing } = stored.order;
  if (cancelledAt !== undefined && unfinishedSince !== undefined) await cancelOrder(orderId, ports);
  const outcome = allOrNothing ? await concludeOrder(orderId, ports) : 'done';
  return outcome === 'pending' ? outcome : 'done';
}

/** Lines that are to be allocated together, before it is seen what the order comes to; none once that is decided. */
export function linesToAllocate({ allOrNothing, outcome, cancelledAt, lines }: Order): Order['lines'] {
  return allOrNothing && outcome === undefined && cancelledAt === undefined ? lines : [];
}
