import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { unique } from '../../test/doubles/fixtures.ts';
import { type AllocationWorld, startAllocation } from '../../test/parts/allocation.ts';
import { holdSchema, holdStateSchema, orderAllocationSchema } from '../contracts/allocation.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import type { AllocationPorts } from './allocation-ports.ts';
import { cancelOrder } from './cancel.ts';
import { orderHold } from './hold-order.ts';
import { expireHold, extendHold, keepHold, readHold, releaseHold } from './holds.ts';
import { readOrder } from './order-state.ts';
import { linePlacer } from './place-lines.ts';
import { placeOrder } from './place-order.ts';
import { lineUpdater } from './update-lines.ts';

let world: AllocationWorld;
beforeAll(async () => {
  world = await startAllocation();
});
afterAll(() => world.stop());
beforeEach(() => {
  world.started.splice(0);
  world.told.splice(0);
});

const SECONDS = 600;

/** A cart over pieces of items of which WH-001 has 100 each, and of which nobody else asks. */
async function someCart(quantities: readonly number[]) {
  const number = unique();
  const lines = quantities.map((quantity, index) => ({
    lineId: String(index + 1),
    itemId: `ITEM-${number}-${index + 1}`,
    quantity,
  }));
  for (const { itemId } of lines) await world.putStock({ itemId, warehouseId: 'WH-001', onHand: 100 });
  const body = holdSchema.parse({ lines, expiresInSeconds: SECONDS });
  return { ...body, holdId: `CART-${number}`, orderId: `ORD-${number}`, bodyHash: 'the cart' };
}

type Cart = Awaited<ReturnType<typeof someCart>>;

async function held(quantities: readonly number[]): Promise<Cart> {
  const cart = await someCart(quantities);
  await keepHold(cart, world.ports);
  world.started.splice(0);
  return cart;
}

async function stateOf({ holdId }: Cart) {
  return holdStateSchema.parse(await readHold(holdId, world.ports));
}

async function orderOf({ orderId }: Cart) {
  return orderAllocationSchema.parse(await readOrder(orderId, world.ports));
}

/** ATP of each line's item. */
function free({ lines }: Cart): Promise<number[]> {
  return Promise.all(lines.map(async ({ itemId }) => (await world.figures(itemId)).atp));
}

/** The ports, of which the `nth` call that changes something fails: before its effect, or after it. */
function crashing(
  nth: number,
  when: 'before' | 'after',
): AllocationPorts & { readonly crashed: () => boolean } {
  let calls = 0;
  const breaking =
    <Arguments extends unknown[], Result>(call: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      calls += 1;
      const isIt = calls === nth;
      if (isIt && when === 'before') throw new StoreUnavailable('crashed');
      const result = await call(...given);
      if (isIt) throw new StoreUnavailable('crashed');
      return result;
    };
  const { orders, orchestrations, ...rest } = world.ports;
  const store = { ...rest.store, commit: breaking(rest.store.commit) };
  return {
    ...rest,
    orders: { ...orders, create: breaking(orders.create), replace: breaking(orders.replace) },
    store,
    placeLine: linePlacer({ ...rest, store }),
    updateLine: lineUpdater({ ...rest, store }),
    orchestrations: { ...orchestrations, start: breaking(orchestrations.start) },
    crashed: () => calls >= nth,
  };
}

