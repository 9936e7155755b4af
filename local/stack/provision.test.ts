import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CosmosClient } from '@azure/cosmos';
import { expect, onTestFinished, test } from 'vitest';
import { startCosmos } from '../cosmos/server.ts';
import { provisionCosmos } from './provision.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function openCosmos() {
  const data = mkdtempSync(join(tmpdir(), 'provision-'));
  const server = await startCosmos({ data, port: 0 });
  const client = new CosmosClient(server.connectionString);
  onTestFinished(async () => {
    client.dispose();
    await server.stop();
    rmSync(data, { recursive: true });
  });
  return { client, connectionString: server.connectionString };
}

test('items of stock and orders may have a time to live, and the containers are made once', async () => {
  const { client, connectionString } = await openCosmos();
  await provisionCosmos(ROOT, connectionString);
  const database = client.database('stockbridge');
  const made = (await database.containers.readAll().fetchAll()).resources;
  expect(made.map(({ id, defaultTtl }) => [id, defaultTtl]).toSorted()).toEqual([
    ['orders', -1],
    ['stock', -1],
  ]);
  await provisionCosmos(ROOT, connectionString);
  expect((await database.containers.readAll().fetchAll()).resources).toEqual(made);
});

test('a container of an older data folder gets the indexes of today, and keeps its items', async () => {
  const { client, connectionString } = await openCosmos();
  const { database } = await client.databases.create({ id: 'stockbridge' });
  const partitionKey = { paths: ['/itemId'] };
  const { container } = await database.containers.create({
    id: 'stock',
    partitionKey,
    indexingPolicy: { includedPaths: [{ path: '/kind/?' }], excludedPaths: [{ path: '/*' }] },
  });
  await container.items.create({ id: 'x', itemId: 'SKU-1', kind: 'line', rank: 1 });
  await container.items.create({ id: 'WH-001', itemId: 'SKU-1', kind: 'stock' });
  await provisionCosmos(ROOT, connectionString);
  expect((await container.read()).resource?.defaultTtl).toBe(-1);
  const ranked = container.items.query('SELECT VALUE c.id FROM c WHERE IS_DEFINED(c.rank) ORDER BY c.rank');
  expect((await ranked.fetchAll()).resources).toEqual(['x']);
  const swept = container.items.query("SELECT VALUE c.id FROM c WHERE c.sweepKey > 'WH-001|'");
  expect((await swept.fetchAll()).resources).toEqual([]);
  await container.items.create({ id: 'WH-001', itemId: 'SKU-2', kind: 'stock', sweepKey: 'WH-001|SKU-2' });
  expect((await swept.fetchAll()).resources).toEqual(['WH-001']);
});
