import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { someMessage, unique } from '../../test/doubles/fixtures.ts';
import { type AllocationWorld, startAllocation } from '../../test/parts/allocation.ts';
import { orderedLineSchema } from '../contracts/allocation.ts';
import type { StockChange } from '../contracts/stock-change.ts';
import { withThresholds } from '../domain/atp-thresholds.ts';
import type { Orchestrations } from '../ports/orchestrations.ts';
import type { StockChanges } from '../ports/stock-changes.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { type FollowPorts, followChanges } from './follow-changes.ts';
import { placeOrder } from './place-order.ts';

let world: AllocationWorld;
let started: string[];
let told: (readonly string[])[];
let ports: FollowPorts;

const orchestrations: Orchestrations = {
  start: async ({ instanceId }) => void started.push(instanceId),
  raise: async () => {},
};

beforeAll(async () => {
  world = await startAllocation();
});
afterAll(() => world.stop());

beforeEach(() => {
  started = [];
  told = [];
  const stockChanges: StockChanges = { tell: async (itemIds) => void told.push(itemIds) };
  const runtime = { ...world.ports.runtime, sleep: async () => {} };
  ports = {
    ...world.ports,
    stockChanges,
    orchestrations,
    runtime,
    readThresholds: async () => undefined,
    tellAtpChange: async () => {},
    hasThresholds: async () => false,
  };
});

/** Of an order, and of receipts. */
const traceOf = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;
const [ORDER, FIRST, SECOND] = [traceOf('a'), traceOf('b'), traceOf('c')];

/** An order of 3 that waits although 5 pieces have come since; its first run has a trace. */
async function servable() {
  const orderId = `ORD-${unique()}`;
  const itemId = `ITEM-${orderId}`;
  await world.putStock({ itemId, warehouseId: 'WH-001', onHand: 0 });
  const lines = [orderedLineSchema.parse({ lineId: '1', itemId, quantity: 3 })];
  await placeOrder({ orderId, bodyHash: 'body', allOrNothing: false, lines }, world.ports);
  for (const [index, start] of world.started.entries())
    if (start.name === 'allocateLine')
      world.started[index] = { ...start, input: { ...start.input, trace: { traceparent: ORDER } } };
  await world.run();
  await world.putStock({ itemId, warehouseId: 'WH-002', onHand: 5 });
  return { orderId, itemId };
}

function changeOf(...itemIds: string[]) {
  return messageOf({ itemIds });
}

function messageOf(change: StockChange) {
  return someMessage({ body: Buffer.from(JSON.stringify(change)) });
}

describe('A change of stock', () => {
  test('serves the backorders of each item once, whatever number of messages names it', async () => {
    const [a, b] = [await servable(), await servable()];
    const messages = [changeOf(a.itemId, b.itemId), changeOf(a.itemId), changeOf(b.itemId)];
    expect(await followChanges(messages, ports)).toMatchObject({ items: 2, woken: 2 });
    expect(started.sort()).toEqual([`${a.orderId}:1:2`, `${b.orderId}:1:2`].sort());
  });

  test('is told with what changed it, and starts the line in the trace of its order', async () => {
    const { itemId } = await servable();
    const seen: [string | undefined, readonly string[]][] = [];
    const around: FollowPorts['around'] = async ({ trace }, causes, start) => {
      seen.push([trace?.traceparent, causes]);
      await start();
    };
    const causes = (cause: string) => ({ [itemId]: cause });
    const messages = [
      messageOf({ itemIds: [itemId], causes: causes(FIRST) }),
      changeOf(itemId),
      messageOf({ itemIds: [itemId], causes: causes(SECOND) }),
      messageOf({ itemIds: [itemId], causes: causes(FIRST) }),
    ];
    const traces: unknown[] = [];
    const start: Orchestrations['start'] = async ({ input }) => void traces.push(input);
    await followChanges(messages, { ...ports, around, orchestrations: { ...orchestrations, start } });
    expect(seen).toEqual([[ORDER, [FIRST, SECOND]]]);
    expect(traces).toMatchObject([{ trace: { traceparent: ORDER } }]);
  });

  test('that was given to a backorder, but whose orchestration was not started, is driven when it is told again', async () => {
    const { orderId, itemId } = await servable();
    const away = { ...orchestrations, start: () => Promise.reject(new StoreUnavailable('away')) };
    expect(await followChanges([changeOf(itemId)], { ...ports, orchestrations: away })).toMatchObject({
      failed: 1,
    });
    expect(told).toEqual([[itemId]]);
    const later = { ...ports.runtime, now: () => world.ports.runtime.now() + 2_000 };
    await followChanges([changeOf(itemId)], { ...ports, runtime: later });
    expect(started).toEqual([`${orderId}:1:2`]);
  });

  test('leaves what has waited for a minute to the sweep', async () => {
    const { orderId, itemId } = await servable();
    const later = (ms: number) => ({
      ...ports,
      runtime: { ...ports.runtime, now: () => world.ports.runtime.now() + ms },
    });
    await followChanges([changeOf(itemId)], ports);
    await followChanges([changeOf(itemId)], later(55_000));
    expect(started).toEqual([`${orderId}:1:2`, `${orderId}:1:2`]);
    await followChanges([changeOf(itemId)], later(65_000));
    expect(started.length).toBe(2);
  });

  test('of an item with thresholds reads them once, tells of them, and leaves the watch to them', async () => {
    const { itemId } = await servable();
    const stored = {
      thresholds: withThresholds(itemId, [2], 5, undefined),
      etag: '"1"',
    };
    const reads: string[] = [];
    const read = async (id: string) => {
      reads.push(id);
      return stored;
    };
    const crossed: unknown[] = [];
    const tellAtpChange = async (...args: unknown[]) => void crossed.push(args);
    const hasThresholds = async (id: string) => (await read(id)) !== undefined;
    const watched = { ...ports, readThresholds: read, tellAtpChange, hasThresholds };
    await followChanges([changeOf(itemId)], watched);
    await followChanges([changeOf(itemId)], watched);
    expect(reads).toEqual([itemId, itemId]);
    // What was given to the backorder is no longer free: the item has to be read again.
    expect(crossed).toEqual([
      [itemId, stored, undefined],
      [itemId, stored, await world.ports.store.readItem(itemId)],
    ]);
    expect((await world.ports.store.readItem(itemId)).watch.on).toBe(true);
  });

  test('of an item that cannot be followed now hurts no other, and is told again', async () => {
    const [bad, good] = [await servable(), await servable()];
    const readThresholds = async (itemId: string) => {
      if (itemId === bad.itemId) throw new StoreUnavailable('away');
      return undefined;
    };
    const report = await followChanges([changeOf(bad.itemId, good.itemId)], { ...ports, readThresholds });
    expect(report).toMatchObject({ items: 2, failed: 1 });
    expect(started).toContain(`${good.orderId}:1:2`);
    expect(told).toEqual([[bad.itemId]]);
  });

  test('of an item that can be neither followed nor told again is delivered again', async () => {
    const { itemId } = await servable();
    const away = () => Promise.reject(new StoreUnavailable('away'));
    const broken = { ...ports, readThresholds: away, stockChanges: { tell: away } };
    await expect(followChanges([changeOf(itemId)], broken)).rejects.toThrow('away');
  });

  test('that names no item is refused with its reason', async () => {
    const messages = [someMessage({ body: Buffer.from('{"itemIds":[]}') })];
    const { items, refusals } = await followChanges(messages, ports);
    expect({ items, refusals }).toEqual({ items: 0, refusals: [expect.stringContaining('itemIds')] });
  });
});
