import type { OrderedLine } from '../contracts/allocation.ts';
import { type LineKey, type LineTerms, newOrderLine, type OrderLine } from '../domain/order-line.ts';
import { endLine } from '../domain/settlement.ts';
import type { AllocationStore } from '../ports/allocation-store.ts';
import type { Order } from '../ports/order-store.ts';

/** The documents of an order's lines, aligned with them; undefined where there is none yet. @throws {StoreUnavailable} */
export async function readLinesOf(
  order: Order,
  store: Pick<AllocationStore, 'readLines'>,
): Promise<(OrderLine | undefined)[]> {
  const stored = await store.readLines(order.lines.map((ordered) => keyOf(order, ordered)));
  return stored.map((found) => found?.line);
}

/**
 * A line as ordered, nothing promised for it yet: what its document starts from. Of an order that was taken back or
 * given up, or a cart that has ended, it has ended as well, so that nobody begins to promise it.
 */
export function orderLineOf(order: Order, ordered: OrderedLine): OrderLine {
  const line = newOrderLine({
    ...keyOf(order, ordered),
    orderedAt: order.createdAt,
    terms: termsOf(ordered),
    allOrNothing: order.allOrNothing,
  });
  const ended = endOf(order);
  return ended ? endLine(line, ended, order.createdAt) : line;
}

/** The line of that id as ordered; undefined when the order has none of that id. */
export function newLineOf(order: Order, lineId: string): OrderLine | undefined {
  const ordered = order.lines.find((line) => line.lineId === lineId);
  return ordered && orderLineOf(order, ordered);
}

/** Where the document of a line lies. */
export function keyOf({ kind, orderId }: Order, { lineId, itemId }: OrderedLine): LineKey {
  return { kind: kind === 'order' ? 'order-line' : 'hold-line', orderId, lineId, itemId };
}

/** How the lines end of an order that was taken back or given up, or of a cart that has ended; undefined while it lives. */
export function endOf({ cancelledAt, ended, outcome }: Order): OrderLine['ended'] {
  if (cancelledAt !== undefined || ended === 'released') return 'cancelled';
  return outcome === 'aborted' ? 'all-or-nothing' : ended;
}

/** What must not be split is of no use but in full. */
function termsOf({ lineId: _lineId, itemId: _itemId, ...ordered }: OrderedLine): LineTerms {
  const { quantity, allowSplit, leastQuantity = 1 } = ordered;
  return { ...ordered, leastQuantity: allowSplit ? leastQuantity : quantity };
}
