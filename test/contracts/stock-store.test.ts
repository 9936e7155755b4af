import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openContainers } from '../../shared/cosmos/connection.ts';
import { cosmosStockReader } from '../../shared/cosmos/stock-reader.ts';
import { cosmosStockStore } from '../../shared/cosmos/stock-store.ts';
import { cosmosStockSweep } from '../../shared/cosmos/stock-sweep.ts';
import type { Position } from '../../shared/domain/position.ts';
import { replacePositions, type Stock, type StockKey } from '../../shared/domain/stock.ts';
import { type StockReader, type StockStore, StoreUnavailable } from '../../shared/ports/stock-store.ts';
import type { StockSweep } from '../../shared/ports/stock-sweep.ts';
import { someKey, somePosition, someStock } from '../doubles/fixtures.ts';
import { inMemoryStock } from '../doubles/stock-store.ts';
import { startLocalCosmos } from '../parts/local-part.ts';

type Implementation = {
  readonly store: StockStore;
  readonly reader: StockReader;
  readonly sweep: StockSweep;
  /** From now on nothing answers. */
  goAway(): Promise<void>;
  stop(): Promise<void>;
};

const implementations: [string, () => Promise<Implementation>][] = [
  ['in memory', startInMemory],
  ['in Cosmos DB', startInCosmos],
];

async function startInMemory(): Promise<Implementation> {
  const memory = inMemoryStock();
  return {
    ...memory,
    goAway: async () => {
      memory.fault = () => ({ status: 'unavailable', detail: 'away' });
    },
    stop: async () => {},
  };
}

async function startInCosmos(): Promise<Implementation> {
  const part = await startLocalCosmos();
  const { stock: container } = await openContainers({ CosmosConnection: part.connectionString });
  return {
    store: cosmosStockStore(container),
    reader: cosmosStockReader(container),
    sweep: cosmosStockSweep(container),
    goAway: part.kill,
    stop: part.stop,
  };
}

