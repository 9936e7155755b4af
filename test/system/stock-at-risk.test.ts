import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { functionAppSettings } from '../../local/stack/connections.ts';
import type { Transaction } from '../../shared/contracts/transaction.ts';
import { type Fabric, startFabric, transaction, until } from './fabric.ts';
import { omsOf } from './orders.ts';
import { expectSidesAgree } from './promises.ts';
import { runRebuild } from './run-program.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** The whole fabric with the real WMS adapter. A count's lock runs for 30 minutes, so nothing here waits for its end. */

let fabric: Fabric;
let oms: ReturnType<typeof omsOf>;

beforeAll(async () => {
  fabric = await startFabric();
  oms = omsOf(fabric);
});

afterAll(() => fabric?.stop());

/** An item of its own, and locations in which nothing else stands, with these pieces; known to the cloud. */
async function stockOf(pieces: Readonly<Record<string, Readonly<Record<string, number>>>>) {
  const id = randomUUID().slice(0, 8);
  const itemId = `ITEM-${id}`;
  const placed = Object.entries(pieces).flatMap(([warehouseId, locations]) =>
    Object.entries(locations).map(([location, quantity]) => {
      return { itemId, warehouseId, locationId: `${location}-${id}`, quantity };
    }),
  );
  await fabric.know([itemId], [...new Set(placed.map(({ locationId }) => locationId))]);
  await fabric.transact(placed.map((position) => transaction(position)));
  const total = placed.reduce((sum, { quantity }) => sum + quantity, 0);
  await until(
    () => oms.atp(itemId),
    ({ onHand }) => onHand === total,
  );
  const scan = (fields: Partial<Transaction>) => fabric.transact([transaction({ itemId, ...fields })]);
  return { itemId, locationId: `A-${id}`, orderId: `ORDER-${id}`, scan };
}

/** Whose lock it is, and who ends it by posting the count. */
const COUNTER = 'SCANNER-09';

