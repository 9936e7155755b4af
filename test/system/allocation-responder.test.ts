import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBusClient, type ServiceBusMessage, type ServiceBusReceivedMessage } from '@azure/service-bus';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AdapterProcess, startAdapterProcess } from '../../apps/wms-adapter/adapter-process.ts';
import { scan } from '../../apps/wms-adapter/adapter-under-test.ts';
import {
  type AllocationDecision,
  type AllocationRequest,
  allocationDecisionSchema,
} from '../../shared/contracts/allocation-messages.ts';
import { allocationRequestMessage } from '../../shared/service-bus/allocation-message.ts';
import { type ServiceBusProcess, serviceBusProcess, TOPOLOGY } from '../parts/service-bus-process.ts';
import { until } from './fabric.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** The real adapter, the real SDK and the local Service Bus, each in its own process. */

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let folder: string;
let bus: ServiceBusProcess;
let adapter: AdapterProcess;
let cloud: Cloud;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allocation-responder-'));
  bus = await serviceBusProcess(join(folder, 'bus'), await topologyWithShortLocks());
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

describe('The allocation responder on a real bus', () => {
  test('confirms what is in stock, rejects what is not, releases, and continues the trace of each request', async () => {
    await book({ quantity: 10 });
    const first = request({ quantity: 8, leastQuantity: 1 });
    await cloud.ask(first, { traceparent: TRACEPARENT, tracestate: 'vendor=1' });
    const confirmed = await cloud.decided(first.allocationId);
    expect(confirmed).toMatchObject({ sequence: 1, status: 'confirmed', quantity: 8, picked: 0 });

    const second = request({ quantity: 5, leastQuantity: 3 });
    await cloud.ask(second);
    expect(await cloud.decided(second.allocationId)).toMatchObject({
      status: 'rejected',
      reason: 'insufficient-stock',
      quantity: 0,
    });

    await cloud.ask(releaseOf(first));
    expect(await cloud.decided(first.allocationId, 2)).toMatchObject({ status: 'released', quantity: 0 });

    const [message] = cloud.messages;
    expect(message).toMatchObject({
      messageId: `${first.allocationId}|1`,
      contentType: 'application/json',
      subject: 'ITEM-1',
      applicationProperties: { tracestate: 'vendor=1' },
    });
    expect(message?.applicationProperties?.traceparent).toMatch(
      /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
    );
  });

  test('gives the same decision under the same number to a request that comes again, and reserves nothing twice', async () => {
    await book({ quantity: 10 });
    const asked = request({ quantity: 4 });
    for (let times = 1; times <= 3; times += 1) {
      await cloud.ask(asked);
      await until(
        async () => cloud.messages.length,
        (count) => count === times,
      );
    }
    expect(new Set(cloud.messages.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await positions())[0]).toMatchObject({ onHand: 10, reserved: 4 });
  });

  test('dead-letters what is no request and what is for another warehouse, saying why, and nothing beside it', async () => {
    await book({ quantity: 10 });
    const good = Array.from({ length: 10 }, () => request({}));
    const elsewhere = { ...request({}), warehouseId: 'WH-002' };
    const bad = [{ ...request({}), quantity: '5' }, { ...request({}), leastQuantity: 2 }, elsewhere, 'text'];
    // In one batch, so that their outcomes come together.
    await cloud.send([...good, ...bad, ...good].sort(() => Math.random() - 0.5).map(messageOf));
    const letters = await cloud.deadLetters('WH-001', 4);
    expect(letters.map(({ deadLetterReason }) => deadLetterReason).sort()).toEqual([
      'invalid-request',
      'invalid-request',
      'invalid-request',
      'other-warehouse',
    ]);
    const descriptions = letters
      .map(({ deadLetterErrorDescription }) => deadLetterErrorDescription)
      .join('\n');
    for (const part of ['/quantity', '/leastQuantity: must not be more than quantity', 'WH-002', 'body: ']) {
      expect(descriptions).toContain(part);
    }
    await until(
      async () => cloud.messages.length,
      (count) => count === 20,
    );
    await until(
      () => cloud.waiting('WH-001'),
      (waiting) => waiting.length === 0,
    );
  });

  test('tells by REST what is reserved, picked and under lock', async () => {
    await book({ quantity: 10 });
    const asked = request({ quantity: 6 });
    await cloud.ask(asked);
    await cloud.decided(asked.allocationId);
    const { allocationId, orderId, lineId, itemId, warehouseId } = asked;
    await book({ type: 'pick', quantity: 2, allocationId, closesAllocation: true });
    const { decidedAt, sequence } = await cloud.decided(allocationId, 2);
    expect(await call('GET', `/allocations?orderId=${orderId}&itemId=ITEM-1&warehouseId=WH-001`)).toEqual({
      allocations: [
        {
          ...{ allocationId, orderId, lineId, itemId, warehouseId },
          ...{ requested: 6, reserved: 2, picked: 2, status: 'reduced', sequence, decidedAt },
        },
      ],
    });
    expect(await call('GET', '/allocations?orderId=ORDER-X')).toEqual({ allocations: [] });

    const lock = { warehouseId, locationId: 'A-05-02', scannerId: 'SCANNER-09', userId: 'user' };
    const { until: end } = Object(await call('POST', '/locks', lock));
    const under = request({ quantity: 1 });
    await cloud.ask(under);
    expect(await cloud.decided(under.allocationId)).toMatchObject({ reason: 'under-count', retryAt: end });
  });

  test('killed again and again under load, decides every request once and promises nothing twice', async () => {
    await book({ quantity: 100 });
    const asked = Array.from({ length: 400 }, () => request({}));
    const ask = (requests: Asked[]) => cloud.send(requests.map((one) => allocationRequestMessage(one, 0)));
    await ask(asked.slice(0, 200));
    for (const answered of [20, 150]) {
      await until(
        async () => cloud.messages.length,
        (count) => count >= answered,
        60_000,
      );
      await adapter.end('SIGKILL');
      await ask(answered === 20 ? asked.slice(200) : []);
      adapter = await startAdapter();
    }
    const decisions = async () =>
      new Map(cloud.messages.map(({ body }) => [allocationDecisionSchema.parse(body).allocationId, body]));
    // A message that was under way at a kill comes back when its lock ends.
    const all = await until(decisions, ({ size }) => size === asked.length, 100_000);
    const confirmed = [...all.values()].filter(({ status }) => status === 'confirmed');
    expect(confirmed).toHaveLength(100);
    const distinct = new Set(cloud.messages.map(({ body }) => JSON.stringify(body)));
    expect(distinct.size).toBe(asked.length);
    expect(await positions()).toMatchObject([{ onHand: 100, reserved: 100 }]);
  });

  test('takes scans and says so while the bus, or a subscription of it, is missing, and answers when it is there', async () => {
    await adapter.end('SIGTERM');
    await bus.kill();
    adapter = await startAdapter({ STOCKBRIDGE_WAREHOUSES: 'WH-001,WH-099' });
    const received = async () => Object(await call('GET', '/health')).allocationRequests;
    await until(received, ({ away }) => away === 2, 60_000);
    await book({ quantity: 3 });
    await bus.start();
    await until(received, ({ connected, away }) => connected === 1 && away === 1, 60_000);
    expect(adapter.output()).toMatch(/Allocation requests are not received for .*WH-099.*: .*/);

    await cloud.close();
    cloud = openCloud();
    const asked = request({ quantity: 3 });
    await cloud.ask(asked);
    expect(await cloud.decided(asked.allocationId)).toMatchObject({ status: 'confirmed', quantity: 3 });

    // The bus goes while the adapter runs, and is back.
    await bus.kill();
    await until(received, ({ away }) => away === 2, 60_000);
    await bus.start();
    await until(received, ({ connected }) => connected === 1, 60_000);
    await cloud.close();
    cloud = openCloud();
    await cloud.ask(releaseOf(asked));
    expect(await cloud.decided(asked.allocationId, 2)).toMatchObject({ status: 'released' });
  });
});

