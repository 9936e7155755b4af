import {
  ALLOCATION_STATUSES,
  type AllocationStatus,
  type LineAllocation,
  type OrderAllocation,
} from '../contracts/allocation.ts';
import {
  type Allocation,
  allocationStatus,
  type LineFigures,
  lineFigures,
  lineKey,
  lineStatus,
  type OrderLine,
  standing,
} from '../domain/order-line.ts';
import type { AllocationStore } from '../ports/allocation-store.ts';
import { mapAtMost } from '../ports/at-most.ts';
import type { Order, OrderStore } from '../ports/order-store.ts';
import { orderLineOf, readLinesOf } from './orders.ts';

/** When what waits is promised, by `lineKey`: a UTC day, null when nothing covers it. */
export type PromisedDates = ReadonlyMap<string, string | null>;

/** What it takes to tell how an order stands. */
export type OrderReadPorts = {
  readonly orders: OrderStore;
  readonly store: AllocationStore;
  /** Of the lines that wait for an item. */
  readonly promisesOfItem: (itemId: string) => Promise<PromisedDates>;
};

/**
 * The order as it stands: what is promised of it, by whom, and why.
 *
 * @returns undefined when there is no such order
 * @throws {StoreUnavailable}
 */
export async function readOrder(
  orderId: string,
  ports: OrderReadPorts,
): Promise<OrderAllocation | undefined> {
  const found = await ports.orders.read('order', orderId);
  if (!found) return undefined;
  const lines = await readLinesOf(found.order, ports.store);
  return orderAllocationOf(found.order, lines, await promisesOf(lines, ports.promisesOfItem));
}

/**
 * What an order and the documents of its lines say, aligned with its lines; a line without one is still to be placed.
 * Until all of an all-or-nothing order is confirmed, none of it reads confirmed (architecture, rule 9).
 *
 * @param promises absent: they are not told
 */
export function orderAllocationOf(
  order: Order,
  lines: readonly (OrderLine | undefined)[],
  promises?: PromisedDates,
): OrderAllocation {
  const { orderId, allOrNothing, createdAt } = order;
  const isFinal = !allOrNothing || order.outcome === 'committed';
  const told = order.lines.map((ordered, index) =>
    lineAllocationOf(lines[index] ?? orderLineOf(order, ordered), isFinal, promises),
  );
  return { orderId, status: statusOf(told), allOrNothing, createdAt, lines: told };
}

/** Items whose queues are played at a time for one answer. */
const ITEMS_AT_ONCE = 8;

async function promisesOf(
  lines: readonly (OrderLine | undefined)[],
  promisesOfItem: OrderReadPorts['promisesOfItem'],
): Promise<PromisedDates> {
  const items = new Set(lines.flatMap((line) => (line && line.backordered > 0 ? [line.itemId] : [])));
  const promises = await mapAtMost(ITEMS_AT_ONCE, [...items], promisesOfItem);
  return new Map(promises.flatMap((ofItem) => [...ofItem]));
}

/** What was asked of the warehouses for a line, and their answers. */
export function sourcesOf({ allocations }: OrderLine, isFinal = true): LineAllocation['sources'] {
  return allocations.map((allocation) => ({
    allocationId: allocation.allocationId,
    warehouseId: allocation.warehouseId,
    quantity: standing(allocation),
    picked: allocation.picked,
    status: sourceStatus(allocation, isFinal),
  }));
}

function lineAllocationOf(
  line: OrderLine,
  isFinal: boolean,
  promises: PromisedDates | undefined,
): LineAllocation {
  const { open, held, ...settled } = figuresOf(line, isFinal);
  const isPromised = promises !== undefined && line.backordered > 0;
  return {
    lineId: line.lineId,
    itemId: line.itemId,
    quantity: line.terms.quantity,
    tentative: held + open,
    ...settled,
    status: lineStatus({ open, held, ...settled }),
    ...(isPromised && { promisedDate: promises.get(lineKey(line)) ?? null }),
    sources: sourcesOf(line, isFinal),
    why: [...line.why],
  };
}

function figuresOf(line: OrderLine, isFinal: boolean): LineFigures {
  const figures = lineFigures(line);
  return isFinal ? figures : { ...figures, held: figures.held + figures.confirmed, confirmed: 0 };
}

function sourceStatus(allocation: Allocation, isFinal: boolean): AllocationStatus {
  const status = allocationStatus(allocation);
  return status === 'confirmed' && !isFinal ? 'tentative' : status;
}

/** The first status that applies to any line. */
function statusOf(lines: readonly LineAllocation[]): AllocationStatus {
  const found = new Set(lines.map(({ status }) => status));
  return ALLOCATION_STATUSES.find((status) => found.has(status)) ?? 'released';
}
