import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeApp } from '../fixtures/make-app.ts';
import { type Broker, runBroker } from '../fixtures/run-broker.ts';
import { type HostProcess, runHost } from '../fixtures/run-host.ts';
import { until } from '../fixtures/until.ts';

interface Entry {
  fn: string;
  bodies?: string[];
  message?: unknown;
  messages?: unknown[];
  deliveryCounts?: number[];
  trace?: { traceParent?: string };
  metadata: Record<string, unknown>;
}

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

const app = makeApp('service-bus.js', {
  version: '2.0',
  extensions: { serviceBus: { maxMessageBatchSize: 200, maxConcurrentCalls: 4 } },
});
const recordFile = join(app.folder, 'record.jsonl');
let broker: Broker;
let host: HostProcess;
let client: ServiceBusClient;

beforeAll(async () => {
  broker = await runBroker({
    single: { MaxDeliveryCount: 3, LockDuration: 'PT5S' },
    beside: { MaxDeliveryCount: 3 },
    poison: { MaxDeliveryCount: 3 },
    late: { MaxDeliveryCount: 3, LockDuration: 'PT5S' },
    kept: { MaxDeliveryCount: 3, LockDuration: 'PT5S' },
    out: {},
  });
  app.write('local.settings.json', {
    Values: { BusConnection: broker.connectionString, EVENTS_TOPIC: 'events' },
  });
  host = await startHost();
  client = new ServiceBusClient(broker.connectionString);
});

afterAll(async () => {
  await client.close();
  await host.stop();
  await broker.remove();
  app.remove();
});

const startHost = () => runHost(app, [], { RECORD: recordFile });
const entries = (fn: string): Entry[] =>
  (existsSync(recordFile) ? readFileSync(recordFile, 'utf8') : '')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
    .filter((entry: Entry) => entry.fn === fn);
const send = (entity: string, messages: ServiceBusMessage | ServiceBusMessage[]) =>
  client.createSender(entity).sendMessages(messages);

/** True when nothing is left, locked messages included. A client of its own each time: one peeks on where it stopped. */
const isEmpty = async (entity: string) => {
  const peeker = new ServiceBusClient(broker.connectionString);
  const messages = await peeker.createReceiver(entity).peekMessages(1);
  await peeker.close();
  return messages.length === 0;
};

/** Entries of `events` that hold this body, over all batches. */
const batchOf = (body: Buffer) =>
  entries('events').find(({ bodies }) => bodies?.includes(body.toString('base64')));
const bodiesSeen = () => entries('events').flatMap(({ bodies }) => bodies ?? []);

