import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AdapterProcess, startAdapterProcess } from '../../apps/wms-adapter/adapter-process.ts';
import { scan } from '../../apps/wms-adapter/adapter-under-test.ts';
import { noticeOf } from '../../apps/wms-adapter/recounts/notice-fixture.ts';
import { allocationDecisionSchema } from '../../shared/contracts/allocation-messages.ts';
import { recountTasksSchema } from '../../shared/contracts/recount-task.ts';
import { transactionResultsSchema } from '../../shared/contracts/transaction.ts';
import { allocationRequestMessage } from '../../shared/service-bus/allocation-message.ts';
import { type ServiceBusProcess, serviceBusProcess } from '../parts/service-bus-process.ts';
import { until } from './fabric.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** The real adapter, the real SDK and the local Service Bus, each in its own process. */

let folder: string;
let bus: ServiceBusProcess;
let adapter: AdapterProcess;
let cloud: ServiceBusClient;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recount-tasks-'));
  bus = await serviceBusProcess(join(folder, 'bus'));
  await bus.start();
  adapter = await startAdapter();
  cloud = openCloud();
  await call('PUT', '/items/ITEM-1', {});
  await call('PUT', '/warehouses/WH-001/locations/A-05-02', {});
  await call('PUT', '/warehouses/WH-001/locations/B-01', {});
});

afterEach(async () => {
  await cloud.close();
  await adapter.end('SIGKILL');
  await bus.kill();
  await rm(folder, { recursive: true });
});

const A = { locationId: 'A-05-02', lotNumber: null };
const PHANTOM = { locationId: 'B-01', lotNumber: 'PHANTOM' };

describe('A recount that the cloud asks for', () => {
  test('is a task of the warehouse until its position is counted, also where the WMS never had the position', async () => {
    const { version } = await book({ quantity: 5 });
    const positions = [
      { ...A, sinceVersion: version },
      { ...PHANTOM, sinceVersion: 12 },
    ];
    const notice = noticeOf(4, 'recount-asked', { positions });
    await tell(notice);
    const [first] = await until(tasks, (listed) => listed.length === 2);
    expect(first).toEqual({
      positionId: 'WH-001|ITEM-1|A-05-02|',
      ...{ itemId: 'ITEM-1', warehouseId: 'WH-001', ...A },
      ...{ investigationId: 'WH-001:ITEM-1:1', askedAt: '2024-11-18T12:00:00.000Z' },
      ...{ askedBy: 'ann', reason: notice.step.detail },
    });
    expect(await tasks('?warehouseId=WH-002')).toEqual([]);

    await book({ type: 'pick', quantity: 1 });
    expect(await places()).toEqual(['A-05-02', 'B-01 PHANTOM']);
    await book({ type: 'count', quantity: 4, scannedAt: now() });
    expect(await places()).toEqual(['B-01 PHANTOM']);
    expect(await book({ ...PHANTOM, type: 'count', quantity: 0, scannedAt: now() })).toEqual({
      onHand: 0,
      version: 1,
    });
    expect(await places()).toEqual([]);

    // It comes again, as it may, and after a restart.
    await adapter.end('SIGKILL');
    adapter = await startAdapter();
    await tell(notice);
    await settled();
    expect(await places()).toEqual([]);
  });

  test('is withdrawn when the investigation is closed, and stays so when the notices come in another order', async () => {
    const asked = noticeOf(4, 'recount-asked', { positions: [{ ...A, sinceVersion: 0 }] });
    await tell(asked);
    await until(places, (listed) => listed.length === 1);
    await tell(noticeOf(5, 'explained'), noticeOf(6, 'closed'));
    await until(places, (listed) => listed.length === 0);
    await tell(asked, noticeOf(5, 'explained'));
    await settled();
    expect(await places()).toEqual([]);
    // Another ask of it, after which an older one comes.
    await tell(noticeOf(9, 'recount-asked', { positions: [{ ...PHANTOM, sinceVersion: 0 }] }));
    await until(places, (listed) => listed.length === 1);
    await tell(asked);
    await settled();
    expect(await places()).toEqual(['B-01 PHANTOM']);
  });

  test('that cannot be understood is dead-lettered, saying why, and neither those beside it nor allocations are harmed', async () => {
    const good = noticeOf(4, 'recount-asked', { positions: [{ ...A, sinceVersion: 0 }] });
    const { investigation } = good;
    const wholeWarehouse = { ...good, investigation: { ...investigation, itemId: null } };
    const elsewhere = { ...good, investigation: { ...investigation, warehouseId: 'WH-002' } };
    await tell({ ...good, noticeId: 'x' }, 'text', good, elsewhere, wholeWarehouse);
    const letters = await deadLetters(4);
    expect(letters.map(({ deadLetterReason }) => deadLetterReason).sort()).toEqual([
      'invalid-notice',
      'invalid-notice',
      'invalid-notice',
      'other-warehouse',
    ]);
    const descriptions = letters
      .map(({ deadLetterErrorDescription }) => deadLetterErrorDescription)
      .join('\n');
    for (const part of ['/noticeId: ', 'body: ', '/investigation/itemId: ', 'WH-002']) {
      expect(descriptions).toContain(part);
    }
    await until(places, (listed) => listed.length === 1);

    await book({ quantity: 3 });
    await cloud.createSender('allocation-requests').sendMessages(allocationRequestMessage(REQUEST, 0));
    const decisions = cloud.createReceiver('allocation-decisions', 'allocation', {
      receiveMode: 'receiveAndDelete',
    });
    const [decision] = await decisions.receiveMessages(1, { maxWaitTimeInMs: 30_000 });
    expect(allocationDecisionSchema.parse(decision?.body)).toMatchObject({
      status: 'confirmed',
      quantity: 2,
    });
  });

  test('is heard when the bus is back, whose absence /health tells and scans do not feel', async () => {
    await cloud.close();
    await bus.kill();
    const received = async () => Object(await call('GET', '/health')).investigations;
    await until(received, ({ away }) => away === 8, 60_000);
    await book({ quantity: 3 });
    await bus.start();
    await until(received, ({ connected }) => connected === 8, 60_000);
    expect(adapter.output()).toMatch(/Investigations are not received for .*WH-001.*: /);
    cloud = openCloud();
    await tell(noticeOf(4, 'recount-asked', { positions: [{ ...A, sinceVersion: 1 }] }));
    await until(places, (listed) => listed.length === 1);
  });
});

