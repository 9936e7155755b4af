import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unique } from '../../test/doubles/fixtures.ts';
import { type AllocationWorld, startAllocation } from '../../test/parts/allocation.ts';
import { allocationOrderSchema, orderAllocationSchema, orderedLineSchema } from '../contracts/allocation.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { cancelLine, cancelOrder } from './cancel.ts';
import { readOrder } from './order-state.ts';
import { placeOrder } from './place-order.ts';

let world: AllocationWorld;
beforeAll(async () => {
  world = await startAllocation();
});
afterAll(() => world.stop());

/** An order over pieces of items of which WH-001 has 100, and of which nobody else asks. */
async function someOrder(quantities: readonly number[], options: object = {}, line: object = {}) {
  const orderId = `ORD-${unique()}`;
  const lines = quantities.map((quantity, index) => ({
    lineId: String(index + 1),
    itemId: `ITEM-${orderId}-${index + 1}`,
    quantity,
    ...line,
  }));
  for (const { itemId } of lines) await world.putStock({ itemId, warehouseId: 'WH-001', onHand: 100 });
  return {
    allOrNothing: false,
    ...options,
    lines: lines.map((line) => orderedLineSchema.parse(line)),
    orderId,
    bodyHash: 'the body',
  };
}

async function read(orderId: string) {
  const order = await readOrder(orderId, world.ports);
  if (!order) throw new Error(`No order ${orderId}.`);
  return orderAllocationSchema.parse(order);
}

async function placed(quantities: readonly number[], options: object = {}, line: object = {}) {
  const order = await someOrder(quantities, options, line);
  world.started.splice(0);
  await placeOrder(order, world.ports);
  return order;
}

async function confirmAll(): Promise<void> {
  for (const asked of await world.run()) {
    if (asked.kind === 'request')
      await world.decide(asked, { status: 'confirmed', quantity: asked.quantity, sequence: 1 });
  }
}

describe('An order', () => {
  test('of more than may be promised is told of as one that was kept from being oversold', async () => {
    await placed([150, 100]);
    world.short.splice(0);
    await world.run();
    expect(world.short).toEqual([1]);
  });

  test('is stored before its lines are started, one orchestration each', async () => {
    const order = await placed([1, 2]);
    expect(world.started).toMatchObject([
      {
        name: 'allocateLine',
        instanceId: `${order.orderId}:1:1`,
        input: { orderId: order.orderId, lineId: '1', itemId: order.lines[0]?.itemId, run: 1 },
      },
      {
        name: 'allocateLine',
        instanceId: `${order.orderId}:2:1`,
        input: { orderId: order.orderId, lineId: '2', itemId: order.lines[1]?.itemId, run: 1 },
      },
    ]);
    expect(await read(order.orderId)).toMatchObject({
      status: 'tentative',
      lines: [
        { tentative: 1, status: 'tentative' },
        { tentative: 2, status: 'tentative' },
      ],
    });
  });

  test('of all or nothing is one orchestration', async () => {
    const { orderId } = await placed([1, 2], { allOrNothing: true });
    expect(world.started).toEqual([
      { name: 'allocateOrder', instanceId: `${orderId}:order`, input: { orderId } },
    ]);
  });

  test('asked for again is the same order, and starts only lines that have left no trace', async () => {
    const order = await placed([1, 2]);
    world.started.splice(1);
    await world.run();
    expect(await placeOrder(order, world.ports)).toMatchObject({
      orderId: order.orderId,
      status: 'tentative',
    });
    expect(world.started).toMatchObject([{ instanceId: `${order.orderId}:2:1` }]);
    await world.run();
    await placeOrder(order, world.ports);
    expect(world.started).toEqual([]);
  });

  test('whose orchestrations could not be started is healed by asking again', async () => {
    const order = await someOrder([1, 2]);
    world.started.splice(0);
    const away = {
      ...world.ports.orchestrations,
      start: () => Promise.reject(new StoreUnavailable('the host is away')),
    };
    await expect(placeOrder(order, { ...world.ports, orchestrations: away })).rejects.toThrow('away');
    await placeOrder(order, world.ports);
    expect(world.started).toHaveLength(2);
  });

  test('under an id that belongs to another body is refused, and changes nothing', async () => {
    const order = await placed([1]);
    world.started.splice(0);
    const other = { ...order, bodyHash: 'another body', lines: [] };
    expect(await placeOrder(other, world.ports)).toBe('other-body');
    expect(world.started).toEqual([]);
    expect((await read(order.orderId)).lines).toHaveLength(1);
  });

  test('tells what is confirmed, what waits, by whom and why', async () => {
    const order = await placed([120]);
    await confirmAll();
    const told = await read(order.orderId);
    expect(told).toMatchObject({
      status: 'backordered',
      lines: [
        {
          quantity: 120,
          tentative: 0,
          confirmed: 100,
          backordered: 20,
          status: 'backordered',
          promisedDate: null,
          sources: [
            {
              allocationId: `${order.orderId}:1:1`,
              warehouseId: 'WH-001',
              quantity: 100,
              status: 'confirmed',
            },
          ],
        },
      ],
    });
    expect(told.lines[0]?.why.map(({ step }) => step)).toEqual(['held', 'backordered', 'confirmed']);
    const { quantity, tentative, confirmed, backordered, fulfilled, releasing, rejected, released } =
      told.lines[0] ?? expect.fail('no line');
    expect(tentative + confirmed + backordered + fulfilled + releasing + rejected + released).toBe(quantity);
  });

  test('promises what waits for the day on which expected receipts cover it', async () => {
    const order = await someOrder([]);
    const itemId = `ITEM-${order.orderId}`;
    const expectedReceipts = [
      { expectedReceiptId: 'ASN-1', quantity: 30, received: 0, expectedOn: '2024-11-25' },
    ];
    await world.putStock({ itemId, warehouseId: 'WH-001', onHand: 100, expectedReceipts });
    const lines = allocationOrderSchema.parse({ lines: [{ lineId: '1', itemId, quantity: 120 }] }).lines;
    await placeOrder({ ...order, lines }, world.ports);
    await world.run();
    expect((await read(order.orderId)).lines[0]?.promisedDate).toBe('2024-11-25');
    await cancelOrder(order.orderId, world.ports);
    expect((await read(order.orderId)).lines[0]?.promisedDate).toBeUndefined();
  });

  test('of all or nothing reads tentative until all of it is committed', async () => {
    const { orderId, lines } = await placed([4], { allOrNothing: true });
    const itemId = lines[0]?.itemId ?? '';
    world.started.push({
      name: 'allocateLine',
      instanceId: `${orderId}:1:1`,
      input: { orderId, lineId: '1', itemId, run: 1 },
    });
    await confirmAll();
    expect(await read(orderId)).toMatchObject({
      status: 'tentative',
      lines: [{ tentative: 4, confirmed: 0, status: 'tentative', sources: [{ status: 'tentative' }] }],
    });
    const stored = await world.ports.orders.read('order', orderId);
    if (stored) await world.ports.orders.replace({ ...stored.order, outcome: 'committed' }, stored.etag);
    expect(await read(orderId)).toMatchObject({
      status: 'confirmed',
      lines: [{ tentative: 0, confirmed: 4, sources: [{ status: 'confirmed' }] }],
    });
  });

  test('that was never asked for is not known', async () => {
    expect(await readOrder('ORD-unknown', world.ports)).toBeUndefined();
    expect(await cancelOrder('ORD-unknown', world.ports)).toBeUndefined();
    expect(await cancelLine('ORD-unknown', '1', world.ports)).toBeUndefined();
  });
});

