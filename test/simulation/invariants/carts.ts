import type { AllocationRequest } from '../../../shared/contracts/allocation-messages.ts';
import { type OrderLine, promisedOf } from '../../../shared/domain/order-line.ts';
import type { ItemChange } from '../../../shared/ports/allocation-store.ts';
import type { ItemDocuments } from '../../doubles/item-documents.ts';
import type { InMemoryOrders } from '../../doubles/order-store.ts';
import { Violation } from './violation.ts';

/**
 * No warehouse hears of a cart.
 *
 * @throws {Violation}
 */
export function checkAsked(requests: readonly AllocationRequest[], orders: InMemoryOrders): void {
  for (const { orderId, allocationId } of requests)
    if (orders.has('hold', orderId))
      throw new Violation('No warehouse hears of a cart', `${allocationId} was asked for`, [orderId]);
}

/**
 * Where a cart becomes an order in a change that was stored, its pieces become the order's, warehouse by warehouse: all of
 * them, and once. An order that was taken back before gets nothing.
 *
 * @param before the lines of the change as they were
 * @throws {Violation}
 */
export function checkTakenOver({ lines }: ItemChange, before: readonly (OrderLine | undefined)[]): void {
  for (const [index, { line: hold }] of lines.entries()) {
    if (hold.kind !== 'hold-line') continue;
    if (hold.ended && tentativeText(hold) !== '')
      throw new Violation(
        'A cart that has ended holds nothing',
        `line ${hold.lineId} of ${hold.orderId} has ${hold.ended} and holds ${tentativeText(hold)}`,
        [hold.orderId],
      );
    const held = before[index];
    if (hold.ended !== 'ordered' || !held || held.ended) continue;
    const order = lines.find(({ line }) => line.kind === 'order-line' && line.lineId === hold.lineId)?.line;
    if (order?.ended) continue;
    const [was, is] = [tentativeText(held), tentativeText(order)];
    if (was !== is)
      throw new Violation(
        'The pieces of a cart become those of its order, all of them and once',
        `line ${hold.lineId} of ${hold.orderId} held ${was || 'nothing'}, the order's has ${is || 'nothing'}`,
        [hold.orderId, ...(order ? [order.orderId] : [])],
      );
  }
}

/**
 * When nothing is on its way any more every cart has ended, none became two orders, and none keeps stock.
 *
 * @throws {Violation}
 */
export function checkCarts(orders: InMemoryOrders, items: ItemDocuments): void {
  const became = new Map<string, string>();
  for (const { kind, orderId, ended, becameOrderId, fromHoldId } of orders.all()) {
    if (kind === 'hold' && !ended)
      throw new Violation('Every cart ends', `${orderId} has not (it was to be ${becameOrderId})`, [orderId]);
    if (fromHoldId === undefined) continue;
    const other = became.get(fromHoldId);
    if (other !== undefined)
      throw new Violation('A cart becomes one order', `${fromHoldId} became ${other} and ${orderId}`, [
        fromHoldId,
      ]);
    became.set(fromHoldId, orderId);
  }
  for (const { lines } of items.partitions())
    for (const { value } of lines.values())
      if (value.kind === 'hold-line' && (!value.ended || tentativeText(value) !== ''))
        throw new Violation(
          'A cart that has ended holds nothing',
          `line ${value.lineId} of ${value.orderId} holds ${tentativeText(value) || 'nothing'}, and has ${value.ended ?? 'not ended'}`,
          [value.orderId, value.itemId],
        );
}

function tentativeText(line: OrderLine | undefined): string {
  return [...promisedOf(line)]
    .filter(([, { tentative }]) => tentative > 0)
    .map(([warehouseId, { tentative }]) => `${tentative} in ${warehouseId}`)
    .toSorted()
    .join(', ');
}