describe('a topic function with cardinality many and dataType binary', () => {
  test('gets bodies byte for byte: JSON as sent, broken UTF-8, empty, 250 KB', async () => {
    const bodies = [
      Buffer.from('{ "a" : 1.0 }'),
      Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]),
      Buffer.alloc(0),
      Buffer.from(Uint8Array.from({ length: 250_000 }, (_, i) => (i * 31) % 256)),
    ];
    for (const body of bodies) await send('events', { body, contentType: 'application/json' });
    await until(() => bodiesSeen().length >= bodies.length);
    expect(bodiesSeen().sort()).toEqual(bodies.map((body) => body.toString('base64')).sort());
  });

  test('gets the metadata of the extension, in arrays aligned with the messages', async () => {
    const body = Buffer.from('with metadata');
    await send('events', {
      body,
      messageId: 'evt-1',
      correlationId: 'c-1',
      subject: 'stock',
      contentType: 'text/plain',
      applicationProperties: { Tenant: 'A', count: 3, nested_Name: true },
    });
    const { metadata } = await until(() => batchOf(body));
    const only = (name: string) => (metadata[name] as unknown[]).at(-1);
    expect(only('messageIdArray')).toBe('evt-1');
    expect(only('correlationIdArray')).toBe('c-1');
    expect(only('subjectArray')).toBe('stock');
    expect(only('labelArray')).toBe('stock');
    expect(only('contentTypeArray')).toBe('text/plain');
    expect(only('deliveryCountArray')).toBe(1);
    expect(only('lockTokenArray')).toMatch(/^[\da-f-]{36}$/);
    expect(only('sequenceNumberArray')).toEqual(expect.any(Number));
    expect(only('enqueuedTimeUtcArray')).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}(\.\d+)?$/);
    expect(only('enqueuedTimeArray')).toMatch(/\+00:00$/);
    expect(only('expiresAtArray')).toMatch(/\+00:00$/);
    // The library lowers first letters, of property names too.
    expect(only('applicationPropertiesArray')).toEqual({ tenant: 'A', count: 3, nested_Name: true });
    expect(only('userPropertiesArray')).toEqual(only('applicationPropertiesArray'));
    expect(metadata.client).toEqual({});
    expect(metadata.invocationId).toMatch(/^[\da-f-]{36}$/);
  });

  test('takes in one batch what has arrived, and never more than maxMessageBatchSize', async () => {
    const before = bodiesSeen().length;
    const messages = Array.from({ length: 1000 }, (_, i) => ({ body: Buffer.from(`bulk ${i}`) }));
    await send('events', messages);
    await until(() => bodiesSeen().length >= before + 1000);
    const bulk = entries('events').map(
      ({ bodies }) =>
        (bodies ?? []).filter((body) => Buffer.from(body, 'base64').toString().startsWith('bulk')).length,
    );
    expect(Math.max(...bulk)).toBeGreaterThan(10);
    expect(Math.max(...bulk)).toBeLessThanOrEqual(200);
    expect(bodiesSeen()).toHaveLength(before + 1000);
  });

  test('completes what it was given', async () => {
    await until(() => isEmpty('events/subscriptions/all'));
  });
});

describe('a queue function with cardinality one', () => {
  test('gets JSON parsed, the metadata of its message, and the trace of the sender', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await send('single', {
      body: Buffer.from('{"id":"one"}'),
      messageId: 'm-1',
      applicationProperties: { traceparent, Tenant: 'A' },
    });
    const entry = await until(() => entries('single').find(({ metadata }) => metadata.messageId === 'm-1'));
    expect(entry.message).toEqual({ id: 'one' });
    expect(entry.metadata).toMatchObject({
      deliveryCount: 1,
      applicationProperties: { tenant: 'A', traceparent },
    });
    expect(entry.metadata).not.toHaveProperty('subject');
    expect(entry.metadata).not.toHaveProperty('correlationId');
    expect(entry.trace?.traceParent).toBe(traceparent);
  });

  test('abandons a message when it throws, until the broker dead-letters it by count', async () => {
    await send('single', { body: Buffer.from('{"fail":true}'), messageId: 'fails' });
    const receiver = client.createReceiver('single', { subQueueType: 'deadLetter' });
    const [dead] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 20_000 });
    expect(dead?.deadLetterReason).toBe('MaxDeliveryCountExceeded');
    const seen = entries('single').filter(({ metadata }) => metadata.messageId === 'fails');
    expect(seen.map(({ metadata }) => metadata.deliveryCount)).toEqual([1, 2, 3]);
    await host.waitFor(/error single: failed after \d+ ms \([\da-f-]+\): Error: told to fail/);
    await receiver.close();
  });

  test('loses none that fail beside others that succeed', async () => {
    const bodies = Array.from({ length: 40 }, (_, n) => ({ n, fail: n % 2 === 1 }));
    const failing = bodies.filter(({ fail }) => fail).map(({ n }) => n);
    await send(
      'beside',
      bodies.map((body) => ({ body: Buffer.from(JSON.stringify(body)) })),
    );
    const receiver = client.createReceiver('beside', { subQueueType: 'deadLetter' });
    const dead: number[] = [];
    await until(async () => {
      const messages = await receiver.receiveMessages(failing.length, { maxWaitTimeInMs: 1000 });
      dead.push(...messages.map(({ body }) => body.n));
      return (await isEmpty('beside')) && dead.length >= failing.length;
    }, `the failing ones to be dead-lettered`);
    expect(dead.sort((one, other) => one - other)).toEqual(failing);
    await receiver.close();
  });

  test.concurrent('keeps the lock of a message that takes longer than it', async () => {
    await send('single', { body: Buffer.from('{"wait":6000}'), messageId: 'slow' });
    await until(() => entries('single').some(({ metadata }) => metadata.messageId === 'slow'));
    await until(() => isEmpty('single'));
    expect(entries('single').filter(({ metadata }) => metadata.messageId === 'slow')).toHaveLength(1);
  });

  test.concurrent('a batch that outlasts its locks is said to be lost, and is delivered again', async () => {
    await send('late', { body: Buffer.from('"late"') });
    await host.waitFor(
      /warn {2}late: 1 of 1 messages were not completed: .*; the broker delivers them again/,
    );
    await until(() => entries('late').length === 2);
    await until(() => isEmpty('late'));
  });

  test.concurrent('leaves the message to its lock with autoCompleteMessages off', async () => {
    await send('kept', { body: Buffer.from('"once more"') });
    await until(() => entries('kept').length >= 2);
    expect(
      entries('kept')
        .slice(0, 2)
        .map(({ message }) => message),
    ).toEqual(['once more', 'once more']);
  });
});

