import type { OrderAllocation } from '../contracts/allocation.ts';
import type { OrderLine } from '../domain/order-line.ts';
import { endLine } from '../domain/settlement.ts';
import type { Order } from '../ports/order-store.ts';
import { isoNow } from '../ports/runtime.ts';
import type { AllocationPorts } from './allocation-ports.ts';
import { changeOrder, noteFinished } from './change-order.ts';
import { takeOverLines } from './hold-order.ts';
import { type OrderReadPorts, orderAllocationOf, readOrder } from './order-state.ts';
import { keyOf, orderLineOf } from './orders.ts';
import { drive } from './settle-decisions.ts';

/**
 * Takes a whole order back, whatever state it is in: nothing more is promised for it, and what its warehouses have
 * heard of is asked back (architecture, rule 8). Asking again releases nothing twice and finishes what a crash left; when nobody asks again,
 * the sweep has it done.
 *
 * @returns the order as it stands then; undefined when there is none
 * @throws {StoreUnavailable}
 */
export async function cancelOrder(
  orderId: string,
  ports: AllocationPorts,
): Promise<OrderAllocation | undefined> {
  const cancelledAt = isoNow(ports.runtime);
  const order = await changeOrder(ports, 'order', orderId, (found) =>
    found.cancelledAt === undefined ? { ...found, cancelledAt, unfinishedSince: cancelledAt } : found,
  );
  if (!order) return undefined;
  const lines = await endLines(order, order.lines, ports);
  await noteFinished(order, ports);
  return orderAllocationOf(order, lines);
}

/**
 * Takes one line of an order back; see {@link cancelOrder}.
 *
 * @returns the order as it stands then; undefined when there is no such order or line
 * @throws {StoreUnavailable}
 */
export async function cancelLine(
  orderId: string,
  lineId: string,
  ports: AllocationPorts & OrderReadPorts,
): Promise<OrderAllocation | undefined> {
  const found = await ports.orders.read('order', orderId);
  const ordered = found?.order.lines.filter((line) => line.lineId === lineId) ?? [];
  if (!found || ordered.length === 0) return undefined;
  await endLines(found.order, ordered, ports);
  return readOrder(orderId, ports);
}

/** A line that has no document yet gets one that has ended, so that its orchestration finds it so. */
async function endLines(order: Order, lines: Order['lines'], ports: AllocationPorts): Promise<OrderLine[]> {
  // A cart that was becoming this order when its call was cut off still holds stock under its own name.
  if (order.fromHoldId !== undefined) await takeOverLines(order, order.fromHoldId, ports);
  const at = isoNow(ports.runtime);
  const ended = await Promise.all(
    lines.map(async (ordered) => {
      const change = (line: OrderLine | undefined) =>
        endLine(line ?? orderLineOf(order, ordered), 'cancelled', at);
      const { line } = await ports.updateLine({ key: keyOf(order, ordered), change });
      return line ?? orderLineOf(order, ordered);
    }),
  );
  const releasing = ended.filter(({ allocations }) => allocations.some(({ state }) => state === 'releasing'));
  await Promise.all(releasing.map((line) => drive(line, ports.orchestrations)));
  return ended;
}
