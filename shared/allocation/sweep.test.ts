import { beforeEach, describe, expect, test } from 'vitest';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import { at, heldLine, someAllocation, TEN_OCLOCK } from '../domain/example-lines.ts';
import type { OrderLine } from '../domain/order-line.ts';
import { endLine } from '../domain/settlement.ts';
import type { DueOrder } from '../ports/allocation-sweep.ts';
import type { Orchestrations } from '../ports/orchestrations.ts';
import { allocationSweep, type Sweep } from './sweep.ts';

let unsettled: OrderLine[];
let due: DueOrder[];
let waiting: string[][];
let started: string[];
let told: (readonly string[])[];
let sweep: Sweep;

const orchestrations: Orchestrations = {
  start: async ({ instanceId }) => void started.push(instanceId),
  raise: async () => {},
};

beforeEach(() => {
  [unsettled, due, waiting, started, told] = [[], [], [], [], []];
  sweep = allocationSweep({
    sweep: {
      unsettledLines: async (after, before, limit) =>
        unsettled
          .filter(({ unsettledSince = '' }) => unsettledSince > after && unsettledSince < before)
          .slice(0, limit),
      dueOrders: async (after, before, limit) =>
        due.filter(({ dueAt }) => dueAt > after && dueAt < before).slice(0, limit),
      async *waitingItems() {
        yield* waiting;
      },
    },
    stockChanges: { tell: async (itemIds) => void told.push(itemIds) },
    runtime: virtualRuntime({ start: TEN_OCLOCK + 3_600_000 }),
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

  test('tells of every item for which somebody waits', async () => {
    waiting = [['A', 'B'], ['C']];
    expect(await sweep(orchestrations)).toMatchObject({ waitingItems: 3 });
    expect(told).toEqual([['A', 'B'], ['C']]);
  });
});
