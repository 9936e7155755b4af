import type { AllocationOrder, OrderAllocation, OrderedLine } from '../contracts/allocation.ts';
import { instanceIdOf, type OrderLine } from '../domain/order-line.ts';
import type { AllocationStore } from '../ports/allocation-store.ts';
import { mapAtMost } from '../ports/at-most.ts';
import { type Orchestrations, orderStart } from '../ports/orchestrations.ts';
import type { Order } from '../ports/order-store.ts';
import { isoNow } from '../ports/runtime.ts';
import type { AllocationPorts } from './allocation-ports.ts';
import { orderAllocationOf } from './order-state.ts';
import { orderLineOf, readLinesOf } from './orders.ts';

/** `bodyHash` tells the request from another one under the same id. */
export type OrderRequest = AllocationOrder & { readonly orderId: string; readonly bodyHash: string };

/**
 * Takes an order: its record first, which makes asking twice asking once, then the orchestrations that promise it
 * (architecture, rule 9). A repeated request starts what has left no trace yet, so that a crash in between heals; the sweep
 * does so when nobody repeats it.
 *
 * @returns the order as it stands, or `other-body` when the id belongs to another request
 * @throws {StoreUnavailable}
 */
export async function placeOrder(
  { orderId, bodyHash, lines, allOrNothing }: OrderRequest,
  ports: AllocationPorts,
): Promise<OrderAllocation | 'other-body'> {
  const createdAt = isoNow(ports.runtime);
  const order: Order = { kind: 'order', orderId, bodyHash, createdAt, lines, allOrNothing };
  const made = await ports.orders.create(order);
  if (made === 'created') {
    await startAllocating(order, order.lines, ports.orchestrations);
    return orderAllocationOf(order, []);
  }
  if (made.order.bodyHash !== bodyHash) return 'other-body';
  const { known } = await beginUntouched(made.order, ports);
  return orderAllocationOf(made.order, known);
}

export type BeginPorts = {
  readonly store: Pick<AllocationStore, 'readLines'>;
  readonly orchestrations: Orchestrations;
};

/**
 * Starts what has left no trace yet of an order, unless it was taken back. Doing it again is harmless.
 *
 * @returns the documents of its lines, as they were, and how many lines had none
 * @throws {StoreUnavailable}
 */
export async function beginUntouched(
  order: Order,
  { store, orchestrations }: BeginPorts,
): Promise<{ known: readonly (OrderLine | undefined)[]; untouched: number }> {
  const known = await readLinesOf(order, store);
  const untouched = order.lines.filter((_line, index) => !known[index]);
  if (order.cancelledAt === undefined) await startAllocating(order, untouched, orchestrations);
  return { known, untouched: untouched.length };
}

/** Orchestrations that one request starts at a time. */
const STARTS_AT_ONCE = 16;

async function startAllocating(
  order: Order,
  lines: readonly OrderedLine[],
  { start }: Orchestrations,
): Promise<void> {
  const { orderId, allOrNothing } = order;
  if (allOrNothing && !order.outcome) {
    await start(orderStart(orderId));
    return;
  }
  await mapAtMost(STARTS_AT_ONCE, lines, (ordered) =>
    start({
      name: 'allocateLine',
      instanceId: instanceIdOf({ orderId, lineId: ordered.lineId }, 1),
      input: {
        orderId,
        lineId: ordered.lineId,
        itemId: ordered.itemId,
        run: 1,
        ordered: orderLineOf(order, ordered),
      },
    }),
  );
}
