import { describe, expect, test } from 'vitest';
import type { WmsPosition } from './adapter-client.ts';
import { createPicking, type PickTask } from './picking.ts';
import type { WarehouseTransaction } from './transactions.ts';
import { DOCK } from './warehouse-layout.ts';

const task = (over: Partial<PickTask> = {}): PickTask => ({
  ...{ orderId: 'A', allocationId: 'A:1:1', itemId: '22086', warehouseId: 'WH-003', quantity: 6, after: 0 },
  ...over,
});

const position = (onHand: number, lotNumber: string | null = null, locationId = 'A-01-01'): WmsPosition => ({
  ...{ itemId: '22086', warehouseId: 'WH-003', locationId, lotNumber, onHand, version: 1 },
});

/** A warehouse where the item stands like this, before each look; the last state stays. */
function warehouse(...looks: WmsPosition[][]) {
  const picks: WarehouseTransaction[] = [];
  let looking = 0;
  const pick = createPicking({
    client: {
      positionsOf: async () => {
        looking += 1;
        expect(looking).toBe(1);
        const positions = (looks.length > 1 ? looks.shift() : looks[0]) ?? [];
        looking -= 1;
        return positions;
      },
    },
    post: async (batch) => {
      picks.push(...batch);
      return [];
    },
    signal: new AbortController().signal,
  });
  return { pick, picks };
}

describe('picking what a warehouse has confirmed', () => {
  test('takes the oldest lot first, and names the order and its allocation', async () => {
    const { pick, picks } = warehouse([position(9, 'LOT-2011-Q4'), position(2, 'LOT-2011-Q3')]);
    expect(await pick(task())).toBe(6);
    expect(picks).toMatchObject([
      { type: 'pick', orderId: 'A', allocationId: 'A:1:1', lotNumber: 'LOT-2011-Q3', quantity: 2 },
      { type: 'pick', orderId: 'A', allocationId: 'A:1:1', lotNumber: 'LOT-2011-Q4', quantity: 4 },
    ]);
    expect(picks.some(({ closesAllocation }) => closesAllocation)).toBe(false);
  });

  test('waits for goods that are being put away rather than taking them from the dock', async () => {
    const { pick, picks } = warehouse([position(6, null, DOCK)], [position(6)]);
    expect(await pick(task())).toBe(6);
    expect(picks).toMatchObject([{ locationId: 'A-01-01' }]);
  });

  test('gives back what is not there by a short close with the last pick', async () => {
    const { pick, picks } = warehouse([position(4), position(1, null, DOCK)]);
    expect(await pick(task())).toBe(5);
    expect(picks.map(({ closesAllocation = false }) => closesAllocation)).toEqual([false, true]);
  });

  test('picks nothing where there is nothing', async () => {
    const { pick, picks } = warehouse([]);
    expect(await pick(task())).toBe(0);
    expect(picks).toEqual([]);
  });

  test('lets the pickers of one item go one after the other, and no two picks share an id', async () => {
    const { pick, picks } = warehouse([position(100)]);
    await Promise.all([pick(task()), pick(task({ after: 6 })), pick(task({ allocationId: 'A:1:2' }))]);
    expect(new Set(picks.map(({ transactionId }) => transactionId)).size).toBe(3);
  });
});