/** As it is deployed, but locks last 15 seconds instead of a minute, for which the test of kills would wait. */
async function topologyWithShortLocks(): Promise<string> {
  const file = join(folder, 'topology.json');
  const text = await readFile(TOPOLOGY, 'utf8');
  await writeFile(file, text.replaceAll('"lockDuration": "PT1M"', '"lockDuration": "PT15S"'));
  return file;
}

interface Cloud {
  /** Decisions that arrived, in that order. */
  readonly messages: ServiceBusReceivedMessage[];
  ask(request: AllocationRequest, properties?: Record<string, string>): Promise<void>;
  send(messages: ServiceBusMessage[]): Promise<void>;
  /** The decision of that number, once it is there. */
  decided(allocationId: string, sequence?: number): Promise<AllocationDecision>;
  deadLetters(warehouseId: string, count: number): Promise<ServiceBusReceivedMessage[]>;
  /** Messages of the warehouse's subscription that are not settled yet. */
  waiting(warehouseId: string): Promise<ServiceBusReceivedMessage[]>;
  close(): Promise<void>;
}

function openCloud(): Cloud {
  const client = new ServiceBusClient(bus.connectionString, {
    retryOptions: { maxRetries: 100, retryDelayInMs: 100, timeoutInMs: 5_000 },
  });
  const sender = client.createSender('allocation-requests');
  const messages: ServiceBusReceivedMessage[] = [];
  const receiver = client.createReceiver('allocation-decisions', 'allocation', {
    receiveMode: 'receiveAndDelete',
  });
  receiver.subscribe(
    {
      processMessage: async (message) => {
        messages.push(message);
      },
      processError: async () => undefined,
    },
    { maxConcurrentCalls: 200 },
  );
  return {
    messages,
    async ask(asked, properties = {}) {
      const message = allocationRequestMessage(asked, 0);
      await sender.sendMessages({
        ...message,
        applicationProperties: { ...message.applicationProperties, ...properties },
      });
    },
    send: (messages) => sender.sendMessages(messages),
    async decided(allocationId, sequence = 1) {
      const find = async () =>
        messages
          .map(({ body }) => allocationDecisionSchema.parse(body))
          .find((decision) => decision.allocationId === allocationId && decision.sequence === sequence);
      const decision = await until(find, (found) => found !== undefined);
      if (!decision) throw new Error(`there is no decision ${sequence} on ${allocationId}`);
      return decision;
    },
    async deadLetters(warehouseId, count) {
      const letters = client.createReceiver('allocation-requests', warehouseId, {
        subQueueType: 'deadLetter',
        receiveMode: 'receiveAndDelete',
      });
      const found: ServiceBusReceivedMessage[] = [];
      while (found.length < count) {
        found.push(...(await letters.receiveMessages(count - found.length, { maxWaitTimeInMs: 30_000 })));
      }
      return found;
    },
    waiting: (warehouseId) => client.createReceiver('allocation-requests', warehouseId).peekMessages(100),
    close: () => client.close(),
  };
}

