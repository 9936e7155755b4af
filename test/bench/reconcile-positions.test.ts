import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startCosmos } from '../../local/cosmos/server.ts';
import { cosmosCloudStock } from '../../shared/cosmos/cloud-stock.ts';
import { openContainers } from '../../shared/cosmos/connection.ts';
import { compareWithWms } from '../../shared/domain/compare-with-wms.ts';
import type { SweptStock } from '../../shared/ports/cloud-stock.ts';
import { openWmsSqlite } from '../../shared/wms-sqlite/wms-sqlite-reader.ts';
import { fillCosmos } from './cosmos-filling.ts';
import { WAREHOUSES } from './loads.ts';
import { benchPosition, spreadNumbers, stockOf } from './reconcile-positions.ts';
import { writeWmsPositions } from './wms-filling.ts';

const CHANGED_AT = '2026-01-01T00:00:00.000Z';

test.each([
  [1_000, 1_000_000],
  [1_000, 40_000],
  [1_000, 2_500],
  [1_000, 1_000],
  [1_000, 60],
])('%d numbers among %d differ, and are in all warehouses', (count, among) => {
  const numbers = spreadNumbers(count, among);
  expect(new Set(numbers).size).toBe(Math.min(count, among));
  expect(Math.max(...numbers)).toBeLessThan(among);
  const warehouses = numbers.map((number) => benchPosition(number, 1, CHANGED_AT).warehouseId);
  expect(new Set(warehouses).size).toBeGreaterThan(1);
});

test('what is written into both databases agrees, until one of them goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reconcile-positions-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const numbers = Array.from({ length: 4 * WAREHOUSES.length }, (_, number) => number);
  const positions = numbers.map((number) => benchPosition(number, 1, CHANGED_AT));
  const file = join(folder, 'wms.db');
  await writeWmsPositions(file, positions);
  await fillCosmos(join(import.meta.dirname, '../..'), folder, positions.map(stockOf));
  const server = await startCosmos({ data: folder, port: 0 });
  onTestFinished(() => server.stop());
  const { stock } = await openContainers({ CosmosConnection: server.connectionString }, 'sweep');
  const [warehouseId = ''] = WAREHOUSES;
  const cloud = new Map<string, SweptStock>();
  for await (const page of cosmosCloudStock(stock).inRange(warehouseId, {}))
    for (const found of page) cloud.set(found.itemId, found);
  const different = async () => {
    const { stocks } = await openWmsSqlite(file).stocksFrom(warehouseId, {}, 100);
    expect(stocks).toHaveLength(4);
    return stocks.flatMap((wms) => compareWithWms(wms, cloud.get(wms.itemId)).differences);
  };
  expect(await different()).toEqual([]);
  await writeWmsPositions(file, [benchPosition(8, 2, '2026-01-02T00:00:00.000Z')]);
  expect(await different()).toMatchObject([{ kind: 'behind', wms: { version: 2 }, cloud: { version: 1 } }]);
});