test('a batch that throws is abandoned whole', async () => {
  await send('poison', [{ body: Buffer.from('good') }, { body: Buffer.from('bad') }]);
  const receiver = client.createReceiver('poison', { subQueueType: 'deadLetter' });
  const dead: unknown[] = [];
  await until(async () => {
    dead.push(
      ...(await receiver.receiveMessages(2, { maxWaitTimeInMs: 1000 })).map(({ body }) => String(body)),
    );
    return dead.includes('bad');
  });
  const last = entries('poison').findLast(({ messages }) => messages?.includes('bad'));
  expect(last?.deliveryCounts?.at(-1)).toBe(3);
  await receiver.close();
});

describe('a Service Bus output', () => {
  test.each([
    ['text', 'plain words', ['plain words']],
    ['bytes', Buffer.from([0, 255, 1]), ['AP8B']],
    ['json', '{"a":1}', ['{"a":1}']],
    ['json', '[{"a":1},"two",3]', ['{"a":1}', 'two', '3']],
  ])('sends %s %s', async (kind, body, expected) => {
    const response = await fetch(`${host.url}/api/send?kind=${kind}`, { method: 'POST', body });
    expect(response.status).toBe(202);
    const receiver = client.createReceiver('out', {
      receiveMode: 'receiveAndDelete',
      skipParsingBodyAsJson: true,
    });
    const received: string[] = [];
    while (received.length < expected.length) {
      const messages = await receiver.receiveMessages(expected.length, { maxWaitTimeInMs: 5000 });
      received.push(
        ...messages.map((message) => message.body.toString(kind === 'bytes' ? 'base64' : 'utf8')),
      );
    }
    expect(received).toEqual(expected);
    await receiver.close();
  });
});

test('the host outlives the broker: it says so once, and goes on when it is back', async () => {
  await broker.kill();
  await host.waitFor(
    /warn {2}events: cannot receive from events\/subscriptions\/all \(BusConnection\): .*; trying again until it works/,
  );
  await broker.start();
  await host.waitFor(/info {2}events: receiving from events\/subscriptions\/all \(BusConnection\) again/);
  await client.close();
  client = new ServiceBusClient(broker.connectionString);
  const body = Buffer.from('after the outage');
  await send('events', { body });
  await until(() => batchOf(body));
  expect(host.output().match(/cannot receive from events\/subscriptions\/all/g)).toHaveLength(1);
});

test('on SIGTERM it finishes and settles what it has begun', async () => {
  await send('single', { body: Buffer.from('{"wait":500}'), messageId: 'last' });
  await until(() => entries('single').some(({ metadata }) => metadata.messageId === 'last'));
  expect(await host.stop()).toBe(0);
  expect(await isEmpty('single')).toBe(true);
});
