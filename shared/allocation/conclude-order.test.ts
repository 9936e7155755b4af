import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unique } from '../../test/doubles/fixtures.ts';
import { type AllocationWorld, startAllocation } from '../../test/parts/allocation.ts';
import { allocationOrderSchema } from '../contracts/allocation.ts';
import { settlePick } from '../domain/settlement.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { cancelOrder } from './cancel.ts';
import { concludeOrder } from './conclude-order.ts';
import { readOrder } from './order-state.ts';
import { placeOrder } from './place-order.ts';

let world: AllocationWorld;
beforeAll(async () => {
  world = await startAllocation();
});
afterAll(() => world.stop());

/** An order of which all or nothing is wanted, each line of an item of its own of which WH-001 has 10. */
async function placed(quantities: readonly number[]) {
  const orderId = `ORD-${unique()}`;
  const lines = await world.stockedLines(orderId, quantities);
  await placeOrder(
    { ...allocationOrderSchema.parse({ lines, allOrNothing: true }), orderId, bodyHash: 'body' },
    world.ports,
  );
  world.started.splice(0);
  for (const { lineId, itemId } of lines)
    world.started.push({
      name: 'allocateLine',
      instanceId: `${orderId}:${lineId}:1`,
      input: { orderId, lineId, itemId, run: 1 },
    });
  const asked = await world.run();
  for (const request of asked)
    if (request.kind === 'request')
      await world.decide(request, { status: 'confirmed', quantity: request.quantity, sequence: 1 });
  return { orderId, asked, itemIds: lines.map(({ itemId }) => itemId) };
}

function conclude(orderId: string) {
  return concludeOrder(orderId, world.ports);
}

describe('An order of which all or nothing is wanted', () => {
  test('is committed when every line is confirmed in full, and reads confirmed from then on', async () => {
    const { orderId } = await placed([4, 10]);
    expect(await readOrder(orderId, world.ports)).toMatchObject({ status: 'tentative' });
    expect(await conclude(orderId)).toBe('committed');
    expect(await conclude(orderId)).toBe('committed');
    expect(await readOrder(orderId, world.ports)).toMatchObject({ status: 'confirmed' });
  });

  test('is pending while a line has not been answered', async () => {
    const { orderId } = await placed([4]);
    const more = `ORD-${unique()}`;
    const itemId = `ITEM-${more}-1`;
    await world.putStock({ itemId, warehouseId: 'WH-001', onHand: 10 });
    const lines = [{ lineId: '1', itemId, quantity: 4 }];
    const request = { ...allocationOrderSchema.parse({ lines, allOrNothing: true }), orderId: more };
    await placeOrder({ ...request, bodyHash: 'body' }, world.ports);
    expect(await conclude(more)).toBe('pending');
    world.started.splice(0);
    world.started.push({
      name: 'allocateLine',
      instanceId: `${more}:1:1`,
      input: { orderId: more, lineId: '1', itemId, run: 1 },
    });
    const asked = await world.run();
    expect(await conclude(more)).toBe('pending');
    for (const one of asked) await world.decide(one, { status: 'confirmed', quantity: 4, sequence: 1 });
    expect(await conclude(more)).toBe('committed');
    expect(await conclude(orderId)).toBe('committed');
  });

  test('is released, all of it, when one line falls short', async () => {
    const { orderId, itemIds, asked } = await placed([4, 11]);
    expect(asked).toHaveLength(1);
    expect(await conclude(orderId)).toBe('aborted');
    expect(world.started.map(({ instanceId }) => instanceId)).toEqual([`${orderId}:1:release`]);
    const [release] = await world.run();
    if (!release) throw new Error('Nothing was asked.');
    expect(release.kind).toBe('release');
    await world.decide(release, { status: 'released', quantity: 0, sequence: 2 });
    expect(await readOrder(orderId, world.ports)).toMatchObject({
      status: 'rejected',
      lines: [{ rejected: 4 }, { rejected: 11 }],
    });
    expect(await world.figures(itemIds[0] ?? '')).toEqual({ tentative: 0, confirmed: 0, atp: 10 });
  });

  test('whose release was cut off is finished by doing it again', async () => {
    const { orderId } = await placed([4, 11]);
    const updateLine = async () => {
      throw new StoreUnavailable('away');
    };
    await expect(concludeOrder(orderId, { ...world.ports, updateLine })).rejects.toThrow('away');
    expect(await conclude(orderId)).toBe('aborted');
    expect(world.started.splice(0).map(({ instanceId }) => instanceId)).toEqual([`${orderId}:1:release`]);
  });

  test('whose release was cut off, and whose orchestration is gone, is found by the sweep until all of it is released', async () => {
    const { orderId } = await placed([4, 11]);
    const updateLine = async () => {
      throw new StoreUnavailable('away');
    };
    await expect(concludeOrder(orderId, { ...world.ports, updateLine })).rejects.toThrow('away');
    expect(await world.due()).toContain(orderId);
    expect(await conclude(orderId)).toBe('aborted');
    expect(await world.due()).not.toContain(orderId);
  });

  test('that is committed is not looked for any more', async () => {
    const { orderId } = await placed([4]);
    expect(await world.due()).toContain(orderId);
    expect(await conclude(orderId)).toBe('committed');
    expect(await world.due()).not.toContain(orderId);
  });

  test('a line of which is lost when the others are released is not placed anew', async () => {
    const { orderId, itemIds } = await placed([4, 11]);
    expect(await conclude(orderId)).toBe('aborted');
    const [itemId = ''] = itemIds;
    await world.deleteLine({ kind: 'order-line', orderId, lineId: '1', itemId });
    world.started.splice(0);
    world.started.push({
      name: 'allocateLine',
      instanceId: `${orderId}:1:1`,
      input: { orderId, lineId: '1', itemId, run: 1 },
    });
    expect(await world.run()).toEqual([]);
  });

  test('that was taken back is not committed, though all of it was confirmed', async () => {
    const { orderId } = await placed([4]);
    await cancelOrder(orderId, world.ports);
    expect(await conclude(orderId)).toBe('aborted');
    expect(await readOrder(orderId, world.ports)).toMatchObject({ status: 'releasing' });
  });

  test('is committed though more of a line was picked than ordered, as after a restore of the WMS', async () => {
    const { orderId, itemIds, asked } = await placed([4]);
    const [{ allocationId } = { allocationId: '' }] = asked;
    await world.ports.updateLine({
      key: { kind: 'order-line', orderId, lineId: '1', itemId: itemIds[0] ?? '' },
      change: (line) => line && settlePick(line, allocationId, 6, line.orderedAt),
    });
    expect(await conclude(orderId)).toBe('committed');
  });

  test('a line of which has lost its document has it placed anew', async () => {
    const { orderId, itemIds } = await placed([4, 10]);
    const itemId = itemIds[1] ?? '';
    await world.deleteLine({ kind: 'order-line', orderId, lineId: '2', itemId });
    expect(await conclude(orderId)).toBe('pending');
    expect(world.started.map(({ instanceId }) => instanceId)).toEqual([`${orderId}:2:1`]);
    await world.putStock({ itemId, warehouseId: 'WH-002', onHand: 10 });
    for (const request of await world.run())
      await world.decide(request, { status: 'confirmed', quantity: 10, sequence: 1 });
    expect(await conclude(orderId)).toBe('committed');
  });
});