describe('A hold', () => {
  test('keeps stock for a cart without asking a warehouse, and is ended by an orchestration', async () => {
    const cart = await someCart([5, 120]);
    expect(await keepHold(cart, world.ports)).toMatchObject({
      status: 'created',
      state: {
        status: 'partly-held',
        expiresAt: new Date(world.runtime.now() + SECONDS * 1000).toISOString(),
        lines: [
          { quantity: 5, held: 5, sources: [{ warehouseId: 'WH-001', quantity: 5, status: 'tentative' }] },
          { quantity: 120, held: 100 },
        ],
      },
    });
    expect(await free(cart)).toEqual([95, 0]);
    expect(world.started).toEqual([
      { name: 'expireHold', instanceId: `${cart.holdId}:hold`, input: { holdId: cart.holdId } },
    ]);
  });

  test('asked for again while it lives is the same hold; another body is refused', async () => {
    const cart = await held([5]);
    expect(await keepHold(cart, world.ports)).toMatchObject({ status: 'kept', state: { status: 'held' } });
    expect(await free(cart)).toEqual([95]);
    expect(await keepHold({ ...cart, bodyHash: 'another' }, world.ports)).toEqual({ status: 'other-body' });
  });

  test('that a crash left half done is finished by asking again', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let nth = 1, crashed = true; crashed; nth += 1) {
        const cart = await someCart([5, 6]);
        const ports = crashing(nth, when);
        const first = await keepHold(cart, ports).catch((error: Error) => error.message);
        crashed = ports.crashed();
        if (crashed) expect(first).toBe('crashed');
        await keepHold(cart, world.ports);
        expect(await stateOf(cart)).toMatchObject({ status: 'held' });
        expect(await free(cart)).toEqual([95, 94]);
      }
    }
  });

  test('gives its stock back once when it is released, and cannot be used any more', async () => {
    const cart = await held([5]);
    expect(await releaseHold(cart.holdId, world.ports)).toMatchObject({ state: { status: 'released' } });
    await releaseHold(cart.holdId, world.ports);
    expect(await free(cart)).toEqual([100]);
    // Asked again, it is told again: the first time may not have gone out.
    expect(new Set(world.told)).toEqual(new Set([cart.lines[0]?.itemId]));
    expect((await keepHold(cart, world.ports)).status).toBe('ended');
    expect((await orderHold(cart.holdId, cart.orderId, world.ports))?.status).toBe('ended');
    expect((await extendHold(cart.holdId, 60, world.ports))?.status).toBe('ended');
    expect(await readOrder(cart.orderId, world.ports)).toBeUndefined();
  });

  test('expires by itself when its time is over, not before', async () => {
    const cart = await held([5]);
    const expiresAt = world.runtime.now() + SECONDS * 1000;
    world.runtime.advance(SECONDS * 1000 - 1);
    expect(await expireHold(cart.holdId, world.ports)).toBe(expiresAt);
    expect(await free(cart)).toEqual([95]);
    world.runtime.advance(1);
    expect((await orderHold(cart.holdId, cart.orderId, world.ports))?.status).toBe('ended');
    expect(await expireHold(cart.holdId, world.ports)).toBeUndefined();
    expect(await stateOf(cart)).toMatchObject({ status: 'expired', lines: [{ held: 0 }] });
    expect(await free(cart)).toEqual([100]);
    expect(await releaseHold(cart.holdId, world.ports)).toMatchObject({ state: { status: 'expired' } });
  });

  test('whose end was marked and no more is ended by the next try', async () => {
    const cart = await held([5]);
    world.runtime.advance(SECONDS * 1000);
    const away = { ...world.ports, updateLine: () => Promise.reject(new StoreUnavailable('away')) };
    await expect(expireHold(cart.holdId, away)).rejects.toThrow('away');
    expect(await expireHold(cart.holdId, world.ports)).toBeUndefined();
    expect(await free(cart)).toEqual([100]);
  });

  test('is kept from now on by an extension, never for less than it has left', async () => {
    const cart = await held([5]);
    world.runtime.advance(500_000);
    const wanted = world.runtime.now() + 300_000;
    await extendHold(cart.holdId, 300, world.ports);
    await extendHold(cart.holdId, 1, world.ports);
    expect((await stateOf(cart)).expiresAt).toBe(new Date(wanted).toISOString());
    world.runtime.advance(200_000);
    expect(await expireHold(cart.holdId, world.ports)).toBe(wanted);
  });

  test('that is extended and expires at the same moment does one of both', async () => {
    const cart = await held([5]);
    const extending = extendHold(cart.holdId, 3600, world.ports);
    // Both read the same state; the clock of the one that expires it is ahead.
    const ahead = { ...world.runtime, now: () => world.runtime.now() + SECONDS * 1000 };
    const [extended, wait] = await Promise.all([
      extending,
      expireHold(cart.holdId, { ...world.ports, runtime: ahead }),
    ]);
    const isExtended = extended?.status === 'kept';
    expect(wait !== undefined).toBe(isExtended);
    expect(await free(cart)).toEqual([isExtended ? 95 : 100]);
  });

  test('released while it is still being placed ends up holding nothing', async () => {
    const cart = await someCart([5]);
    const ports: AllocationPorts = {
      ...world.ports,
      placeLine: async (task) => {
        await releaseHold(cart.holdId, world.ports);
        return world.ports.placeLine(task);
      },
    };
    await keepHold(cart, ports);
    expect(await free(cart)).toEqual([100]);
    expect(await stateOf(cart)).toMatchObject({ status: 'released', lines: [{ held: 0 }] });
  });

  test('that nobody asked for is not known', async () => {
    expect(await readHold('CART-unknown', world.ports)).toBeUndefined();
    expect(await releaseHold('CART-unknown', world.ports)).toBeUndefined();
    expect(await extendHold('CART-unknown', 60, world.ports)).toBeUndefined();
    expect(await orderHold('CART-unknown', 'ORD-1', world.ports)).toBeUndefined();
    expect(await expireHold('CART-unknown', world.ports)).toBeUndefined();
  });
});

