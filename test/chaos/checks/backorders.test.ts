import { expect, test } from 'vitest';
import { cosmosAllocationStore } from '../../../shared/cosmos/allocation-store.ts';
import { openContainers } from '../../../shared/cosmos/connection.ts';
import { cosmosStockStore } from '../../../shared/cosmos/stock-store.ts';
import { type Allocation, newOrderLine, type OrderLine } from '../../../shared/domain/order-line.ts';
import { emptyStock, type StockFigures } from '../../../shared/domain/stock.ts';
import { someStock } from '../../doubles/fixtures.ts';
import { virtualRuntime } from '../../doubles/virtual-runtime.ts';
import { startLocalCosmos } from '../../parts/local-part.ts';
import { checkBackorders, waitOf } from './backorders.ts';

const NOW = Date.parse('2026-11-22T20:00:00.000Z');
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1_000).toISOString();

function waiting(over: Partial<OrderLine> = {}): OrderLine {
  const terms = { quantity: 5, priority: 0, allowSplit: true, allowBackorder: true, leastQuantity: 1 };
  const asked = {
    kind: 'order-line' as const,
    orderId: 'O-1',
    lineId: 'L1',
    itemId: 'A',
    orderedAt: at(100),
  };
  return { ...newOrderLine({ ...asked, terms, allOrNothing: false }), backordered: 5, ...over };
}

function stock(onHand: number, over: Partial<StockFigures> = {}): StockFigures {
  return { ...emptyStock({ itemId: 'A', warehouseId: 'WH-001' }), onHand, asOf: at(200), ...over };
}

/** The warehouse said no to all of it, `secondsAgo`. */
function refused(secondsAgo: number, retryAt?: string): Allocation {
  const told = { sequence: 1, status: 'rejected' as const, quantity: 0, decidedAt: at(secondsAgo) };
  return {
    ...{
      allocationId: 'O-1:L1:1',
      warehouseId: 'WH-001',
      quantity: 5,
      picked: 0,
      state: 'decided',
      asked: true,
    },
    ...{ run: 1, heldAt: at(secondsAgo), unreservedSeen: 5 },
    decided: { ...told, settledAt: at(secondsAgo), ...(retryAt !== undefined && { retryAt }) },
  };
}

test.each<[string, OrderLine, StockFigures[], string]>([
  ['nothing is free', waiting(), [stock(3, { tentative: 3 })], 'short'],
  [
    'less than is of use is free',
    waiting({ terms: { ...waiting().terms, allowSplit: false } }),
    [stock(4)],
    'short',
  ],
  [
    'free stock is where it may not come from',
    waiting({ terms: { ...waiting().terms, allowedWarehouses: ['WH-002'] } }),
    [stock(9)],
    'short',
  ],
  [
    'the warehouse rejected it a minute ago and said nothing since',
    waiting({ allocations: [refused(60)] }),
    [stock(5)],
    'refused',
  ],
  [
    'the warehouse counts the location',
    waiting({ allocations: [refused(60, at(-600))] }),
    [stock(5)],
    'counted',
  ],
  ['the rejection is an hour old', waiting({ allocations: [refused(3_600)] }), [stock(5)], 'needless'],
  ['more came since the rejection', waiting({ allocations: [refused(60)] }), [stock(6)], 'needless'],
  ['nobody was asked', waiting(), [stock(1)], 'needless'],
])('a backorder where %s', (_what, line, stocks, why) => {
  expect(waitOf(line, stocks, NOW).why).toBe(why);
});

test('a needless wait names the line, the item, the pieces and the warehouse', () => {
  expect(waitOf(waiting(), [stock(2)], NOW)).toEqual({
    why: 'needless',
    text: 'O-1 line L1 waits for 5 of A, 2 are free in WH-001',
  });
});

test('what waits beside free stock is found in Cosmos DB', { timeout: 60_000 }, async () => {
  const cosmos = await startLocalCosmos();
  try {
    const { stock: container } = await openContainers({ CosmosConnection: cosmos.connectionString });
    const checking = { tell: () => {}, signal: new AbortController().signal };
    const check = () => checkBackorders(cosmos.connectionString, checking, 0);
    expect(await check()).toEqual({ findings: [], seen: ['No order line waits for stock.'] });
    const store = cosmosAllocationStore(container, virtualRuntime());
    const lines = [{ line: waiting(), etag: null }];
    expect(await store.commit({ itemId: 'A', lines, totals: [] })).toEqual({ status: 'stored' });
    expect((await check()).seen.join()).toContain('1 order lines wait for stock');
    const free = someStock(7, { itemId: 'A', warehouseId: 'WH-002' });
    expect(await cosmosStockStore(container).write([{ stock: free, etag: null }])).toMatchObject([
      { status: 'stored' },
    ]);
    expect((await check()).findings).toMatchObject([
      { kind: 'wrong', names: ['O-1 line L1 waits for 5 of A, 7 are free in WH-002'] },
    ]);
  } finally {
    await cosmos.stop();
  }
});