describe('Cancelling', () => {
  test('before a line was placed keeps its orchestration from holding anything', async () => {
    const order = await placed([5]);
    const itemId = order.lines[0]?.itemId ?? '';
    const told = await cancelOrder(order.orderId, world.ports);
    expect(told).toMatchObject({ status: 'released', lines: [{ released: 5, tentative: 0 }] });
    expect(await world.run()).toEqual([]);
    expect(await world.figures(itemId)).toEqual({ tentative: 0, confirmed: 0, atp: 100 });
    expect(world.started).toEqual([]);
  });

  test('what a warehouse was asked for keeps it counted until it is released there', async () => {
    const order = await placed([5]);
    const itemId = order.lines[0]?.itemId ?? '';
    const [asked] = await world.run();
    expect(await cancelOrder(order.orderId, world.ports)).toMatchObject({
      status: 'releasing',
      lines: [{ releasing: 5 }],
    });
    expect(await world.figures(itemId)).toMatchObject({ tentative: 5, atp: 95 });
    expect(world.started).toMatchObject([
      { instanceId: `${order.orderId}:1:release`, input: { run: 'release' } },
    ]);
    const [release] = await world.run();
    expect(release).toMatchObject({ kind: 'release', allocationId: asked?.allocationId });
    world.told.splice(0);
    if (release) await world.decide(release, { status: 'released', quantity: 0, sequence: 1 });
    expect(await read(order.orderId)).toMatchObject({ status: 'released', lines: [{ released: 5 }] });
    expect(await world.figures(itemId)).toEqual({ tentative: 0, confirmed: 0, atp: 100 });
    expect(world.told).toEqual([itemId]);
  });

  test('again releases nothing twice and finishes what a crash left', async () => {
    const order = await placed([5, 6]);
    await confirmAll();
    const crash = {
      ...world.ports,
      updateLine: () => Promise.reject(new StoreUnavailable('the store is away')),
    };
    await expect(cancelOrder(order.orderId, crash)).rejects.toThrow('away');
    expect((await read(order.orderId)).status).toBe('confirmed');
    await cancelOrder(order.orderId, world.ports);
    const once = world.started.splice(0);
    expect(once).toHaveLength(2);
    const told = await cancelOrder(order.orderId, world.ports);
    expect(told?.lines.map(({ releasing }) => releasing)).toEqual([5, 6]);
    expect(told?.lines[0]?.why.filter(({ step }) => step === 'releasing')).toHaveLength(1);
  });

  test('one line leaves the others', async () => {
    const order = await placed([5, 6]);
    await confirmAll();
    expect(await cancelLine(order.orderId, '2', world.ports)).toMatchObject({
      status: 'releasing',
      lines: [
        { status: 'confirmed', confirmed: 5 },
        { status: 'releasing', releasing: 6 },
      ],
    });
    expect(await cancelLine(order.orderId, '3', world.ports)).toBeUndefined();
  });

  test('an order that is asked for again does not revive it', async () => {
    const order = await placed([5]);
    await cancelOrder(order.orderId, world.ports);
    world.started.splice(0);
    expect(await placeOrder(order, world.ports)).toMatchObject({ status: 'released' });
    expect(world.started).toEqual([]);
  });
});
