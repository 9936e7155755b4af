import { randomUUID } from 'node:crypto';
import {
  type LineAllocation,
  type OrderAllocation,
  orderAllocationSchema,
} from '../../shared/contracts/allocation.ts';
import { type ItemAtp, itemAtpSchema } from '../../shared/contracts/atp.ts';
import { type Fabric, publishedEvent, until } from './fabric.ts';

export type Line = { lineId?: string; itemId: string; quantity: number } & Record<string, unknown>;

/** The OMS, as a program that orders. */
export function omsOf(fabric: Fabric) {
  const base = () => `${fabric.stack.urls.functions}/api`;
  const send = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${base()}/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const read = async (orderId: string): Promise<OrderAllocation> =>
    orderAllocationSchema.parse((await send('GET', `orders/${orderId}/allocations`)).body);
  const order = async (orderId: string, lines: readonly Line[], more: object = {}) => {
    const named = lines.map((line, index) => ({ lineId: `L${index + 1}`, ...line }));
    const ask = () => send('POST', `orders/${orderId}/allocations`, { lines: named, ...more });
    // 503 says that a store is busy or away: the same request is asked again.
    const { status, body } = await until(ask, (answer) => answer.status !== 503);
    if (status !== 202) throw new Error(`Order ${orderId} was answered ${status}: ${JSON.stringify(body)}`);
    return orderId;
  };
  return {
    send,
    order,
    read,
    cancel: (orderId: string, lineId?: string) =>
      send('DELETE', `orders/${orderId}/allocations${lineId === undefined ? '' : `/${lineId}`}`),
    /** Waits until the order's first line, or the order, is as wanted. */
    until: (orderId: string, satisfied: (line: LineAllocation, order: OrderAllocation) => boolean) =>
      until(
        () => read(orderId),
        (answer) => {
          const [line] = answer.lines;
          return line !== undefined && satisfied(line, answer);
        },
      ),
    /** Waits until no piece of the order is on its way. */
    untilAtRest: (orderId: string) =>
      until(
        () => read(orderId),
        ({ status }) => status !== 'tentative' && status !== 'releasing',
      ),
    atp: async (itemId: string): Promise<ItemAtp> =>
      itemAtpSchema.parse((await send('GET', `items/${itemId}/atp`)).body),
  };
}

/** Tells the cloud what a WMS has, by events as a WMS without adapter sends them, and waits until the cloud knows. */
export async function stockUp(
  fabric: Fabric,
  itemId: string,
  onHand: Readonly<Record<string, number>>,
): Promise<void> {
  const events = Object.entries(onHand).map(([warehouseId, pieces]) =>
    publishedEvent({
      itemId,
      warehouseId,
      locationId: 'A-01',
      lotNumber: null,
      eventId: `evt-${randomUUID()}`,
      quantityChange: pieces,
      resultingOnHand: pieces,
    }),
  );
  await fabric.publish(...events.map((body) => ({ body: Buffer.from(JSON.stringify(body)) })));
  const total = Object.values(onHand).reduce((sum, pieces) => sum + pieces, 0);
  await until(
    () => omsOf(fabric).atp(itemId),
    (atp) => atp.onHand === total,
  );
}