describe('A cart that becomes an order', () => {
  test('keeps what it holds, under the numbers of the order; the totals of the stock stay', async () => {
    const cart = await held([5, 120]);
    const before = await free(cart);
    expect(await orderHold(cart.holdId, cart.orderId, world.ports)).toMatchObject({ status: 'ordered' });
    expect(await free(cart)).toEqual(before);
    expect(world.told).toEqual([]);
    expect(await orderOf(cart)).toMatchObject({
      status: 'tentative',
      lines: [
        { tentative: 5, sources: [{ allocationId: `${cart.orderId}:1:1`, quantity: 5 }] },
        // What the cart could not get is still to be placed.
        { tentative: 120, sources: [{ allocationId: `${cart.orderId}:2:1`, quantity: 100 }] },
      ],
    });
    expect(await stateOf(cart)).toMatchObject({
      status: 'ordered',
      orderId: cart.orderId,
      lines: [{ held: 0 }, { held: 0 }],
    });
    const asks = await world.run();
    expect(asks.map(({ allocationId }) => allocationId).sort()).toEqual([
      `${cart.orderId}:1:1`,
      `${cart.orderId}:2:1`,
    ]);
    expect((await orderOf(cart)).lines[1]).toMatchObject({ tentative: 100, backordered: 20 });
  });

  test('asked for again is the same order, and any other order of it is refused', async () => {
    const cart = await held([5]);
    await orderHold(cart.holdId, cart.orderId, world.ports);
    const asks = await world.run();
    expect(asks).toHaveLength(1);
    for (const asked of asks) await world.decide(asked, { status: 'confirmed', quantity: 5, sequence: 1 });
    expect(await orderHold(cart.holdId, cart.orderId, world.ports)).toMatchObject({
      status: 'ordered',
      order: { status: 'confirmed' },
    });
    expect(world.started).toEqual([]);
    expect(await orderHold(cart.holdId, 'ORD-other', world.ports)).toMatchObject({
      status: 'ended',
      state: { status: 'ordered', orderId: cart.orderId },
    });
    expect((await releaseHold(cart.holdId, world.ports))?.status).toBe('ended');
    world.runtime.advance(SECONDS * 1000);
    expect(await expireHold(cart.holdId, world.ports)).toBeUndefined();
    expect(await world.figures(cart.lines[0]?.itemId ?? '')).toEqual({ tentative: 0, confirmed: 5, atp: 95 });
  });

  test('is finished by asking again wherever a crash cut it off, and no piece is counted twice meanwhile', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let nth = 1, crashed = true; crashed; nth += 1) {
        const cart = await held([5, 6]);
        const ports = crashing(nth, when);
        const first = await orderHold(cart.holdId, cart.orderId, ports).catch(
          (error: Error) => error.message,
        );
        crashed = ports.crashed();
        if (crashed) expect(first).toBe('crashed');
        expect(await free(cart)).toEqual([95, 94]);
        await orderHold(cart.holdId, cart.orderId, world.ports);
        expect(await stateOf(cart)).toMatchObject({ status: 'ordered', lines: [{ held: 0 }, { held: 0 }] });
        expect((await orderOf(cart)).lines.map(({ tentative }) => tentative)).toEqual([5, 6]);
        expect(await free(cart)).toEqual([95, 94]);
      }
    }
  });

  test('is finished when its time is over, if nobody asks again', async () => {
    const cart = await held([5]);
    await expect(orderHold(cart.holdId, cart.orderId, crashing(3, 'before'))).rejects.toThrow('crashed');
    expect(await expireHold(cart.holdId, world.ports)).toEqual(expect.any(Number));
    world.runtime.advance(SECONDS * 1000);
    expect(await expireHold(cart.holdId, world.ports)).toBeUndefined();
    expect(await orderOf(cart)).toMatchObject({ lines: [{ tentative: 5, sources: [{ quantity: 5 }] }] });
    expect(world.started).toMatchObject([{ instanceId: `${cart.orderId}:1:1` }]);
    expect(await free(cart)).toEqual([95]);
  });

  test('half way and cancelled as an order gives everything back', async () => {
    const cart = await held([5, 6]);
    await expect(orderHold(cart.holdId, cart.orderId, crashing(3, 'before'))).rejects.toThrow('crashed');
    await cancelOrder(cart.orderId, world.ports);
    for (const asked of await world.run())
      await world.decide(asked, { status: 'released', quantity: 0, sequence: 1 });
    expect(await orderOf(cart)).toMatchObject({ status: 'released' });
    expect(await free(cart)).toEqual([100, 100]);
  });

  test('does not take the id of an order that is there, and goes on being a cart', async () => {
    const cart = await held([5]);
    const order = { ...cart, allOrNothing: false, bodyHash: 'an order of its own' };
    await placeOrder(order, world.ports);
    expect(await orderHold(cart.holdId, cart.orderId, world.ports)).toEqual({ status: 'order-exists' });
    expect(await stateOf(cart)).toMatchObject({ status: 'held', lines: [{ held: 5 }] });
    expect(await orderHold(cart.holdId, `${cart.orderId}-b`, world.ports)).toMatchObject({
      status: 'ordered',
    });
  });

  test('of more lines of one item than fit one batch moves all of them', async () => {
    const itemId = `ITEM-${unique()}`;
    await world.putStock({ itemId, warehouseId: 'WH-001', onHand: 100 });
    const lines = Array.from({ length: 50 }, (_, index) => ({ lineId: String(index), itemId, quantity: 1 }));
    const body = holdSchema.parse({ lines, expiresInSeconds: SECONDS });
    const cart = { ...body, holdId: `CART-${itemId}`, orderId: `ORD-${itemId}`, bodyHash: 'many' };
    await keepHold(cart, world.ports);
    await orderHold(cart.holdId, cart.orderId, world.ports);
    expect((await orderOf(cart)).lines.every(({ sources }) => sources.length === 1)).toBe(true);
    expect(await world.figures(itemId)).toEqual({ tentative: 50, confirmed: 0, atp: 50 });
  });
});
