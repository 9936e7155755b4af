import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCosmos } from '../../local/cosmos/server.ts';
import { provisionCosmos } from '../../local/stack/provision.ts';
import { cosmosAllocationStore } from '../../shared/cosmos/allocation-store.ts';
import { cosmosAllocationSweep } from '../../shared/cosmos/allocation-sweep.ts';
import { openContainers } from '../../shared/cosmos/connection.ts';
import { cosmosOrderStore } from '../../shared/cosmos/order-store.ts';
import { cosmosPlanningStore } from '../../shared/cosmos/planning-store.ts';
import { heldLine, someLine } from '../../shared/domain/example-lines.ts';
import type { OrderLine } from '../../shared/domain/order-line.ts';
import type { AllocationStore } from '../../shared/ports/allocation-store.ts';
import type { AllocationSweep } from '../../shared/ports/allocation-sweep.ts';
import type { Order, OrderStore } from '../../shared/ports/order-store.ts';
import type { PlanningStore } from '../../shared/ports/planning-store.ts';
import { inMemoryAllocation } from '../doubles/allocation-store.ts';
import { inMemoryAllocationSweep } from '../doubles/allocation-sweep.ts';
import { unique } from '../doubles/fixtures.ts';
import { itemDocuments } from '../doubles/item-documents.ts';
import { inMemoryOrders } from '../doubles/order-store.ts';
import { inMemoryPlanning } from '../doubles/planning-store.ts';

const DAY_MS = 24 * 3600 * 1000;

type Implementation = {
  readonly orders: OrderStore;
  readonly lines: AllocationStore;
  readonly plans: PlanningStore;
  readonly sweep: AllocationSweep;
  /** From now on nothing answers. */
  goAway(): Promise<void>;
  stop(): Promise<void>;
};

async function startInMemory(now: () => number): Promise<Implementation> {
  const items = itemDocuments({ now });
  const orders = inMemoryOrders({ now });
  const allocation = inMemoryAllocation(items);
  const planning = inMemoryPlanning(items);
  const sweep = inMemoryAllocationSweep(items, orders);
  return {
    orders: orders.store,
    lines: allocation.store,
    plans: planning.store,
    sweep: sweep.sweep,
    goAway: async () => {
      const away = () => ({ status: 'unavailable', detail: 'away' }) as const;
      orders.fault = away;
      sweep.fault = away;
    },
    stop: async () => {},
  };
}

async function startInCosmos(now: () => number): Promise<Implementation> {
  const folder = await mkdtemp(join(tmpdir(), 'order-store-'));
  const server = await startCosmos({ data: folder, port: 0, now });
  await provisionCosmos(join(import.meta.dirname, '../..'), server.connectionString);
  const { stock, orders } = await openContainers({ CosmosConnection: server.connectionString });
  let isAway = false;
  const goAway = async () => {
    if (!isAway) await server.stop();
    isAway = true;
  };
  return {
    orders: cosmosOrderStore(orders),
    lines: cosmosAllocationStore(stock, { now }),
    plans: cosmosPlanningStore(stock),
    sweep: cosmosAllocationSweep(stock, orders),
    goAway,
    stop: async () => {
      await goAway();
      await rm(folder, { recursive: true });
    },
  };
}