/** A scanner begins to count the location in WH-001; answers the lock, once the cloud knows of these pieces. */
async function beginCount(itemId: string, locationId: string, atRisk: number): Promise<string> {
  const response = await fetch(`${fabric.stack.urls.adapter}/api/v1/locks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ warehouseId: 'WH-001', locationId, scannerId: COUNTER, userId: 'counter' }),
  });
  await untilAtRisk(itemId, atRisk);
  return z.object({ lockId: z.string() }).parse(await response.json()).lockId;
}

function untilAtRisk(itemId: string, pieces: number) {
  return until(
    () => oms.atp(itemId),
    ({ atRisk }) => atRisk === pieces,
  );
}

async function giveBack(lockId: string): Promise<void> {
  const response = await fetch(`${fabric.stack.urls.adapter}/api/v1/locks/${lockId}`, { method: 'DELETE' });
  expect(response.status).toBe(204);
}

/** What was asked for an order's first line and what came of it, oldest first, once it is confirmed in full. */
async function sourcesOf(orderId: string, quantity: number): Promise<string[]> {
  const { lines } = await oms.until(orderId, ({ confirmed }) => confirmed === quantity);
  return lines.flatMap(({ sources }) =>
    sources.map((source) => `${source.warehouseId} ${source.status} ${source.quantity}`),
  );
}

test('stock under count is told in ATP, and taken last: from elsewhere first, then what stands beside it', async () => {
  const { itemId, locationId, orderId, scan } = await stockOf({
    'WH-001': { A: 40, B: 10 },
    'WH-002': { A: 30 },
  });
  const lockId = await beginCount(itemId, locationId, 40);
  expect(await oms.atp(itemId)).toMatchObject({
    ...{ onHand: 80, atp: 80, atRisk: 40 },
    warehouses: [
      { warehouseId: 'WH-001', onHand: 50, atp: 50, atRisk: 40 },
      { warehouseId: 'WH-002', onHand: 30, atp: 30, atRisk: 0 },
    ],
  });

  await oms.order(orderId, [{ itemId, quantity: 20 }]);
  expect(await sourcesOf(orderId, 20)).toEqual(['WH-002 confirmed 20']);
  await oms.order(`${orderId}-bigger`, [{ itemId, quantity: 18 }]);
  expect(await sourcesOf(`${orderId}-bigger`, 18)).toEqual(['WH-001 confirmed 10', 'WH-002 confirmed 8']);

  await scan({ type: 'pick', locationId, quantity: 4, acknowledgeLock: lockId });
  await untilAtRisk(itemId, 36);
  await giveBack(lockId);
  await untilAtRisk(itemId, 0);
  const paths = [
    `items/${itemId}/warehouses/WH-001/atp`,
    `items/${itemId}/warehouses/WH-002/atp?from=2026-01-01`,
  ];
  for (const path of paths) expect((await fabric.get(path)).body).toMatchObject({ atRisk: 0 });
  await oms.order(`${orderId}-last`, [{ itemId, quantity: 30 }]);
  expect(await sourcesOf(`${orderId}-last`, 30)).toEqual(['WH-001 confirmed 30']);
});

test('an order that only stock under count could serve waits, and is served when the lock is given back early', async () => {
  const { itemId, locationId, orderId } = await stockOf({ 'WH-001': { A: 40 } });
  const lockId = await beginCount(itemId, locationId, 40);
  await oms.order(orderId, [{ itemId, quantity: 15 }]);
  const { lines } = await oms.until(orderId, ({ backordered }) => backordered === 15);
  expect(JSON.stringify(lines[0]?.why)).toContain('the stock is being counted');
  expect(await oms.atp(itemId)).toMatchObject({
    onHand: 40,
    tentative: 0,
    confirmed: 0,
    atp: 40,
    atRisk: 40,
  });

  await giveBack(lockId);
  expect(await sourcesOf(orderId, 15)).toEqual(['WH-001 rejected 0', 'WH-001 confirmed 15']);
  expect(await oms.atp(itemId)).toMatchObject({ confirmed: 15, atp: 25, atRisk: 0 });
});

test.each([
  ['finds what was known', 40, { confirmed: 15, backordered: 0 }],
  ['finds less', 12, { confirmed: 12, backordered: 3 }],
  ['finds nothing', 0, { confirmed: 0, backordered: 15 }],
])(
  'an order that waits for a count is served by what that finds: it %s',
  async (_what, quantity, expected) => {
    const { itemId, locationId, orderId, scan } = await stockOf({ 'WH-001': { A: 40 } });
    const lockId = await beginCount(itemId, locationId, 40);
    await oms.order(orderId, [{ itemId, quantity: 15 }]);
    await oms.until(orderId, ({ backordered }) => backordered === 15);

    const [result] = await scan({
      ...{ type: 'count', locationId, quantity },
      ...{ scannerId: COUNTER, acknowledgeLock: lockId },
    });
    expect(result).toMatchObject({ outcome: 'applied', position: { onHand: quantity, version: 2 } });
    await until(
      () => oms.atp(itemId),
      ({ onHand, atRisk }) => onHand === quantity && atRisk === 0,
    );
    const { lines } = await oms.until(orderId, ({ confirmed }) => confirmed === expected.confirmed);
    expect(lines[0]).toMatchObject({ ...expected, tentative: 0 });
  },
);

test('an order waits while another scanner counts the location still, and is served when both are done', async () => {
  const { itemId, locationId, orderId, scan } = await stockOf({ 'WH-001': { A: 40, B: 5 } });
  const first = await beginCount(itemId, locationId, 40);
  const beside = await beginCount(itemId, locationId.replace('A', 'B'), 45);
  await oms.order(orderId, [{ itemId, quantity: 42, allowSplit: false, leastQuantity: 42 }]);
  await oms.until(orderId, ({ backordered }) => backordered === 42);
  await giveBack(first);
  await untilAtRisk(itemId, 5);
  expect(await oms.read(orderId)).toMatchObject({ lines: [{ backordered: 42 }] });
  await scan({
    type: 'count',
    locationId: locationId.replace('A', 'B'),
    quantity: 5,
    scannerId: COUNTER,
    acknowledgeLock: beside,
  });
  // Asked once more only: not when the first of the two was done.
  expect(await sourcesOf(orderId, 42)).toEqual(['WH-001 rejected 0', 'WH-001 confirmed 42']);
});

test('both sides agree in the end, the journal has every event of the ledger, and rebuild finds all equal', async () => {
  await expectSidesAgree(fabric);
  const { code, output } = await until(
    () => rebuild(),
    (answer) => answer.output.includes('Nothing waits on the bus'),
  );
  expect(code).toBe(0);
  expect(output).toContain(', 0 different');
  const [, events] = / recomputed from ([\d,]+) events: /.exec(output) ?? [];
  expect((await rebuild('--journal')).output).toContain(
    `${events} events in the WMS ledger: ${events} were in the journal, 0 missing, 0 written, 0 different.`,
  );
  expect(await fabric.quarantine()).toEqual([]);
  expect((await fabric.get('findings')).body).toMatchObject({ findings: [], gaps: [] });
});

function rebuild(...flags: string[]): Promise<{ code: number; output: string }> {
  const { ports, urls } = fabric.stack;
  return runRebuild(flags, { ...functionAppSettings(ports), WmsAdapterUrl: urls.adapter });
}
