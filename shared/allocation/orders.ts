import type { OrderLine as OrderedLine } from '../contracts/allocation.ts';
import { type LineKey, type LineTerms, newOrderLine, type OrderLine } from '../domain/order-line.ts';
import type { Order } from '../ports/order-store.ts';

/** A line as ordered, nothing promised for it yet: what its document starts from. */
export function orderLineOf(order: Order, ordered: OrderedLine): OrderLine {
  return newOrderLine({
    ...keyOf(order, ordered),
    orderedAt: order.createdAt,
    terms: termsOf(order, ordered),
    allOrNothing: order.allOrNothing,
  });
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

/** What is all or nothing takes no backorders. What must not be split is of no use but in full. */
function termsOf(
  { allOrNothing }: Order,
  { lineId: _line, itemId: _item, ...ordered }: OrderedLine,
): LineTerms {
  const { quantity, allowSplit, allowBackorder, leastQuantity } = ordered;
  return {
    ...ordered,
    allowBackorder: allowBackorder && !allOrNothing,
    leastQuantity: leastQuantity ?? (allowSplit ? 1 : quantity),
  };
}
