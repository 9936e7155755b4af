import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPOSITORY } from '../../local/functions-host/fixtures/make-app.ts';
import { type HostProcess, runHost } from '../../local/functions-host/fixtures/run-host.ts';
import { packageFunctionsApp } from '../../local/package/functions-app.ts';
import { functionAppSettings } from '../../local/stack/connections.ts';
import { type Fabric, startFabric, transaction, until } from './fabric.ts';
import { omsOf } from './orders.ts';

let folder: string;
let fabric: Fabric;
let host: HostProcess;

/** Outside the repository, where no package of it is found; on another Node, where a setting names one. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-package-'));
  fabric = await startFabric({ parts: ['service-bus', 'cosmos', 'azurite', 'wms-adapter'] });
  const app = { folder: join(folder, 'app'), dataFolder: join(folder, 'data') };
  await packageFunctionsApp(REPOSITORY, app.folder);
  const { ports } = fabric.stack;
  host = await runHost(
    app,
    ['--port', String(ports.functions)],
    functionAppSettings(ports, null),
    process.env.STOCKBRIDGE_TEST_NODE,
  );
}, 90_000);

afterAll(async () => {
  await host?.stop();
  await fabric?.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

test('The package that is deployed is ready by itself, shows the console, and takes an order to its confirmation', async () => {
  await until(
    () => fabric.get('health'),
    ({ status }) => status === 200,
  );
  const page = await fetch(`${host.url}/api/console/`);
  expect([page.status, page.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/html'),
  ]);

  const itemId = `ITEM-${randomUUID().slice(0, 8)}`;
  const oms = omsOf(fabric);
  await fabric.know([itemId], ['A-05-02']);
  await fabric.transact([transaction({ itemId, quantity: 10 })]);
  await until(
    () => oms.atp(itemId),
    ({ atp }) => atp === 10,
  );
  const orderId = await oms.order(`ORD-${randomUUID().slice(0, 8)}`, [{ itemId, quantity: 4 }]);
  const { lines } = await oms.untilAtRest(orderId);
  expect(lines).toMatchObject([{ quantity: 4, confirmed: 4, status: 'confirmed' }]);
});
