import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openLanes } from './lanes.ts';
import type { WarehouseTransaction } from './transactions.ts';

function transaction(itemId: string, sequence: number): WarehouseTransaction {
  return {
    ...{
      transactionId: `${itemId}-${sequence}`,
      type: 'pick',
      itemId,
      warehouseId: 'WH-001',
      locationId: 'A-01-01',
    },
    ...{
      quantity: 1,
      scannedAt: '2011-12-05T08:00:00.000Z',
      sequence,
      scannerId: 'SCANNER-01',
      userId: 'user',
    },
  };
}

describe('the lanes of a replay', () => {
  test('answer everything, keep the order of each item, and send at most 500 in a call', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 2_000 }), async (items) => {
        const arrived: WarehouseTransaction[] = [];
        const lanes = openLanes(3, async (call) => {
          expect(call.length).toBeLessThanOrEqual(500);
          await new Promise(setImmediate);
          arrived.push(...call);
        });
        const sent = items.map(transaction);
        for (const one of sent) await lanes.send(one);
        await lanes.finish();
        for (const item of ['a', 'b', 'c', 'd']) {
          const of = (list: WarehouseTransaction[]) => list.filter(({ itemId }) => itemId === item);
          expect(of(arrived)).toEqual(of(sent));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('let the first transaction go at once and collect what comes while it is under way', async () => {
    const calls: number[] = [];
    let answer = () => {};
    const lanes = openLanes(1, (call) => {
      calls.push(call.length);
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    for (let sequence = 0; sequence < 4; sequence += 1) await lanes.send(transaction('a', sequence));
    expect(calls).toEqual([1]);
    answer();
    await new Promise(setImmediate);
    expect(calls).toEqual([1, 3]);
    answer();
    await lanes.finish();
  });

  test('hold the sender back when a full call waits, so that memory is bounded', async () => {
    let answer = () => {};
    const lanes = openLanes(1, () => {
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    for (let sequence = 0; sequence < 501; sequence += 1) await lanes.send(transaction('a', sequence));
    let accepted = false;
    const held = lanes.send(transaction('a', 501)).then(() => {
      accepted = true;
    });
    await new Promise(setImmediate);
    expect(accepted).toBe(false);
    answer();
    await held;
    expect(accepted).toBe(true);
  });

  test('tell the sender of a call that failed for good', async () => {
    const lanes = openLanes(1, () => Promise.reject(new Error('refused')));
    await lanes.send(transaction('a', 1));
    await expect(lanes.finish()).rejects.toThrow('refused');
    await expect(lanes.send(transaction('a', 2))).rejects.toThrow('refused');
  });
});