describe.each([
  ['in memory', startInMemory],
  ['in Cosmos DB', startInCosmos],
])('kept %s', (_name, start) => {
  let now = Date.parse('2024-11-18T10:00:00.000Z');
  let implementation: Implementation;
  let orders: OrderStore;
  let sweep: AllocationSweep;

  beforeAll(async () => {
    implementation = await start(() => now);
    ({ orders, sweep } = implementation);
  });
  afterAll(() => implementation.stop());

  const at = (minutes: number) =>
    new Date(Date.parse('2024-11-18T10:00:00.000Z') + minutes * 60_000).toISOString();
  const someOrder = (fields: Partial<Order> = {}): Order => ({
    ...{
      kind: 'order',
      orderId: `ORDER-${unique()}`,
      bodyHash: 'abc',
      createdAt: at(0),
      allOrNothing: false,
    },
    lines: [
      { lineId: '1', itemId: 'ITEM-1', quantity: 3, priority: 0, allowSplit: true, allowBackorder: true },
    ],
    ...fields,
  });
  const etagOf = async ({ kind, orderId }: Order) => (await orders.read(kind, orderId))?.etag ?? '';
  const putLine = async (line: OrderLine) => {
    const [known] = await implementation.lines.readLines([line]);
    const etag = known?.etag ?? null;
    const change = { itemId: line.itemId, lines: [{ line, etag }], totals: [] };
    expect(await implementation.lines.commit(change)).toEqual({ status: 'stored' });
  };
  const waitingItems = async () => {
    const found: string[] = [];
    for await (const page of sweep.waitingItems()) found.push(...page);
    return found;
  };

  describe('an order', () => {
    test('is read as it was created, and one that was not is none', async () => {
      const order = someOrder({ allOrNothing: true });
      expect(await orders.read('order', order.orderId)).toBeUndefined();
      expect(await orders.create(order)).toBe('created');
      expect(await orders.read('order', order.orderId)).toStrictEqual({ order, etag: expect.any(String) });
    });

    test('created again is the one that is there', async () => {
      const order = someOrder();
      await orders.create(order);
      const again = await orders.create({ ...order, bodyHash: 'other' });
      expect(again).toStrictEqual({ order, etag: await etagOf(order) });
    });

    test('by two at the same time is created by one', async () => {
      const order = someOrder();
      const made = await Promise.all([orders.create(order), orders.create(order), orders.create(order)]);
      expect(made.filter((each) => each === 'created')).toHaveLength(1);
    });

    test('and a cart of the same id are two', async () => {
      const order = someOrder();
      const cart: Order = { ...order, kind: 'hold', expiresAt: at(15) };
      expect(await orders.create(order)).toBe('created');
      expect(await orders.create(cart)).toBe('created');
      expect((await orders.read('hold', cart.orderId))?.order).toStrictEqual(cart);
      expect((await orders.read('order', order.orderId))?.order).toStrictEqual(order);
    });

    test('is replaced over what was read only', async () => {
      const order = someOrder();
      expect(await orders.replace(order, '"gone"')).toBe('conflict');
      await orders.create(order);
      const stale = await etagOf(order);
      const changed: Order = { ...order, cancelledAt: at(1) };
      expect(await orders.replace(changed, stale)).toBe('stored');
      expect(await orders.replace({ ...order, cancelledAt: at(2) }, stale)).toBe('conflict');
      expect((await orders.read('order', order.orderId))?.order).toStrictEqual(changed);
    });
  });

  describe('the sweep', () => {
    test('finds orders of all or nothing without an outcome, and carts, that became due between two instants, oldest first', async () => {
      const due = [
        someOrder({ allOrNothing: true, createdAt: at(-60) }),
        someOrder({ kind: 'hold', createdAt: at(-90), expiresAt: at(-61) }),
      ];
      const others = [
        someOrder({ createdAt: at(-60) }),
        someOrder({ allOrNothing: true, createdAt: at(-60), outcome: 'committed' }),
        someOrder({ allOrNothing: true, createdAt: at(-59) }),
        someOrder({ kind: 'hold', createdAt: at(-90), expiresAt: at(-58) }),
        someOrder({ kind: 'hold', createdAt: at(-90), expiresAt: at(-61), ended: 'released' }),
      ];
      for (const order of [...others, ...due]) await orders.create(order);
      const found = async (limit: number, after = '') => sweep.dueOrders(after, at(-59), limit);
      const [order, cart] = due.map(({ kind, orderId, expiresAt: dueAt = at(-60) }) => ({
        kind,
        orderId,
        dueAt,
      }));
      expect(await found(10)).toEqual([cart, order]);
      expect(await found(1)).toEqual([cart]);
      expect(await found(10, at(-61))).toEqual([order]);
      for (const order of due)
        await orders.replace({ ...order, outcome: 'aborted', ended: 'expired' }, await etagOf(order));
      expect(await found(10)).toEqual([]);
    });

    test('finds orders whose end may not have reached their lines', async () => {
      const order = someOrder({ cancelledAt: at(-62), unfinishedSince: at(-62) });
      const aborted = someOrder({ allOrNothing: true, outcome: 'aborted', unfinishedSince: at(-63) });
      for (const each of [order, aborted]) await orders.create(each);
      const found = async () => (await sweep.dueOrders('', at(-61), 10)).map(({ orderId }) => orderId);
      expect(await found()).toEqual([aborted.orderId, order.orderId]);
      for (const { unfinishedSince: _since, ...finished } of [order, aborted])
        await orders.replace(finished, await etagOf(finished));
      expect(await found()).toEqual([]);
    });

    test('finds orders by when they were asked for, oldest first', async () => {
      const [first, second, third] = [-93, -92, -91].map((minutes) => someOrder({ createdAt: at(minutes) }));
      if (!first || !second || !third) throw new Error('There are three.');
      const cart = someOrder({ kind: 'hold', createdAt: at(-92), expiresAt: at(-58), ended: 'released' });
      for (const order of [third, cart, first, second]) await orders.create(order);
      const found = (limit: number, before = at(-90)) => sweep.ordersAskedFor(at(-94), before, limit);
      expect(await found(10)).toStrictEqual([first, second, third]);
      expect(await found(2)).toStrictEqual([first, second]);
      expect(await found(10, at(-91))).toStrictEqual([first, second]);
      expect(await sweep.ordersAskedFor(at(-93), at(-91), 10)).toStrictEqual([second]);
    });

    test('finds lines that have not come to rest between two instants, oldest first, over all items', async () => {
      const since = (minutes: number) =>
        someLine({}, { itemId: `ITEM-${unique()}`, unsettledSince: at(minutes) });
      const lines = [5, 1, 3, 2, 4].map(since);
      for (const line of lines) await putLine(line);
      const found = async (limit: number) =>
        (await sweep.unsettledLines(at(1), at(5), limit)).map(({ unsettledSince }) => unsettledSince);
      expect(await found(10)).toEqual([2, 3, 4].map(at));
      expect(await found(2)).toEqual([2, 3].map(at));
      const [, , third] = lines;
      if (!third) throw new Error('There are five.');
      const { unsettledSince: _since, ...rested } = third;
      await putLine(rested);
      expect(await found(10)).toEqual([2, 4].map(at));
    });

    test('names items for which lines wait, and those that have thresholds', async () => {
      const [waiting, resting, watched] = [1, 2, 3].map(() => `ITEM-${unique()}`);
      if (!waiting || !resting || !watched) throw new Error('There are three.');
      const line = { ...someLine({}, { itemId: waiting }), backordered: 3 };
      await putLine(line);
      await putLine({ ...line, lineId: '2' });
      await putLine(someLine({}, { itemId: resting }));
      const thresholds = { itemId: watched, thresholds: [], lastAtp: 0, sequence: 0, untold: [] };
      expect(await implementation.plans.writeThresholds({ thresholds, etag: null })).toBe('stored');
      const named = (await waitingItems()).filter((id) => [waiting, resting, watched].includes(id));
      expect(named.toSorted()).toEqual([waiting, watched].toSorted());
      await putLine({ ...line, backordered: 0 });
      await putLine({ ...line, lineId: '2', backordered: 0 });
      expect(await waitingItems()).not.toContain(waiting);
    });
  });

  test('orders and settled lines leave 400 days after they were written last; what is promised stays', async () => {
    const [early, changed] = [someOrder({ allOrNothing: true }), someOrder()];
    await orders.create(early);
    await orders.create(changed);
    const fields = { itemId: `ITEM-${unique()}` };
    const settled = someLine({}, { ...fields, ended: 'cancelled' });
    const resettled = someLine({}, { ...fields, ended: 'cancelled' });
    const picked: OrderLine = { ...heldLine(10), ...fields, unsettledSince: at(0) };
    for (const line of [settled, resettled, picked]) await putLine(line);
    const left = async () =>
      (await implementation.lines.readLinesOfItem(fields.itemId)).map(({ orderId }) => orderId);
    now += 200 * DAY_MS;
    await orders.replace(changed, await etagOf(changed));
    await putLine(resettled);
    now += 200 * DAY_MS - 60_000;
    expect(await orders.read('order', early.orderId)).toBeDefined();
    expect(await left()).toHaveLength(3);
    now += 120_000;
    expect(await orders.read('order', early.orderId)).toBeUndefined();
    expect(await orders.read('order', changed.orderId)).toBeDefined();
    expect((await sweep.dueOrders('', at(1), 100)).map(({ orderId }) => orderId)).not.toContain(
      early.orderId,
    );
    expect((await left()).toSorted()).toEqual([resettled.orderId, picked.orderId].toSorted());
    expect(await implementation.lines.readLines([settled])).toEqual([undefined]);
    expect(await orders.create(early)).toBe('created');
    now += 400 * DAY_MS;
    expect(await left()).toEqual([picked.orderId]);
  });

  test('stores that went away say so', async () => {
    const order = someOrder();
    await implementation.goAway();
    const asked = [
      orders.read('order', order.orderId),
      orders.create(order),
      orders.replace(order, '"1"'),
      sweep.unsettledLines('', at(0), 1),
      sweep.dueOrders('', at(0), 1),
      sweep.ordersAskedFor('', at(0), 1),
      waitingItems(),
    ];
    for (const each of await Promise.allSettled(asked))
      expect(each).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailable' } });
  });
});