/** Whatever it holds, it reaches the subscription of WH-001. */
function messageOf(body: unknown): ServiceBusMessage {
  return { body, contentType: 'application/json', applicationProperties: { warehouseId: 'WH-001' } };
}

type Asked = AllocationRequest & { kind: 'request' };

let lastOrder = 0;

function request(fields: Partial<Omit<Asked, 'kind'>>): Asked {
  lastOrder += 1;
  const orderId = `ORDER-${lastOrder}`;
  return {
    kind: 'request',
    allocationId: `${orderId}:1:1`,
    orderId,
    lineId: '1',
    itemId: 'ITEM-1',
    warehouseId: 'WH-001',
    quantity: 1,
    leastQuantity: 1,
    orderedAt: '2024-11-18T10:00:00Z',
    priority: 0,
    ...fields,
  };
}

function releaseOf({ allocationId, orderId, lineId, itemId, warehouseId }: Asked): AllocationRequest {
  return { kind: 'release', allocationId, orderId, lineId, itemId, warehouseId };
}

async function book(fields: Record<string, unknown>): Promise<void> {
  const answer = await call('POST', '/transactions', scan(fields));
  expect(answer).toMatchObject({ results: [{ outcome: 'applied' }] });
}

async function positions(): Promise<object[]> {
  return Object(await call('GET', '/positions?itemId=ITEM-1')).positions;
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

function startAdapter(environment: Record<string, string> = {}): Promise<AdapterProcess> {
  return startAdapterProcess({
    STOCKBRIDGE_DATA: folder,
    ServiceBusConnection: bus.connectionString,
    ...environment,
  });
}
