import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type AdapterProcess, startAdapterProcess } from '../../apps/wms-adapter/adapter-process.ts';
import { scan } from '../../apps/wms-adapter/adapter-under-test.ts';
import { type InventoryEvent, inventoryEventSchema } from '../../shared/contracts/inventory-event.ts';
import { transactionResultsSchema } from '../../shared/contracts/transaction.ts';
import {
  receiveInventoryEvents,
  type ServiceBusProcess,
  serviceBusProcess,
} from '../parts/service-bus-process.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 });

/** The real adapter, the real SDK and the local Service Bus, each in its own process. */

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let folder: string;
let bus: ServiceBusProcess;
let adapter: AdapterProcess;
let received: ReturnType<typeof receiveInventoryEvents> | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wms-adapter-system-'));
  bus = await serviceBusProcess(join(folder, 'bus'));
  await bus.start();
  adapter = await startAdapter();
});

afterEach(async () => {
  await received?.close();
  received = undefined;
  await adapter.end('SIGKILL');
  await bus.kill();
  await rm(folder, { recursive: true });
});

describe('The WMS adapter on a real bus', () => {
  test('publishes every transaction as a CloudEvents message that continues the trace of the call', async () => {
    await addMasterData();
    const scans = [scan({ quantity: 10 }), scan({ type: 'transfer', quantity: 4, toLocationId: 'B-01' })];
    await post(scans, { traceparent: TRACEPARENT, tracestate: 'vendor=1' });
    const messages = listen();
    await expect.poll(() => messages.length, { timeout: 60_000 }).toBe(3);

    for (const message of messages) {
      const event = eventOf(message);
      expect(inventoryEventSchema.parse(event)).toEqual(event);
      expect(message).toMatchObject({
        messageId: event.eventId,
        contentType: 'application/json',
        subject: 'ITEM-1',
        applicationProperties: {
          cloudEvents_specversion: '1.0',
          cloudEvents_id: event.eventId,
          cloudEvents_source: '/stockbridge/wms-adapter/WH-001',
          cloudEvents_type: `stockbridge.${event.eventType}`,
          cloudEvents_time: event.timestamp,
          cloudEvents_subject: 'ITEM-1',
          tracestate: 'vendor=1',
        },
      });
      const { traceparent, 'Diagnostic-Id': diagnosticId } = message.applicationProperties ?? {};
      expect(traceparent).toMatch(
        /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
      );
      expect(diagnosticId).toBe(traceparent);
    }
    const transferred = messages.map(eventOf).filter((event) => event.eventType === 'InventoryTransfer');
    expect(transferred.map((event) => [event.locationId, event.counterpart?.locationId]).sort()).toEqual([
      ['A-05-02', 'B-01'],
      ['B-01', 'A-05-02'],
    ]);
    await expect.poll(async () => (await health()).outbox.unsent, { timeout: 60_000 }).toBe(0);
    expect((await health()).bus).toBe('connected');
  });

  test('killed in the middle of the load, loses no answered transaction and invents none', async () => {
    await addMasterData();
    const sent = new Set<string>();
    const answered = new Set<string>();
    const load = { stopped: false };
    const callers = Array.from({ length: 4 }, () => callUntilStopped(load, sent, answered));
    for (const atLeast of [500, 1_500]) {
      await expect.poll(() => answered.size, { timeout: 60_000 }).toBeGreaterThan(atLeast);
      await adapter.end('SIGKILL');
      adapter = await startAdapter();
    }
    await expect.poll(() => answered.size, { timeout: 60_000 }).toBeGreaterThan(2_500);
    load.stopped = true;
    await Promise.all(callers);
    expect([...sent].every((id) => answered.has(id))).toBe(true);

    await expectOnBusWhatIsInTheLedger(sent);
  });

  test('takes scans while the bus is away and publishes them when it is back', async () => {
    await addMasterData();
    await post([scan({})]);
    await bus.kill();
    const scans = Array.from({ length: 300 }, () => scan({}));
    const results = await post(scans);
    expect(results.every((result) => result.outcome === 'applied')).toBe(true);
    await expect.poll(async () => (await health()).bus, { timeout: 60_000 }).toBe('away');
    expect((await health()).status).toBe('ready');

    // The adapter restarts meanwhile: what waits is in its database, not in its memory.
    expect(await adapter.end('SIGTERM')).toBe(0);
    adapter = await startAdapter();
    expect((await health()).outbox.unsent).toBeGreaterThanOrEqual(300);
    await bus.start();
    await expectOnBusWhatIsInTheLedger(undefined, 301);
    await expect.poll(async () => (await health()).bus, { timeout: 60_000 }).toBe('connected');
  });

  test('stopped while a call is under way, ends it, publishes it and exits in good order', async () => {
    await addMasterData();
    const body = JSON.stringify(Array.from({ length: 100 }, () => scan({})));
    const call = await beginCall(body.length);
    const ended = adapter.end('SIGTERM');
    await expect.poll(() => fetch(`${adapter.url}/api/v1/health`).catch(() => 'refused')).toBe('refused');
    expect(transactionResultsSchema.parse(await call.finish(body)).results).toHaveLength(100);
    expect(await ended).toBe(0);

    const messages = listen();
    await expect.poll(() => messages.length, { timeout: 60_000 }).toBe(100);
    adapter = await startAdapter();
    expect((await health()).outbox.unsent).toBe(0);
    expect(await ledger()).toHaveLength(100);
  });
});

