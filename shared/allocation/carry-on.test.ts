import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unique } from '../../test/doubles/fixtures.ts';
import { type AllocationWorld, startAllocation } from '../../test/parts/allocation.ts';
import { allocationOrderSchema } from '../contracts/allocation.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { cancelOrder } from './cancel.ts';
import { carryOn, linesToAllocate } from './carry-on.ts';
import { readOrder } from './order-state.ts';
import { placeOrder } from './place-order.ts';

let world: AllocationWorld;
beforeAll(async () => {
  world = await startAllocation();
});
afterAll(() => world.stop());

/** An order over pieces of an item each of which WH-001 has 10; of all or nothing, unless its lines are confirmed. */
async function ordered(quantities: readonly number[], allOrNothing: boolean) {
  const orderId = `ORD-${unique()}`;
  const lines = await world.stockedLines(orderId, quantities);
  world.started.splice(0);
  const request = { ...allocationOrderSchema.parse({ lines, allOrNothing }), orderId, bodyHash: 'body' };
  await placeOrder(request, world.ports);
  return orderId;
}

async function confirmAll(): Promise<void> {
  for (const asked of await world.run())
    await world.decide(asked, { status: 'confirmed', quantity: 4, sequence: 1 });
}

const CUT_OFF = async () => {
  throw new StoreUnavailable('the process is gone');
};

async function stored(orderId: string) {
  const found = await world.ports.orders.read('order', orderId);
  return found?.order ?? expect.fail(`no order ${orderId}`);
}

describe('An order whose cancelling was cut off', () => {
  test('is looked for until its lines are released, though nobody repeats the call', async () => {
    const orderId = await ordered([4, 4], false);
    await confirmAll();
    await expect(cancelOrder(orderId, { ...world.ports, updateLine: CUT_OFF })).rejects.toThrow('gone');
    expect(await readOrder(orderId, world.ports)).toMatchObject({ status: 'confirmed' });
    expect(await world.due()).toContain(orderId);
    expect(linesToAllocate(await stored(orderId))).toEqual([]);
    expect(await carryOn(orderId, world.ports)).toBe('done');
    expect(await readOrder(orderId, world.ports)).toMatchObject({ status: 'releasing' });
    expect(world.started.map(({ instanceId }) => instanceId)).toEqual(
      [1, 2].map((line) => `${orderId}:${line}:release`),
    );
    expect(await world.due()).not.toContain(orderId);
  });

  test('is released though it is one of all or nothing, which has no outcome yet', async () => {
    const orderId = await ordered([4], true);
    await expect(cancelOrder(orderId, { ...world.ports, updateLine: CUT_OFF })).rejects.toThrow('gone');
    expect(linesToAllocate(await stored(orderId))).toEqual([]);
    expect(await carryOn(orderId, world.ports)).toBe('done');
    expect(await readOrder(orderId, world.ports)).toMatchObject({ status: 'released' });
    expect(await world.due()).not.toContain(orderId);
  });

  test('has the time at which it was taken back, however often that is done', async () => {
    const orderId = await ordered([4], false);
    await cancelOrder(orderId, world.ports);
    const once = await stored(orderId);
    await carryOn(orderId, world.ports);
    await cancelOrder(orderId, world.ports);
    expect(await stored(orderId)).toEqual(once);
    expect(once.unfinishedSince).toBeUndefined();
  });
});

describe('An order of all or nothing', () => {
  test('waits for its lines, and is looked for meanwhile', async () => {
    const orderId = await ordered([4], true);
    expect(linesToAllocate(await stored(orderId))).toHaveLength(1);
    expect(await carryOn(orderId, world.ports)).toBe('pending');
    expect(await world.due()).toContain(orderId);
  });
});

test('An order that another process has just stored, and that is not seen here yet, is tried again', async () => {
  await expect(carryOn('ORD-unseen', world.ports)).rejects.toThrow('not stored');
});
