import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CosmosServer, startCosmos } from '../../local/cosmos/server.ts';
import { provisionCosmos } from '../../local/stack/provision.ts';
import { cosmosAllocationStore } from '../../shared/cosmos/allocation-store.ts';
import { cosmosCloudStock } from '../../shared/cosmos/cloud-stock.ts';
import { openContainers } from '../../shared/cosmos/connection.ts';
import { cosmosStockStore } from '../../shared/cosmos/stock-store.ts';
import { someAllocation, someLine } from '../../shared/domain/example-lines.ts';
import type { OrderLine } from '../../shared/domain/order-line.ts';
import type { Stock } from '../../shared/domain/stock.ts';
import type { AllocationStore } from '../../shared/ports/allocation-store.ts';
import { ChangeFeedGone, type CloudStock, type SweptStock } from '../../shared/ports/cloud-stock.ts';
import { type StockStore, StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { inMemoryAllocation } from '../doubles/allocation-store.ts';
import { inMemoryCloudStock } from '../doubles/cloud-stock.ts';
import { somePosition, someStock, unique } from '../doubles/fixtures.ts';
import { inMemoryStock } from '../doubles/stock-store.ts';
import { virtualRuntime } from '../doubles/virtual-runtime.ts';
import { startLocalCosmos } from '../parts/local-part.ts';

type Implementation = {
  readonly cloud: CloudStock;
  readonly store: StockStore;
  /** Stores a line as a new one. */
  putLine(line: OrderLine): Promise<void>;
  /** Places of other stores. */
  placesElsewhere(): Promise<readonly string[]>;
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
  const cloud = inMemoryCloudStock(memory, 7);
  return {
    cloud,
    store: memory.store,
    putLine: (line) => putLine(inMemoryAllocation(memory.items).store, line),
    placesElsewhere: async () => [`9${await cloud.now()}`],
    goAway: async () => {
      memory.fault = () => ({ status: 'unavailable', detail: 'away' });
    },
    stop: async () => {},
  };
}

async function startInCosmos(): Promise<Implementation> {
  const part = await startLocalCosmos();
  const containers = await openContainers({ CosmosConnection: part.connectionString }, 'sweep');
  const { stock: container, orders } = containers;
  const lines = cosmosAllocationStore(container, virtualRuntime());
  return {
    cloud: cosmosCloudStock(container),
    store: cosmosStockStore(container),
    putLine: (line) => putLine(lines, line),
    placesElsewhere: async () => {
      const place = await cosmosCloudStock(container).now();
      // That of a data folder which went on for longer.
      const ahead = place.replaceAll(/\\"(\d+)\\"/g, '\\"9$1\\"');
      expect(ahead).not.toBe(place);
      return [ahead, await cosmosCloudStock(orders).now()];
    },
    goAway: part.kill,
    stop: part.stop,
  };
}

async function putLine(lines: AllocationStore, line: OrderLine): Promise<void> {
  const { itemId } = line;
  const stored = await lines.commit({ itemId, lines: [{ line, etag: null }], totals: [] });
  expect(stored).toEqual({ status: 'stored' });
}

describe.each(implementations)('the stock as a whole, %s', (_name, start) => {
  let implementation: Implementation;
  let cloud: CloudStock;
  /** A warehouse that no other test uses. */
  let warehouseId: string;

  beforeAll(async () => {
    implementation = await start();
    cloud = implementation.cloud;
  });
  afterAll(() => implementation.stop());
  beforeEach(() => {
    warehouseId = `WH-${unique()}`;
  });

  const put = async (stocks: readonly Stock[]) => {
    const outcomes = await implementation.store.write(stocks.map((stock) => ({ stock, etag: null })));
    expect(outcomes).toEqual(stocks.map(() => ({ status: 'stored' })));
  };
  const putItems = (itemIds: readonly string[], inWarehouse = warehouseId) =>
    put(itemIds.map((itemId, index) => someStock(index, { itemId, warehouseId: inWarehouse })));
  const stocksIn = async (range: Parameters<CloudStock['inRange']>[1]): Promise<SweptStock[]> => {
    const found: SweptStock[] = [];
    for await (const page of cloud.inRange(warehouseId, range)) found.push(...page);
    return found.sort((a, b) => (a.itemId < b.itemId ? -1 : 1));
  };
  const itemsIn = async (range: Parameters<CloudStock['inRange']>[1]) =>
    (await stocksIn(range)).map(({ itemId }) => itemId);

  test('a stock comes with all that is compared of it', async () => {
    const stock: Stock = {
      ...someStock(450, { itemId: 'SKU', warehouseId }),
      ...{ overflowed: 2, tentative: 3, confirmed: 2, picked: 1, safetyStock: 5, openFindings: 1 },
    };
    await put([stock]);
    const { positions, overflowed, onHand, tentative, confirmed, picked, openFindings } = stock;
    const totals = { overflowed, onHand, tentative, confirmed, picked, openFindings };
    expect(await stocksIn({})).toEqual([{ itemId: 'SKU', warehouseId, positions, ...totals }]);
  });

  test('a range begins after an item and ends with one, as ASCII sorts them', async () => {
    // In the order of ASCII, where digits come before capitals, `_` and small letters.
    const items = ['0', '10', '9', 'A', 'A 1', 'A-1', 'A.1', 'A1', 'AA', 'A_1', 'B', 'Z', 'a', 'z'];
    await putItems(items.toReversed());
    expect(await itemsIn({})).toEqual(items);
    expect(await itemsIn({ after: 'A' })).toEqual(items.slice(4));
    expect(await itemsIn({ upTo: 'A' })).toEqual(items.slice(0, 4));
    expect(await itemsIn({ after: 'A', upTo: 'A_1' })).toEqual(items.slice(4, 10));
    expect(await itemsIn({ after: 'A 0', upTo: 'A 0z' })).toEqual([]);
    expect(await itemsIn({ after: 'z' })).toEqual([]);
    expect(await itemsIn({ upTo: '/' })).toEqual([]);
  });

  test('warehouses whose names begin the same do not mix', async () => {
    await putItems(['MINE'], warehouseId);
    for (const other of ['0', ' 1', '-1', '.1', '_1', 'A', 'z'].map((end) => `${warehouseId}${end}`))
      await putItems(['OTHER'], other);
    expect(await itemsIn({})).toEqual(['MINE']);
  });

  test('more stocks than a page come once each', async () => {
    const items = Array.from({ length: 2_345 }, (_, index) => `SKU-${String(index).padStart(5, '0')}`);
    await putItems(items);
    expect(await itemsIn({})).toEqual(items);
    expect(await itemsIn({ after: 'SKU-00099', upTo: 'SKU-01200' })).toEqual(items.slice(100, 1_201));
  });

  test('overflow documents and order lines are no stocks', async () => {
    const itemId = `SKU-${unique()}`;
    const stock = someStock(1, { itemId, warehouseId });
    const overflow = { itemId, warehouseId, positions: [somePosition('Z-09', 0)] };
    await implementation.store.writeWithOverflow({ stock, etag: null }, { overflow, etag: null });
    await implementation.putLine(lineOf(itemId, [warehouseId]));
    expect(await itemsIn({})).toEqual([itemId]);
  });

  test('what was written since a place is told by warehouse, whatever was written', async () => {
    await putItems(['BEFORE']);
    const place = await cloud.now();
    expect(await cloud.changes(place, 100)).toEqual({
      changed: new Map(),
      next: expect.any(String),
      more: false,
    });
    const second = `${warehouseId}-B`;
    await putItems(['SKU-1', 'SKU-2']);
    const [read] = await implementation.store.read([{ itemId: 'BEFORE', warehouseId }]);
    if (read?.status !== 'found') throw new Error('It was stored before.');
    await implementation.store.write([{ stock: { ...read.stock, onHand: 9 }, etag: read.etag }]);
    await implementation.putLine(lineOf('SKU-3', [warehouseId, second]));
    await implementation.putLine({ ...lineOf('SKU-4', [warehouseId]), kind: 'hold-line' });
    const overflow = { itemId: 'SKU-5', warehouseId: second, positions: [] };
    const stock = someStock(1, { itemId: 'SKU-5', warehouseId: second });
    await implementation.store.writeWithOverflow({ stock, etag: null }, { overflow, etag: null });
    expect(await cloud.changes(place, 100)).toEqual({
      changed: new Map([
        [warehouseId, new Set(['SKU-1', 'SKU-2', 'SKU-3', 'BEFORE'])],
        [second, new Set(['SKU-3', 'SKU-5'])],
      ]),
      next: expect.any(String),
      more: false,
    });
  });

  test('changes are read in parts, and each part says where the next one begins', async () => {
    let place = await cloud.now();
    const items = Array.from({ length: 57 }, (_, index) => `PART-${index}`);
    await putItems(items);
    const told: string[] = [];
    for (let more = true; more; ) {
      const part = await cloud.changes(place, 10);
      const changed = [...(part.changed.get(warehouseId) ?? [])];
      expect(changed.length).toBeLessThanOrEqual(19);
      told.push(...changed);
      ({ next: place, more } = part);
    }
    expect(told.toSorted()).toEqual(items.toSorted());
    expect((await cloud.changes(place, 10)).changed).toEqual(new Map());
  });

  test('from the beginning, everything that is stored is told', async () => {
    await putItems(['FIRST']);
    const told: string[] = [];
    let place: string | undefined;
    for (let more = true; more; ) {
      const part = await cloud.changes(place, 1_000);
      told.push(...(part.changed.get(warehouseId) ?? []));
      ({ next: place, more } = part);
    }
    expect(told).toEqual(['FIRST']);
  });

  test('a place that is none, or of another store, is told from a store that is away', async () => {
    const elsewhere = await implementation.placesElsewhere();
    for (const place of ['', 'yesterday', '{}', ...elsewhere])
      await expect(cloud.changes(place, 10), place).rejects.toBeInstanceOf(ChangeFeedGone);
  });

  test('a store that is away says so', async () => {
    const place = await cloud.now();
    await implementation.goAway();
    await expect(itemsIn({})).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(cloud.now()).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(cloud.changes(place, 10)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(cloud.changes(undefined, 10)).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

describe('while the container is busy', () => {
  let server: CosmosServer;
  let folder: string;
  /** Requests that are turned away before the next one is let in. */
  let refusals = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cloud-stock-'));
    const throttle = () => {
      refusals -= 1;
      return refusals >= 0 ? 1 : undefined;
    };
    server = await startCosmos({ data: folder, port: 0, throttle });
    await provisionCosmos(join(import.meta.dirname, '../..'), server.connectionString);
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });
  const opened = async (patience: 'message' | 'sweep') => {
    const settings = { CosmosConnection: server.connectionString };
    const cloud = cosmosCloudStock((await openContainers(settings, patience)).stock);
    const sweep = async () => {
      for await (const _page of cloud.inRange('WH-001', {}));
    };
    return { cloud, sweep };
  };

  test('a sweep waits as long as it is asked to', async () => {
    const { cloud, sweep } = await opened('sweep');
    refusals = 50;
    await sweep();
    expect(refusals).toBeLessThan(0);
    refusals = 50;
    expect(await cloud.changes(undefined, 10)).toMatchObject({ more: false });
  });

  test('who has a message lock to keep is told soon how long to wait', async () => {
    const { sweep } = await opened('message');
    refusals = 50;
    await expect(sweep()).rejects.toMatchObject({ name: 'StoreUnavailable', retryAfterMs: 1 });
    refusals = 0;
  });
});

/** A line that holds pieces of the item in these warehouses. */
function lineOf(itemId: string, warehouses: readonly string[]): OrderLine {
  const line = someLine({}, { itemId });
  const allocations = warehouses.map((warehouseId, index) =>
    someAllocation(line, index + 1, { warehouseId }),
  );
  return { ...line, allocations };
}