/** A call whose headers the adapter has, and whose body is still to come. */
async function beginCall(length: number): Promise<{ finish(body: string): Promise<unknown> }> {
  const request = httpRequest(`${adapter.url}/api/v1/transactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': length, expect: '100-continue' },
  });
  const continued = once(request, 'continue');
  request.flushHeaders();
  await continued;
  return {
    async finish(body) {
      const answered = once(request, 'response');
      request.end(body);
      const [response] = await answered;
      return json(response);
    },
  };
}

/** Sends calls of 25; one that got no answer is sent again, as a scanner does. */
async function callUntilStopped(
  load: { stopped: boolean },
  sent: Set<string>,
  answered: Set<string>,
): Promise<void> {
  while (!load.stopped) {
    const scans = Array.from({ length: 25 }, () =>
      scan({ locationId: Math.random() < 0.5 ? 'A-05-02' : 'B-01' }),
    );
    for (const { transactionId } of scans) {
      sent.add(transactionId);
    }
    for (const result of await postUntilAnswered(scans)) {
      expect(['applied', 'duplicate']).toContain(result.outcome);
      answered.add(result.transactionId);
    }
  }
}

async function postUntilAnswered(scans: object[]): ReturnType<typeof post> {
  for (;;) {
    try {
      return await post(scans);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Compares bus and ledger: the same events, at least once each; and the transactions, if given. */
async function expectOnBusWhatIsInTheLedger(transactions?: Set<string>, count?: number): Promise<void> {
  const events = await ledger();
  const messages = listen();
  const onBus = () => new Map(messages.map((message) => [String(message.messageId), eventOf(message)]));
  await expect.poll(() => onBus().size, { timeout: 60_000 }).toBeGreaterThanOrEqual(events.length);
  await expect.poll(async () => (await health()).outbox.unsent, { timeout: 60_000 }).toBe(0);
  expect(onBus()).toEqual(new Map(events.map((event) => [event.eventId, event])));
  if (transactions) {
    expect(new Set(events.map((event) => event.transactionId))).toEqual(transactions);
    expect(events).toHaveLength(transactions.size);
  }
  if (count !== undefined) {
    expect(events).toHaveLength(count);
  }
  expectEveryVersionOnce(events);
}

function expectEveryVersionOnce(events: InventoryEvent[]): void {
  const byPosition = Map.groupBy(events, (event) => `${event.warehouseId}/${event.locationId}`);
  for (const history of byPosition.values()) {
    expect(history.map((event) => event.version)).toEqual(history.map((_, index) => index + 1));
  }
}

const ledgerSchema = z.object({ events: z.array(inventoryEventSchema), next: z.string().optional() });

async function ledger(): Promise<InventoryEvent[]> {
  const events: InventoryEvent[] = [];
  let next: string | undefined;
  do {
    const page = ledgerSchema.parse(
      await getJson(`/ledger?limit=5000${next === undefined ? '' : `&after=${next}`}`),
    );
    events.push(...page.events);
    next = page.next;
  } while (next !== undefined);
  return events;
}

/** Everything that reaches the journal's subscription, from the first call on. */
function listen(): ServiceBusReceivedMessage[] {
  received ??= receiveInventoryEvents(bus.connectionString);
  return received.messages;
}

function eventOf(message: ServiceBusReceivedMessage): InventoryEvent {
  return message.body;
}

async function addMasterData(): Promise<void> {
  await request('PUT', '/items/ITEM-1', {});
  await request('PUT', '/warehouses/WH-001/locations/A-05-02', {});
  await request('PUT', '/warehouses/WH-001/locations/B-01', {});
}

async function post(scans: object[], headers: Record<string, string> = {}) {
  return transactionResultsSchema.parse(await request('POST', '/transactions', scans, headers)).results;
}

async function request(method: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${adapter.url}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.json();
}

async function getJson(path: string): Promise<unknown> {
  return (await fetch(`${adapter.url}/api/v1${path}`)).json();
}

const healthSchema = z.object({ status: z.string(), bus: z.string(), outbox: z.object({ unsent: z.int() }) });

async function health(): Promise<z.infer<typeof healthSchema>> {
  return healthSchema.parse(await getJson('/health'));
}

function startAdapter(): Promise<AdapterProcess> {
  return startAdapterProcess({ STOCKBRIDGE_DATA: folder, ServiceBusConnection: bus.connectionString });
}