describe.each(implementations)('stock kept %s', (_name, start) => {
  let implementation: Implementation;
  let store: StockStore;
  let reader: StockReader;

  beforeAll(async () => {
    implementation = await start();
    ({ store, reader } = implementation);
  });
  afterAll(() => implementation.stop());

  test('a stock that was stored is read as it was', async () => {
    const figures = { tentative: 3, confirmed: 2, picked: 1, safetyStock: 5 };
    const stock = { ...someStock(450), ...figures, projectedTimes: [['evt-1', 1_731_924_000_000]] as const };
    expect(await create(store, stock)).toEqual({ status: 'stored' });
    expect(await store.read([stock])).toEqual([{ status: 'found', stock, etag: expect.any(String) }]);
  });

  test('a stock that was never stored is missing', async () => {
    expect(await store.read([someKey()])).toEqual([{ status: 'missing' }]);
  });

  test('a write over what was read replaces it', async () => {
    const stock = someStock(450);
    await create(store, stock);
    const changed = { ...stock, onHand: 400, version: 2 };
    expect(await store.write([{ stock: changed, etag: await etagOf(store, stock) }])).toEqual([
      { status: 'stored' },
    ]);
    expect(await stockOf(store, stock)).toEqual(changed);
  });

  test('a write over a state that is no longer there is a conflict and changes nothing', async () => {
    const stock = someStock(450);
    await create(store, stock);
    const stale = await etagOf(store, stock);
    const second = { ...stock, onHand: 400, version: 2 };
    await store.write([{ stock: second, etag: stale }]);
    const third = { ...stock, onHand: 1, version: 3 };
    expect(await store.write([{ stock: third, etag: stale }])).toEqual([{ status: 'conflict' }]);
    expect(await stockOf(store, stock)).toEqual(second);
  });

  test('two that create the same stock: the second meets a conflict', async () => {
    const stock = someStock(450);
    await create(store, stock);
    expect(await create(store, { ...stock, onHand: 1 })).toEqual({ status: 'conflict' });
    expect(await stockOf(store, stock)).toEqual(stock);
  });

  test('a write over a stock that has gone is a conflict', async () => {
    expect(await store.write([{ stock: someStock(1), etag: '"gone"' }])).toEqual([{ status: 'conflict' }]);
  });

  test('of many writes one fails alone, and answers are in the order asked', async () => {
    const stocks = Array.from({ length: 250 }, (_, index) => someStock(index));
    const taken = stocks[120] ?? someStock(0);
    await create(store, taken);
    const outcomes = await store.write(stocks.map((stock) => ({ stock, etag: null })));
    expect(outcomes.map(({ status }) => status)).toEqual(
      stocks.map((stock) => (stock === taken ? 'conflict' : 'stored')),
    );
    const reads = await store.read(stocks);
    expect(reads.map((read) => (read.status === 'found' ? read.stock : read.status))).toEqual(stocks);
  });

  test('a document beyond 2 MB is too large, and hurts no neighbour for good', async () => {
    const neighbours = Array.from({ length: 5 }, (_, index) => someStock(index));
    const large = { ...someStock(0), positions: manyPositions() };
    const stocks = neighbours.toSpliced(2, 0, large);
    const outcomes = await store.write(stocks.map((stock) => ({ stock, etag: null })));
    expect(outcomes[2]).toEqual({ status: 'too-large' });
    expect(await store.read([large])).toEqual([{ status: 'missing' }]);
    // One that was stored before the service refused the rest may be told of as a lost race, which is folded again.
    const others = outcomes.toSpliced(2, 1).map((outcome) => outcome.status);
    expect(others.every((status) => status === 'stored' || status === 'conflict')).toBe(true);
    for (const neighbour of neighbours) expect(await stockOf(store, neighbour)).toEqual(neighbour);
  });

  test('a document beyond 2 MB beside its overflow is too large, and neither is stored', async () => {
    const large = { ...someStock(0), positions: manyPositions() };
    const overflow = { ...keyOf(large), positions: [somePosition('Z-09', 0)] };
    expect(await store.writeWithOverflow({ stock: large, etag: null }, { overflow, etag: null })).toEqual({
      status: 'too-large',
    });
    expect(await store.read([large])).toEqual([{ status: 'missing' }]);
    expect((await store.readOverflow(large)).etag).toBeNull();
  });

  test('an overflow that was never stored is empty', async () => {
    const key = someKey();
    expect(await store.readOverflow(key)).toEqual({ overflow: { ...key, positions: [] }, etag: null });
  });

  test('a stock and its overflow are stored together and read as they were', async () => {
    const stock = { ...someStock(450), overflowed: 1 };
    const overflow = { ...keyOf(stock), positions: [somePosition('Z-09', 0, 8)] };
    expect(await store.writeWithOverflow({ stock, etag: null }, { overflow, etag: null })).toEqual({
      status: 'stored',
    });
    expect(await stockOf(store, stock)).toEqual(stock);
    expect(await store.readOverflow(stock)).toEqual({ overflow, etag: expect.any(String) });
  });

  test('a stale stock leaves its overflow as it was, and a stale overflow the stock', async () => {
    const stock = { ...someStock(450), overflowed: 1 };
    const overflow = { ...keyOf(stock), positions: [somePosition('Z-09', 0, 8)] };
    await store.writeWithOverflow({ stock, etag: null }, { overflow, etag: null });
    const etag = await etagOf(store, stock);
    const resting = await store.readOverflow(stock);
    const emptied = { overflow: { ...overflow, positions: [] }, etag: resting.etag };
    const changed = { ...stock, overflowed: 0, version: 2 };

    expect(await store.writeWithOverflow({ stock: changed, etag: '"stale"' }, emptied)).toEqual({
      status: 'conflict',
    });
    expect(await store.writeWithOverflow({ stock: changed, etag }, { ...emptied, etag: '"stale"' })).toEqual({
      status: 'conflict',
    });
    expect(await store.writeWithOverflow({ stock: changed, etag }, { ...emptied, etag: null })).toEqual({
      status: 'conflict',
    });
    expect(await stockOf(store, stock)).toEqual(stock);
    expect((await store.readOverflow(stock)).overflow).toEqual(overflow);
  });

  test('an item is read over its warehouses, without overflow documents', async () => {
    const { itemId } = someKey();
    const stocks = ['WH-001', 'WH-002', 'WH-008'].map((warehouseId) => someStock(5, { itemId, warehouseId }));
    for (const stock of stocks) await create(store, stock);
    const overflow = { itemId, warehouseId: 'WH-003', positions: [somePosition('Z-09', 0)] };
    const resting: Stock = {
      ...someStock(1, { itemId, warehouseId: 'WH-003' }),
      overflowed: 1,
      projectedTimes: [['evt-1', 1_731_924_000_000]],
    };
    await store.writeWithOverflow({ stock: resting, etag: null }, { overflow, etag: null });
    const found = await reader.readItem(itemId);
    expect(found.toSorted((a, b) => (a.warehouseId < b.warehouseId ? -1 : 1))).toEqual([
      ...[stocks[0], stocks[1], resting, stocks[2]].map(totalsOf),
    ]);
    expect(await reader.readItem('ITEM-unknown')).toEqual([]);
  });

  test('pairs are read in the order asked, unknown ones as undefined', async () => {
    const stocks = Array.from({ length: 120 }, (_, index) => someStock(index));
    await store.write(stocks.map((stock) => ({ stock, etag: null })));
    const [first] = stocks;
    expect(await reader.readPairs([...stocks, someKey(), first ?? someKey()])).toEqual([
      ...stocks,
      undefined,
      first,
    ]);
  });

  test('stocks with open findings are found, others are not', async () => {
    const gap: Position = { ...somePosition('B-01', 3, 9), missing: [[4, 7]] };
    const open = replacePositions(
      someStock(450),
      [somePosition('A-01', 450), gap],
      '2024-11-18T10:00:00.000Z',
    );
    await create(store, { ...open, openFindings: 1 });
    const closed = someStock(1);
    await create(store, closed);
    const found = await reader.readOpenFindings(10);
    const { itemId, warehouseId, findings } = open;
    expect(found).toContainEqual({ itemId, warehouseId, findings, positions: [gap] });
    expect(found.map((stock) => stock.itemId)).not.toContain(closed.itemId);
  });

  test('a sweep names every stock document once', async () => {
    const stocks = Array.from({ length: 30 }, (_, index) => someStock(index));
    await store.write(stocks.map((stock) => ({ stock, etag: null })));
    const named: string[] = [];
    for await (const keys of implementation.sweep.keys()) named.push(...keys.map(nameOf));
    expect(new Set(named).size).toBe(named.length);
    expect(named).toEqual(expect.arrayContaining(stocks.map(nameOf)));
  });

  test('a store that went away says so of every document, and readers are told', async () => {
    await implementation.goAway();
    const stock = someStock(1);
    const failure = { status: 'unavailable', detail: expect.any(String) };
    expect(await store.read([stock, someKey()])).toEqual([failure, failure]);
    expect(await store.write([{ stock, etag: null }])).toEqual([failure]);
    await expect(store.readOverflow(stock)).rejects.toBeInstanceOf(StoreUnavailable);
    const overflow = { overflow: { ...keyOf(stock), positions: [] }, etag: null };
    expect(await store.writeWithOverflow({ stock, etag: null }, overflow)).toEqual(failure);
    await expect(reader.readItem(stock.itemId)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(reader.readPairs([stock])).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(reader.readOpenFindings(1)).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

/** More than 2 MB of them. */
function manyPositions() {
  return Array.from({ length: 25_000 }, (_, index) => somePosition(`A-${index}`, 1));
}

async function create(store: StockStore, stock: Stock) {
  const [outcome] = await store.write([{ stock, etag: null }]);
  return outcome;
}

async function etagOf(store: StockStore, key: StockKey): Promise<string | null> {
  const [read] = await store.read([key]);
  return read?.status === 'found' ? read.etag : null;
}

async function stockOf(store: StockStore, key: StockKey): Promise<Stock | undefined> {
  const [read] = await store.read([key]);
  return read?.status === 'found' ? read.stock : undefined;
}

function keyOf({ itemId, warehouseId }: StockKey): StockKey {
  return { itemId, warehouseId };
}

function nameOf({ itemId, warehouseId }: StockKey): string {
  return `${itemId}|${warehouseId}`;
}

/** What an answer about an item needs: no positions, no findings. */
function totalsOf(stock: Stock | undefined) {
  if (!stock) return undefined;
  const { positions: _p, overflowed: _o, openFindings: _n, findings: _f, ...others } = stock;
  const { projectedTimes: _t, ...totals } = others;
  return totals;
}
