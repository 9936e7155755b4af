import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningHost, startHost } from '../../local/functions-host/host.ts';
import { readConfiguration } from '../../local/service-bus/config.ts';
import { type ServiceBus, startServiceBus } from '../../local/service-bus/start.ts';
import { functionAppSettings } from '../../local/stack/connections.ts';
import type { HoldState } from '../../shared/contracts/allocation.ts';
import { allocationRequestSchema } from '../../shared/contracts/allocation-messages.ts';
import { askAgainMs } from '../../shared/domain/retry-delay.ts';
import { type VirtualTime, virtualTime } from '../parts/virtual-time.ts';
import { type Fabric, startFabric, transaction, until } from './fabric.ts';
import { omsOf } from './orders.ts';
import { expectSidesAgree, wmsAllocations } from './promises.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

/**
 * Host and broker run in this process, on a clock that the test advances; stores and WMS are processes of their own.
 */

const REPOSITORY = join(import.meta.dirname, '../..');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Less than a lock of a minute, so that a jump takes no message from the function that has it in hand. */
const STEP = 50 * SECOND;
/** How much later than due a busy machine may ask; it is waited for, not asserted. */
const TOLERANCE = 5 * SECOND;
const WAREHOUSES = ['WH-001', 'WH-002'];

let fabric: Fabric;
let time: VirtualTime;
let bus: ServiceBus;
let host: RunningHost;
let oms: ReturnType<typeof omsOf>;
const logged: string[] = [];

beforeAll(async () => {
  fabric = await startFabric({ autoRestart: false, parts: ['cosmos', 'azurite', 'wms-adapter'] });
  time = virtualTime();
  const { dataFolder, ports } = fabric.stack;
  bus = await startServiceBus({
    configuration: readConfiguration(join(REPOSITORY, 'infra/service-bus/topology.json')),
    dataFolder: join(dataFolder, 'service-bus'),
    port: ports.serviceBus,
    clock: time.clock,
  });
  Object.assign(process.env, functionAppSettings(ports));
  host = await startHost({
    appFolder: REPOSITORY,
    port: ports.functions,
    dataFolder: join(dataFolder, 'functions'),
    clock: time.clock,
    write: (line) => logged.push(line),
  });
  oms = omsOf(fabric);
});

afterAll(async () => {
  await host?.stop();
  await bus?.close();
  time?.stop();
  await fabric?.stop();
});

