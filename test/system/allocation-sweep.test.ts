import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allocationOrderSchema } from '../../shared/contracts/allocation.ts';
import { openContainers } from '../../shared/cosmos/connection.ts';
import { cosmosOrderStore } from '../../shared/cosmos/order-store.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import { type Fabric, startFabric, transaction, until } from './fabric.ts';
import { omsOf } from './orders.ts';

let fabric: Fabric;
let oms: ReturnType<typeof omsOf>;
let orders: OrderStore;
/** Longer than a call, or an orchestration, is given before the sweep comes. */
const ago = new Date(Date.now() - 120_000).toISOString();

beforeAll(async () => {
  fabric = await startFabric();
  oms = omsOf(fabric);
  const containers = await openContainers({ CosmosConnection: fabric.stack.connections.cosmos });
  orders = cosmosOrderStore(containers.orders);
}, 120_000);

afterAll(() => fabric?.stop(), 30_000);

/** An item of which WH-001 has 100 pieces. */
async function newItem(): Promise<string> {
  const itemId = `ITEM-${randomUUID().slice(0, 8)}`;
  await fabric.know([itemId], ['A-01']);
  await fabric.transact([transaction({ itemId, locationId: 'A-01', quantity: 100 })]);
  await untilFree(itemId);
  return itemId;
}

function untilFree(itemId: string) {
  return until(
    () => oms.atp(itemId),
    ({ atp }) => atp === 100,
  );
}

async function sweep(): Promise<void> {
  const url = `${fabric.stack.urls.functions}/admin/functions/allocation-sweep`;
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).toBe(202);
}

describe('An order whose call was cut off, and that nobody repeats', () => {
  test('is begun by the sweep', async () => {
    const [orderId, itemId] = [`ORD-${randomUUID().slice(0, 8)}`, await newItem()];
    const { lines } = allocationOrderSchema.parse({ lines: [{ lineId: 'L1', itemId, quantity: 100 }] });
    const order = { kind: 'order', orderId, bodyHash: 'body', createdAt: ago, allOrNothing: false } as const;
    expect(await orders.create({ ...order, lines })).toBe('created');
    await sweep();
    await oms.until(orderId, ({ confirmed }) => confirmed === 100);
  });

  test.each([
    ['taken back', { cancelledAt: ago }, 'released'],
    ['given up, as one of all or nothing', { allOrNothing: true, outcome: 'aborted' }, 'rejected'],
  ] as const)('is released on all lines where it was %s', async (_name, end, status) => {
    const itemId = await newItem();
    const orderId = await oms.order(`ORD-${randomUUID().slice(0, 8)}`, [{ itemId, quantity: 100 }]);
    await oms.until(orderId, ({ confirmed }) => confirmed === 100);
    const { order, etag } = (await orders.read('order', orderId)) ?? expect.fail(`no order ${orderId}`);
    expect(await orders.replace({ ...order, ...end, unfinishedSince: ago }, etag)).toBe('stored');
    await sweep();
    await oms.until(orderId, (line) => line.status === status);
    await untilFree(itemId);
    await until(
      () => orders.read('order', orderId),
      (stored) => stored?.order.unfinishedSince === undefined,
    );
  });
});
