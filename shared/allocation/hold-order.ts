import type { HoldState, OrderAllocation } from '../contracts/allocation.ts';
import { chunks } from '../domain/chunks.ts';
import { type Allocation, allocationIdOf, type OrderLine } from '../domain/order-line.ts';
import { withSteps } from '../domain/settlement.ts';
import { freesStock } from '../domain/totals.ts';
import { MAX_LINES_PER_CHANGE } from '../ports/allocation-store.ts';
import type { Order } from '../ports/order-store.ts';
import { isoNow } from '../ports/runtime.ts';
import type { AllocationPorts } from './allocation-ports.ts';
import { changeOrder } from './change-order.ts';
import { type Attempt, changeOf, commitChange } from './commit-change.ts';
import { holdStateOf, lifeOf } from './hold-state.ts';
import { orderAllocationOf } from './order-state.ts';
import { orderLineOf, readLinesOf } from './orders.ts';
import { drive } from './settle-decisions.ts';

/** `ended`: the cart is no longer, or became another order. `order-exists`: the id belongs to an order of its own. */
export type HoldOrdered =
  | { readonly status: 'ordered'; readonly order: OrderAllocation }
  | { readonly status: 'ended'; readonly state: HoldState }
  | { readonly status: 'order-exists' };

/**
 * Makes a cart an order that keeps what the cart holds. The cart is marked first, so that nothing else happens to it;
 * every step can be done again, and asking again finishes what a crash left.
 *
 * @returns undefined when there is no such cart
 * @throws {StoreUnavailable}
 */
export async function orderHold(
  holdId: string,
  orderId: string,
  ports: AllocationPorts,
): Promise<HoldOrdered | undefined> {
  const now = ports.runtime.now();
  const hold = await changeOrder(ports, 'hold', holdId, (found) =>
    lifeOf(found, now) === 'live' ? { ...found, becameOrderId: orderId } : found,
  );
  if (!hold) return undefined;
  if (hold.becameOrderId !== orderId) {
    const lines = await readLinesOf(hold, ports.store);
    return { status: 'ended', state: holdStateOf(hold, lines, now) };
  }
  const order = await finishOrder(hold, orderId, ports);
  return order === 'order-exists' ? { status: 'order-exists' } : { status: 'ordered', order };
}

/**
 * The rest of what {@link orderHold} does for a cart that is marked. When the id belongs to another order, the mark is
 * taken back.
 *
 * @throws {StoreUnavailable}
 */
export async function finishOrder(
  hold: Order,
  orderId: string,
  ports: AllocationPorts,
): Promise<OrderAllocation | 'order-exists'> {
  const { orderId: holdId, bodyHash, lines } = hold;
  const createdAt = isoNow(ports.runtime);
  const asked = { orderId, bodyHash, createdAt, lines, fromHoldId: holdId };
  const wanted: Order = { kind: 'order', allOrNothing: false, ...asked };
  const made = await ports.orders.create(wanted);
  const order = made === 'created' ? wanted : made.order;
  if (order.fromHoldId !== holdId) {
    await changeOrder(ports, 'hold', holdId, withoutMark);
    return 'order-exists';
  }
  const taken = await takeOverLines(order, holdId, ports);
  const unsettled = taken.filter(({ unsettledSince }) => unsettledSince !== undefined);
  await Promise.all(unsettled.map((line) => drive(line, ports.orchestrations)));
  await changeOrder(ports, 'hold', holdId, (found) =>
    found.ended ? found : { ...found, ended: 'ordered' as const },
  );
  return orderAllocationOf(order, taken);
}

/**
 * Moves what the lines of a cart hold to those of the order it became: both documents of a line change at once, and
 * the totals of the stock stay. What an ended line of the order cannot take is given back. Doing it again changes nothing.
 *
 * @returns the order's lines, aligned
 * @throws {StoreUnavailable}
 */
export async function takeOverLines(
  order: Order,
  holdId: string,
  ports: AllocationPorts,
): Promise<OrderLine[]> {
  const pairs = order.lines.map((ordered) => pairOf(order, holdId, ordered));
  const groups = [...Map.groupBy(pairs, ({ order: { itemId } }) => itemId)].flatMap(([itemId, all]) =>
    chunks(all, MAX_LINES_PER_CHANGE / 2).map((group) => ({ itemId, group })),
  );
  const taken = await Promise.all(
    groups.map(async ({ itemId, group }) => {
      const { lines, frees } = await commitChange(ports, itemId, () => attempt(itemId, group, ports));
      if (frees) await ports.stockChanges.tell([itemId]);
      return lines;
    }),
  );
  const byId = new Map(taken.flat().map((line) => [line.lineId, line]));
  return pairs.map((pair) => byId.get(pair.order.lineId) ?? pair.order);
}

/** A line of a cart and what it becomes, as they are before anything is held. */
type Pair = { readonly hold: OrderLine; readonly order: OrderLine };

function pairOf(order: Order, holdId: string, ordered: Order['lines'][number]): Pair {
  const hold: Order = { ...order, kind: 'hold', orderId: holdId };
  return { hold: orderLineOf(hold, ordered), order: orderLineOf(order, ordered) };
}

async function attempt(
  itemId: string,
  pairs: readonly Pair[],
  { store, runtime }: AllocationPorts,
): Promise<Attempt<{ lines: OrderLine[]; frees: boolean }>> {
  const fresh = pairs.flatMap(({ hold, order }) => [hold, order]);
  const stored = await store.readLines(fresh);
  const at = isoNow(runtime);
  const after = pairs.flatMap((pair, index) => {
    const [hold, order] = [stored[2 * index]?.line ?? pair.hold, stored[2 * index + 1]?.line];
    return [emptied(hold, at), order ?? takenOver(pair.order, hold, at)];
  });
  const changes = after.flatMap((line, index) => {
    const before = stored[index];
    return line === before?.line ? [] : [{ before: before?.line, after: line, etag: before?.etag ?? null }];
  });
  const change = changeOf(itemId, changes);
  const lines = after.filter(({ kind }) => kind === 'order-line');
  return { change, result: { lines, frees: freesStock(change?.totals ?? []) } };
}

function emptied(hold: OrderLine, at: string): OrderLine {
  if (hold.ended && hold.allocations.length === 0) return hold;
  return withSteps({ ...hold, ended: 'ordered', allocations: [] }, [], at);
}

/** The order's line with what the cart's holds, under its own numbers; what the cart could not get is still to be placed. */
function takenOver(order: OrderLine, hold: OrderLine, at: string): OrderLine {
  if (order.ended) return order;
  const held = hold.allocations.filter(({ state }) => state === 'tentative');
  const ids = new Map(
    held.map(({ allocationId }, index) => [allocationId, allocationIdOf(order, index + 1)]),
  );
  const allocations = held.map((allocation): Allocation => {
    const allocationId = ids.get(allocation.allocationId) ?? allocation.allocationId;
    return { ...allocation, allocationId, asked: true, run: order.runs };
  });
  const steps = hold.why.flatMap((step) => {
    const allocationId = step.allocationId && ids.get(step.allocationId);
    return allocationId && step.step === 'held' ? [{ ...step, allocationId }] : [];
  });
  return withSteps({ ...order, allocations }, steps, at);
}

function withoutMark(hold: Order): Order {
  if (hold.ended || hold.becameOrderId === undefined) return hold;
  const { becameOrderId: _becameOrderId, ...unmarked } = hold;
  return unmarked;
}