/** Items that the WMS has, all in one warehouse, and that the cloud has heard of. */
async function itemsOf(warehouseId: string, pieces: number, count: number): Promise<string[]> {
  const itemIds = Array.from({ length: count }, () => `ITEM-${randomUUID().slice(0, 8)}`);
  await fabric.know(itemIds, ['A-01']);
  // The WMS is on the machine's time, and takes nothing that was scanned in its future.
  const scannedAt = new Date(performance.timeOrigin + performance.now()).toISOString();
  const results = await fabric.transact(
    itemIds.map((itemId) =>
      transaction({ itemId, warehouseId, quantity: pieces, locationId: 'A-01', scannedAt }),
    ),
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(itemIds.map(() => 'applied'));
  for (const itemId of itemIds) {
    await until(
      () => oms.atp(itemId),
      ({ onHand }) => onHand === pieces,
    );
  }
  return itemIds;
}

/** A request that a warehouse could receive now. */
type Lying = { readonly allocationId: string; readonly attempt: number; readonly enqueuedAt: number };

async function requestsLying(): Promise<Lying[]> {
  // A client goes on where it peeked last, whatever receiver asks: a new one begins at the first message.
  const client = new ServiceBusClient(bus.connectionString);
  const found: Lying[] = [];
  for (const warehouseId of WAREHOUSES) {
    const receiver = client.createReceiver('allocation-requests', warehouseId);
    for (;;) {
      const page = await receiver.peekMessages(250);
      if (page.length === 0) break;
      for (const { body, messageId, enqueuedTimeUtc, expiresAtUtc } of page) {
        if ((expiresAtUtc?.getTime() ?? 0) <= time.now()) continue;
        const { allocationId } = allocationRequestSchema.parse(body);
        const attempt = Number(String(messageId).split('|').at(-1));
        found.push({ allocationId, attempt, enqueuedAt: enqueuedTimeUtc?.getTime() ?? 0 });
      }
    }
  }
  await client.close();
  return found;
}

/** Waits until every allocation was asked for as often as its time demands, and answers what lies there then. */
function untilAsked(allocationIds: readonly string[]): Promise<Lying[]> {
  return until(requestsLying, (lying) =>
    allocationIds.every((allocationId) => {
      const [newest] = lying
        .filter((request) => request.allocationId === allocationId)
        .sort((a, b) => b.attempt - a.attempt);
      return newest && newest.enqueuedAt + askAgainMs(newest.attempt) + TOLERANCE > time.now();
    }),
  );
}

function alerts(): string[] {
  return logged.filter((line) => line.includes('allocation-unanswered'));
}

test('the WMS is down for an hour and more: its requests are asked again before they expire, holds stay, an alert is raised; back again, it confirms each once', async () => {
  const items = (await Promise.all(WAREHOUSES.map((warehouseId) => itemsOf(warehouseId, 10, 3)))).flat();
  fabric.stack.parts['wms-adapter']?.kill('SIGKILL');
  const orders = items.flatMap((itemId) =>
    [4, 3].map((quantity) => ({ itemId, quantity, orderId: `ORDER-${randomUUID().slice(0, 8)}` })),
  );
  for (const { orderId, ...line } of orders) await oms.order(orderId, [line]);
  const allocationIds = orders.map(({ orderId }) => `${orderId}:L1:1`);
  await untilAsked(allocationIds);
  expect(alerts()).toEqual([]);

  const down = time.now();
  while (time.now() < down + 75 * MINUTE) {
    time.advance(STEP);
    const lying = await untilAsked(allocationIds);
    // Asserted for its own sake: whatever the waiting above is satisfied with, nothing may have expired unasked.
    expect(new Set(lying.map(({ allocationId }) => allocationId))).toEqual(new Set(allocationIds));
    for (const itemId of items)
      expect(await oms.atp(itemId)).toMatchObject({ tentative: 7, confirmed: 0, atp: 3 });
  }

  for (const { orderId, quantity } of orders)
    expect(await oms.read(orderId)).toMatchObject({ status: 'tentative', lines: [{ tentative: quantity }] });
  const lying = await requestsLying();
  expect(lying.filter(({ attempt }) => attempt === 0)).toEqual([]);
  for (const allocationId of allocationIds)
    expect(alerts().some((line) => line.includes(allocationId))).toBe(true);

  await fabric.stack.parts['wms-adapter']?.restart();
  for (const { orderId, quantity } of orders) {
    const { lines } = await oms.until(orderId, ({ confirmed }) => confirmed === quantity);
    expect(lines[0]?.why.map(({ step }) => step)).toEqual(['held', 'confirmed']);
  }
  await until(requestsLying, (left) => left.length === 0);
  const reserved = await wmsAllocations(fabric);
  expect(reserved.map(({ allocationId }) => allocationId).sort()).toEqual([...allocationIds].sort());
  for (const itemId of items)
    expect(await oms.atp(itemId)).toMatchObject({ tentative: 0, confirmed: 7, atp: 3 });
  await expectSidesAgree(fabric);
});

test('a cart that nobody touches lets its stock go after its 30 minutes, one that is extended does not', async () => {
  const [itemId = ''] = await itemsOf('WH-001', 10, 1);
  const cart = async (method: string, path: string, body?: unknown): Promise<HoldState> =>
    (await oms.send(method, `holds/${path}`, body)).body;
  const keep = (quantity: number) => ({
    lines: [{ lineId: 'L1', itemId, quantity }],
    expiresInSeconds: 30 * 60,
  });
  const [left, extended] = [`CART-${randomUUID()}`, `CART-${randomUUID()}`];
  expect(await cart('PUT', left, keep(4))).toMatchObject({ status: 'held' });
  expect(await cart('PUT', extended, keep(3))).toMatchObject({ status: 'held' });
  expect(await oms.atp(itemId)).toMatchObject({ tentative: 7, atp: 3 });

  time.advance(20 * MINUTE);
  expect(await cart('POST', `${extended}/extension`, { expiresInSeconds: 30 * 60 })).toMatchObject({
    status: 'held',
  });
  time.advance(9 * MINUTE);
  expect(await oms.atp(itemId)).toMatchObject({ tentative: 7, atp: 3 });
  time.advance(MINUTE);
  await until(
    () => oms.atp(itemId),
    ({ tentative }) => tentative === 3,
  );
  expect(await cart('GET', left)).toMatchObject({ status: 'expired', lines: [{ held: 0 }] });
  expect(await cart('GET', extended)).toMatchObject({ status: 'held', lines: [{ held: 3 }] });

  time.advance(19 * MINUTE);
  expect(await cart('GET', extended)).toMatchObject({ status: 'held', lines: [{ held: 3 }] });
  time.advance(MINUTE);
  await until(
    () => oms.atp(itemId),
    ({ tentative, atp }) => tentative === 0 && atp === 10,
  );
  expect(await cart('GET', extended)).toMatchObject({ status: 'expired', lines: [{ held: 0 }] });
});
