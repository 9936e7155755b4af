import { describe, expect, test } from 'vitest';
import type { OrderLineState, OrderState } from './oms-client.ts';
import { type DeskClock, openOrderDesk } from './order-desk.ts';
import type { PickTask } from './picking.ts';

const order = {
  orderId: 'A',
  lines: [
    { lineId: '1', itemId: '22086', quantity: 6, preferredWarehouses: ['WH-001'], allowBackorder: true },
  ],
};

const allocationId = 'A:1:1';

/** Order A with its one line of six pieces in this state. */
function state(over: Partial<OrderLineState>): OrderState {
  const none = { tentative: 0, releasing: 0, confirmed: 0, backordered: 0, fulfilled: 0, rejected: 0 };
  return {
    orderId: 'A',
    lines: [{ lineId: '1', itemId: '22086', quantity: 6, ...none, sources: [], ...over }],
  };
}

const source = (status: string, quantity: number, picked: number) => [
  { allocationId, warehouseId: 'WH-003', quantity, picked, status },
];

const HELD = state({ tentative: 6, sources: source('tentative', 6, 0) });
const CONFIRMED = state({ confirmed: 6, sources: source('confirmed', 6, 0) });
const FULFILLED = state({ fulfilled: 6, sources: source('fulfilled', 6, 6) });
const WAITS = state({ backordered: 6 });

/** Time that passes at once: whoever waits for the shortest is next. */
function hurriedClock(): DeskClock {
  let now = 0;
  const sleepers: { due: number; wake: () => void }[] = [];
  function next(): void {
    sleepers.sort((one, other) => one.due - other.due);
    const sleeper = sleepers.shift();
    now = Math.max(now, sleeper?.due ?? now);
    sleeper?.wake();
  }
  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ due: now + ms, wake });
        setImmediate(next);
      }),
  };
}

/** Plays the order with an API that answers these states in turn, the last one again and again. */
async function playOn(states: (OrderState | Error)[]) {
  const picks: PickTask[] = [];
  const desk = openOrderDesk({
    oms: {
      place: async () => {},
      state: async () => {
        const next = states.length > 1 ? states.shift() : states[0];
        if (next instanceof Error || next === undefined) throw next;
        return next;
      },
    },
    pick: async (task) => {
      picks.push(task);
      return task.quantity;
    },
    ...{ linesAtOnce: 1, signal: new AbortController().signal, clock: hurriedClock() },
  });
  await desk.take(order);
  await desk.finish();
  return { figures: desk.figures(), promises: desk.promises(), picks };
}

describe('the desk where orders are played', () => {
  test('waits for the answer, picks what was confirmed where it was confirmed, once, and waits until the cloud shows it', async () => {
    const { figures, picks, promises } = await playOn([HELD, CONFIRMED, CONFIRMED, FULFILLED]);
    expect(picks).toEqual([
      { orderId: 'A', allocationId, itemId: '22086', warehouseId: 'WH-003', quantity: 6, after: 0 },
    ]);
    expect(figures).toMatchObject({
      orders: 1,
      lines: 1,
      promised: 1,
      confirmed: 1,
      fulfilled: 1,
      unsettled: 0,
    });
    expect(promises).toEqual(new Map([[allocationId, { orderId: 'A', quantity: 6 }]]));
  });

  test('a backorder rests, and is picked when stock wakes it', async () => {
    const { figures, picks } = await playOn([WAITS, WAITS, HELD, CONFIRMED, FULFILLED]);
    expect(picks).toHaveLength(1);
    expect(figures).toMatchObject({ backordered: 0, fulfilled: 1 });
  });

  test('ends when its backorders do not wake any more', async () => {
    const { figures, picks } = await playOn([WAITS]);
    expect(picks).toEqual([]);
    expect(figures).toMatchObject({ promised: 0, backordered: 1, unsettled: 0 });
  });

  test('picks only what is left when the warehouse has cut a promise', async () => {
    const cut = state({ confirmed: 2, backordered: 4, sources: source('confirmed', 2, 0) });
    const after = state({ fulfilled: 2, backordered: 4, sources: source('fulfilled', 2, 2) });
    const { picks } = await playOn([HELD, cut, after]);
    expect(picks).toMatchObject([{ quantity: 2 }]);
  });

  test('orders that come while the cloud is away are taken in the order they came, without one waiting on all others', async () => {
    const placed: string[] = [];
    const desk = openOrderDesk({
      oms: {
        place: async ({ orderId }) => void placed.push(orderId),
        state: async (orderId) => ({ ...FULFILLED, orderId }),
      },
      pick: async ({ quantity }) => quantity,
      ...{ linesAtOnce: 100, signal: new AbortController().signal, clock: hurriedClock() },
    });
    const ids = Array.from({ length: 2_000 }, (_, index) => `A-${index}`);
    await Promise.all(ids.map((orderId) => desk.take({ ...order, orderId })));
    await desk.finish();
    expect(placed).toEqual(ids);
  });

  test('an order that fails for good ends the play', async () => {
    await expect(playOn([new Error('refused')])).rejects.toThrow('refused');
  });
});
