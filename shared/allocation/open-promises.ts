import { MOST_OPEN_PROMISES, type OpenPromise, type OpenPromises } from '../contracts/open-promises.ts';
import { allocationStatus, lineFigures, type OrderLine, openState, standing } from '../domain/order-line.ts';
import type { OpenLines } from '../ports/open-lines.ts';

/** Who holds or waits for pieces of an item. @throws {StoreUnavailable} */
export async function openPromises(
  itemId: string,
  { ofItem }: Pick<OpenLines, 'ofItem'>,
): Promise<OpenPromises> {
  const lines = await ofItem(itemId, MOST_OPEN_PROMISES + 1);
  const promises = lines
    .flatMap(promiseOf)
    .sort((a, b) => (a.orderedAt < b.orderedAt ? -1 : a.orderedAt > b.orderedAt ? 1 : 0));
  return {
    itemId,
    promises: promises.slice(0, MOST_OPEN_PROMISES),
    more: lines.length > MOST_OPEN_PROMISES,
  };
}

function promiseOf(line: OrderLine): OpenPromise[] {
  const state = openState(line);
  if (state === undefined) return [];
  const { orderId, lineId, orderedAt, terms, allocations } = line;
  return [
    {
      ...{ orderId, lineId, state, orderedAt },
      quantity: terms.quantity,
      priority: terms.priority,
      backordered: lineFigures(line).backordered,
      sources: allocations.map((allocation) => ({
        allocationId: allocation.allocationId,
        warehouseId: allocation.warehouseId,
        quantity: standing(allocation),
        picked: allocation.picked,
        status: allocationStatus(allocation),
      })),
    },
  ];
}
