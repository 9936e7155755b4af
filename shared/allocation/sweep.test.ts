import { beforeEach, describe, expect, test } from 'vitest';
import { type VirtualRuntime, virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import { at, heldLine, someAllocation, TEN_OCLOCK } from '../domain/example-lines.ts';
import type { OrderLine } from '../domain/order-line.ts';
import { endLine } from '../domain/settlement.ts';
import type { DueOrder } from '../ports/allocation-sweep.ts';
import type { Orchestrations } from '../ports/orchestrations.ts';
import type { Order } from '../ports/order-store.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { allocationSweep, type Sweep } from './sweep.ts';

let unsettled: OrderLine[];
let due: DueOrder[];
let askedFor: Order[];
let touched: string[];
let runtime: VirtualRuntime;
let waiting: string[][];
let started: string[];
let told: (readonly string[])[];
let sweep: Sweep;
let storeAway: boolean;

function someOrder(orderId: string, createdAt: string): Order {
  const line = { itemId: 'ITEM-1', quantity: 1, priority: 0, allowSplit: true, allowBackorder: true };
  const lines = ['1', '2'].map((lineId) => ({ ...line, lineId }));
  return { kind: 'order', orderId, bodyHash: 'body', createdAt, lines, allOrNothing: false };
}

const orchestrations: Orchestrations = {
  start: async ({ instanceId }) => void started.push(instanceId),
  raise: async () => {},
};

beforeEach(() => {
  [unsettled, due, askedFor, touched, waiting, started, told] = [[], [], [], [], [], [], []];
  storeAway = false;
  runtime = virtualRuntime({ start: TEN_OCLOCK + 3_600_000 });
  sweep = allocationSweep({
    sweep: {
      unsettledLines: async (after, before, limit) =>
        unsettled
          .filter(({ unsettledSince = '' }) => unsettledSince > after && unsettledSince < before)
          .slice(0, limit),
      dueOrders: async (after, before, limit) =>
        due.filter(({ dueAt }) => dueAt > after && dueAt < before).slice(0, limit),
      ordersAskedFor: async (after, before, limit) =>
        askedFor.filter(({ createdAt }) => createdAt > after && createdAt < before).slice(0, limit),
      async *waitingItems() {
        yield* waiting;
      },
    },
    stockChanges: { tell: async (itemIds) => void told.push(itemIds) },
    store: {
      readLines: async (keys) => {
        if (storeAway) throw new StoreUnavailable('away');
        return keys.map(({ orderId, lineId }) =>
          touched.includes(`${orderId}:${lineId}`) ? { line: heldLine(1), etag: '"1"' } : undefined,
        );
      },
    },
    runtime,
  });
});

describe('The sweep', () => {
  test('starts the runs whose warehouses have not answered, and the newest, which places what is open', async () => {
    const line = heldLine(10);
    const later = {
      ...line,
      runs: 3,
      allocations: [...line.allocations, someAllocation(line, 2, { run: 2 })],
    };
    unsettled = [later];
    expect(await sweep(orchestrations)).toMatchObject({ driven: 1 });
    const { orderId } = line;
    expect(started).toEqual([`${orderId}:1:3`, `${orderId}:1:1`, `${orderId}:1:2`]);
  });

  test('starts the release of a line that was cancelled', async () => {
    const line = endLine(heldLine(10), 'cancelled', at());
    unsettled = [line];
    await sweep(orchestrations);
    expect(started).toEqual([`${line.orderId}:1:release`]);
  });

  test('leaves alone what has not had its time to settle', async () => {
    unsettled = [{ ...heldLine(10), unsettledSince: at(3_600_000 - 59_000) }];
    expect(await sweep(orchestrations)).toMatchObject({ driven: 0 });
  });

  test('reaches every line, however many wait for a warehouse that is down', async () => {
    unsettled = Array.from({ length: 1_200 }, (_, index) => ({ ...heldLine(1), unsettledSince: at(index) }));
    expect(await sweep(orchestrations)).toMatchObject({ driven: 1_200 });
    expect(new Set(started).size).toBe(1_200);
  });

  test('reaches every line, however many have waited since the same instant as those of a page', async () => {
    unsettled = Array.from({ length: 1_200 }, (_, index) => ({
      ...heldLine(1),
      unsettledSince: at(Math.floor(index / 40)),
    }));
    expect(await sweep(orchestrations)).toMatchObject({ driven: 1_200 });
    expect(new Set(started).size).toBe(1_200);
  });

  test('goes on behind lines of one instant that fill a page', async () => {
    const one = Array.from({ length: 500 }, () => ({ ...heldLine(1), unsettledSince: at() }));
    unsettled = [...one, { ...heldLine(1), unsettledSince: at(1) }];
    expect(await sweep(orchestrations)).toMatchObject({ driven: 501 });
  });

  test('reaches every cart that is over, however many orders wait for a warehouse that is down', async () => {
    const orders = Array.from({ length: 1_200 }, (_, index) => ({
      ...{ kind: 'order' as const, orderId: `ORDER-${index}` },
      dueAt: at(Math.floor(index / 40)),
    }));
    due = [...orders, { kind: 'hold', orderId: 'CART-1', dueAt: at(60_000) }];
    expect(await sweep(orchestrations)).toMatchObject({ due: 1_201 });
    expect(started).toContain('CART-1:hold');
  });

  test('starts orders of all or nothing that have no outcome, and the end of carts that are over', async () => {
    due = [
      { kind: 'order', orderId: 'ORDER-1', dueAt: at() },
      { kind: 'hold', orderId: 'CART-1', dueAt: at(1) },
    ];
    expect(await sweep(orchestrations)).toMatchObject({ due: 2 });
    expect(started).toEqual(['ORDER-1:order', 'CART-1:hold']);
  });

  test('begins an order of which nobody has begun a line, once its call has had its time', async () => {
    askedFor = [someOrder('ORDER-1', at(3_540_001))];
    expect(await sweep(orchestrations)).toMatchObject({ begun: 0 });
    runtime.advance(1);
    expect(await sweep(orchestrations)).toMatchObject({ begun: 0 });
    runtime.advance(1);
    expect(await sweep(orchestrations)).toMatchObject({ begun: 2 });
    expect(started).toEqual(['ORDER-1:1:1', 'ORDER-1:2:1']);
    expect(await sweep(orchestrations)).toMatchObject({ begun: 0 });
  });

  test('begins lines that have left no trace, and leaves the others, carts and all or nothing alone', async () => {
    askedFor = [
      someOrder('ORDER-1', at(1)),
      { ...someOrder('ORDER-2', at(2)), allOrNothing: true },
      { ...someOrder('ORDER-3', at(3)), fromHoldId: 'CART-1' },
      { ...someOrder('ORDER-4', at(4)), cancelledAt: at(5) },
    ];
    touched = ['ORDER-1:1'];
    expect(await sweep(orchestrations)).toMatchObject({ begun: 1 });
    expect(started).toEqual(['ORDER-1:2:1']);
  });

  test('looks again at orders of which the store, or the host, did not answer, and keeps nobody who waits from being told', async () => {
    askedFor = [someOrder('ORDER-1', at(1))];
    storeAway = true;
    waiting = [['A']];
    await expect(sweep(orchestrations)).rejects.toThrow('away');
    expect(told).toEqual([['A']]);
    storeAway = false;
    expect(await sweep(orchestrations)).toMatchObject({ begun: 2 });
  });

  test('looks at every new order once, however many there are, and at those of the last hour at first', async () => {
    const count = 1_200;
    askedFor = Array.from({ length: count }, (_, index) =>
      someOrder(`ORDER-${index}`, at(Math.floor(index / 40))),
    );
    askedFor.unshift(someOrder('ORDER-OLD', at(-60_001)));
    expect(await sweep(orchestrations)).toMatchObject({ begun: 2 * count });
    expect(await sweep(orchestrations)).toMatchObject({ begun: 0 });
    askedFor.push(someOrder('ORDER-NEW', at(3_600_000)));
    runtime.advance(61_000);
    expect(await sweep(orchestrations)).toMatchObject({ begun: 2 });
    expect(new Set(started).size).toBe(2 * count + 2);
  });

  test('tells of every item for which somebody waits', async () => {
    waiting = [['A', 'B'], ['C']];
    expect(await sweep(orchestrations)).toMatchObject({ waitingItems: 3 });
    expect(told).toEqual([['A', 'B'], ['C']]);
  });
});
