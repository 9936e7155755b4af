import { describe, expect, test } from 'vitest';
import { comparePromises } from './compare-promises.ts';

const stock = { itemId: '22086', warehouseId: 'WH-001' };
const position = (onHand: number) => ({ ...stock, onHand });
const cloud = (over = {}) => ({ ...stock, onHand: 10, tentative: 0, confirmed: 6, picked: 2, ...over });
const allocation = (over = {}) => ({ ...stock, allocationId: 'A:1:1', reserved: 6, picked: 2, ...over });

async function* list<Entry>(entries: Entry[]): AsyncGenerator<Entry> {
  yield* entries;
}

/** Ten pieces in two places, six reserved of which two are picked, on both sides; `over` is otherwise. */
function compare(over: { allocation?: object; cloud?: object; promised?: number } = {}) {
  return comparePromises({
    wmsPositions: list([position(7), position(3)]),
    wmsAllocations: list([allocation(over.allocation)]),
    cloud: list([cloud(over.cloud)]),
    promises: new Map([['A:1:1', { orderId: 'A', quantity: over.promised ?? 6 }]]),
  });
}

describe('comparing what is promised with what is reserved', () => {
  test('sums by item and warehouse, and finds nothing when both sides agree', async () => {
    expect(await compare()).toMatchObject({ compared: 1, different: 0, oversold: 0, differences: [] });
  });

  test.each([
    ['on hand', { cloud: { onHand: 9 } }, 'the cloud 9 pieces, 4 reserved'],
    [
      'a reservation',
      { cloud: { confirmed: 7 } },
      'the WMS has 10 pieces, 4 reserved, the cloud 10 pieces, 5',
    ],
    ['a pick the cloud has not heard of', { cloud: { picked: 1 } }, 'the cloud 10 pieces, 5 reserved'],
    ['a hold without an answer', { cloud: { tentative: 3 } }, '4 reserved, 3 unanswered'],
  ])('tells a difference in %s', async (_, over, text) => {
    const { different, differences } = await compare(over);
    expect(different).toBe(1);
    expect(differences[0]).toContain(text);
  });

  test('a promise without a reservation behind it is oversold, though the sums agree', async () => {
    const result = await compare({ promised: 8 });
    expect(result).toMatchObject({ different: 0, oversold: 2, oversoldOrders: ['A'] });
    expect(result.differences).toEqual(['A:1:1: the cloud promises 8 pieces, the WMS reserves 6']);
  });

  test('what only one side knows is a difference when there is something of it', async () => {
    const sides = {
      wmsAllocations: list([]),
      promises: new Map(),
      cloud: list([cloud({ warehouseId: 'WH-002' })]),
    };
    const result = await comparePromises({ ...sides, wmsPositions: list([position(1)]) });
    expect(result).toMatchObject({ compared: 2, different: 2 });
  });
});
