import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { someEvent } from '../../test/doubles/fixtures.ts';
import { type ServiceBusProcess, serviceBusProcess } from '../../test/parts/service-bus-process.ts';
import { ALLOCATION_DECISIONS_TOPIC } from './allocation-message.ts';
import { serviceBusEventsOnTheWay } from './events-on-the-way.ts';
import { inventoryMessage } from './inventory-message.ts';
import { PROJECTION_RETRY_QUEUE } from './retry-queue.ts';

let folder: string;
let bus: ServiceBusProcess;
let client: ServiceBusClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockbridge-on-the-way-'));
  bus = await serviceBusProcess(join(folder, 'bus'));
  await bus.start();
  client = new ServiceBusClient(bus.connectionString);
});

afterAll(async () => {
  await client?.close();
  await bus?.kill();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const onTheWay = serviceBusEventsOnTheWay(async () => new ServiceBusClient(bus.connectionString));

function at(second: number): string {
  return new Date(Date.UTC(2024, 10, 18, 10, 0, second)).toISOString();
}

function eventAt(second: number) {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  return inventoryMessage(someEvent({ timestamp: at(second) }), { traceparent });
}

test('The oldest commit on the way is found wherever it waits: topic, retry queue in any order, decisions', async () => {
  expect(await onTheWay.oldestCommit()).toBeNull();

  await client.createSender('inventory-events').sendMessages(eventAt(1_000));
  expect(await onTheWay.oldestCommit()).toBe(at(1_000));

  const late = new Date(Date.now() + 3_600_000);
  const retried = Array.from({ length: 250 }, (_, index) => ({
    ...eventAt(900 - index),
    scheduledEnqueueTimeUtc: late,
  }));
  await client.createSender(PROJECTION_RETRY_QUEUE).sendMessages(retried);
  expect(await onTheWay.oldestCommit()).toBe(at(651));

  await client
    .createSender(ALLOCATION_DECISIONS_TOPIC)
    .sendMessages({ body: { decidedAt: at(5) }, contentType: 'application/json' });
  expect(await onTheWay.oldestCommit()).toBe(at(5));
});