const REQUEST = {
  kind: 'request',
  ...{ allocationId: 'ORDER-1:1:1', orderId: 'ORDER-1', lineId: '1' },
  ...{ itemId: 'ITEM-1', warehouseId: 'WH-001', quantity: 2, leastQuantity: 2 },
  ...{ orderedAt: '2024-11-18T10:00:00Z', priority: 0 },
} as const;

const now = () => new Date().toISOString();

function startAdapter(): Promise<AdapterProcess> {
  return startAdapterProcess({ STOCKBRIDGE_DATA: folder, ServiceBusConnection: bus.connectionString });
}

function openCloud(): ServiceBusClient {
  return new ServiceBusClient(bus.connectionString, {
    retryOptions: { maxRetries: 100, retryDelayInMs: 100, timeoutInMs: 5_000 },
  });
}

/** Whatever they say, they reach the subscription of WH-001. */
async function tell(...notices: readonly unknown[]): Promise<void> {
  await cloud.createSender('investigations').sendMessages(
    notices.map((body) => ({
      body,
      contentType: 'application/json',
      applicationProperties: { warehouseId: 'WH-001' },
    })),
  );
}

/** Everything that was told has been taken. */
async function settled(): Promise<void> {
  const waiting = () => cloud.createReceiver('investigations', 'WH-001').peekMessages(10);
  await until(waiting, (messages) => messages.length === 0);
}

async function deadLetters(count: number): Promise<ServiceBusReceivedMessage[]> {
  const letters = cloud.createReceiver('investigations', 'WH-001', {
    subQueueType: 'deadLetter',
    receiveMode: 'receiveAndDelete',
  });
  const found: ServiceBusReceivedMessage[] = [];
  while (found.length < count) {
    const more = await letters.receiveMessages(count - found.length, { maxWaitTimeInMs: 30_000 });
    if (more.length === 0) throw new Error(`only ${found.length} of ${count} messages were dead-lettered`);
    found.push(...more);
  }
  return found;
}

async function tasks(query = '?warehouseId=WH-001') {
  return recountTasksSchema.parse(await call('GET', `/recount-tasks${query}`)).recountTasks;
}

async function places(): Promise<string[]> {
  return (await tasks()).map(({ locationId, lotNumber }) => [locationId, lotNumber ?? []].flat().join(' '));
}

/** Books a scan; answers where it led the position. */
async function book(fields: Record<string, unknown>): Promise<{ onHand: number; version: number }> {
  const answer = await call('POST', '/transactions', scan(fields));
  const [result] = transactionResultsSchema.parse(answer).results;
  if (result?.outcome !== 'applied' || !result.position) throw new Error(JSON.stringify(answer));
  return result.position;
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${adapter.url}/api/v1${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  expect(response.ok).toBe(true);
  return response.json();
}
