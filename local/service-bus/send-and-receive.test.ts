import { expect, test, vi } from 'vitest';
import { collect, openClient, openTestBus, take, takeOne } from './test-bus.ts';

test('a message comes out of a queue as it went in, with every property', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  const sent = {
    body: { text: 'Grüße', number: 1.5, list: [1, null] },
    messageId: 'id-1',
    correlationId: 'c-1',
    contentType: 'application/json',
    subject: 'subject',
    to: 'to',
    replyTo: 'reply',
    partitionKey: 'p',
    timeToLive: 60_000,
    applicationProperties: { text: 'a', whole: 7, half: 0.5, yes: true, at: new Date(0), nothing: null },
  };
  await client.createSender('q').sendMessages(sent);
  const received = await takeOne(client.createReceiver('q'));
  expect(received).toMatchObject({
    ...sent,
    // The client library turns dates into milliseconds.
    applicationProperties: { ...sent.applicationProperties, at: 0 },
  });
  expect(received.deliveryCount).toBe(0);
  expect(received.sequenceNumber?.toNumber()).toBe(1);
  expect(received.state).toBe('active');
  expect(received.expiresAtUtc?.getTime()).toBe((received.enqueuedTimeUtc?.getTime() ?? 0) + 60_000);
});

test('a message without an id is given one', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  await client.createSender('q').sendMessages({ bodyType: 'value', body: 'bare' });
  const received = await takeOne(client.createReceiver('q'));
  expect(received.messageId).toMatch(/^[0-9a-f]{32}$/);
  expect(received.body).toBe('bare');
});

test('a batch arrives whole and in order', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  const sender = client.createSender('q');
  const batch = await sender.createMessageBatch();
  expect(batch.maxSizeInBytes).toBe(262_144);
  for (let index = 0; index < 100; index += 1) batch.tryAddMessage({ body: index });
  await sender.sendMessages(batch);
  const received = await take(client.createReceiver('q'), 100);
  expect(received.map((message) => message.body)).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

test('binary, value and sequence bodies keep their kind', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  const sender = client.createSender('q');
  await sender.sendMessages({ body: Buffer.from([0, 255, 128]) });
  await sender.sendMessages({ bodyType: 'value', body: { a: 1 } });
  await sender.sendMessages({ bodyType: 'sequence', body: [1, 'two'] });
  const bodies = (await take(client.createReceiver('q'), 3)).map((message) => message.body);
  expect(bodies).toEqual([Buffer.from([0, 255, 128]), { a: 1 }, [1, 'two']]);
});

test('every subscription of a topic gets its own copy', async () => {
  const { client } = await openTestBus({ topics: { t: { subscriptions: { a: {}, b: {} } } } });
  await client.createSender('t').sendMessages([{ body: 1 }, { body: 2 }]);
  const [a, b] = [client.createReceiver('t', 'a'), client.createReceiver('t', 'b')];
  const fromA = await take(a, 2);
  for (const message of fromA) await a.completeMessage(message);
  expect((await take(b, 2)).map((message) => message.body)).toEqual([1, 2]);
});

test('names of entities are compared without case', async () => {
  const { client } = await openTestBus({ topics: { Orders: { subscriptions: { Mine: {} } } } });
  await client.createSender('orders').sendMessages({ body: 1 });
  expect((await takeOne(client.createReceiver('ORDERS', 'mine'))).body).toBe(1);
});

test('receive and delete removes what it hands out', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  await client.createSender('q').sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
  const receiver = client.createReceiver('q', { receiveMode: 'receiveAndDelete' });
  expect((await take(receiver, 2)).map((message) => message.body)).toEqual([1, 2]);
  expect((await receiver.peekMessages(10)).map((one) => one.body)).toEqual([3]);
});

test('a peek shows messages in any state and locks nothing', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  const sender = client.createSender('q');
  await sender.sendMessages([{ body: 'locked' }, { body: 'deferred' }, { body: 'active' }]);
  await sender.scheduleMessages({ body: 'scheduled' }, new Date(Date.now() + 3_600_000));
  const receiver = client.createReceiver('q');
  const [, second] = await take(receiver, 2);
  if (second) await receiver.deferMessage(second);
  const peeked = await receiver.peekMessages(10);
  expect(peeked.map((message) => [message.body, message.state])).toEqual([
    ['locked', 'active'],
    ['deferred', 'deferred'],
    ['active', 'active'],
    ['scheduled', 'scheduled'],
  ]);
  expect(peeked.every((message) => message.lockedUntilUtc === undefined)).toBe(true);
  expect(await receiver.peekMessages(10)).toEqual([]);
});

test('one receiver takes more than 2048 messages', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  const sender = client.createSender('q');
  const total = 5000;
  for (let from = 0; from < total; from += 1000) {
    await sender.sendMessages(Array.from({ length: 1000 }, (_, index) => ({ body: from + index })));
  }
  const collected = collect(total);
  const receiver = client.createReceiver('q');
  receiver.subscribe(collected.handlers, { maxConcurrentCalls: 200 });
  await collected.complete;
  expect(new Set(collected.bodies).size).toBe(total);
  expect(collected.errors).toEqual([]);
});

test('batch receivers that stop waiting while messages arrive lose none and keep their link', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  const sender = client.createSender('q');
  const receiver = client.createReceiver('q');
  const received: unknown[] = [];
  for (let round = 0; round < 30; round += 1) {
    const receiving = receiver.receiveMessages(3, { maxWaitTimeInMs: 5 + (round % 7) });
    await sender.sendMessages({ body: round });
    for (const message of await receiving) {
      received.push(message.body);
      await receiver.completeMessage(message);
    }
  }
  while (received.length < 30) {
    const message = await takeOne(receiver);
    received.push(message.body);
    await receiver.completeMessage(message);
  }
  expect(received.toSorted((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: 30 }, (_, index) => index),
  );
  expect(await receiver.peekMessages(1)).toEqual([]);
});

test('receivers on several connections share the messages of a queue', async () => {
  const { bus, client } = await openTestBus({ queues: { q: {} } });
  const received: unknown[] = [];
  const shares = [0, 0, 0, 0];
  for (const index of shares.keys()) {
    openClient(bus.connectionString)
      .createReceiver('q')
      .subscribe({
        async processMessage(message) {
          shares[index] = (shares[index] ?? 0) + 1;
          received.push(message.body);
        },
        async processError() {},
      });
  }
  const sender = client.createSender('q');
  let sent = 0;
  await vi.waitUntil(
    async () => {
      await sender.sendMessages(Array.from({ length: 20 }, (_, index) => ({ body: sent + index })));
      sent += 20;
      return shares.every((share) => share > 0);
    },
    { timeout: 10_000 },
  );
  await vi.waitUntil(() => received.length >= sent, { timeout: 10_000 });
  expect(received.toSorted((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: sent }, (_, index) => index),
  );
});

test('a message over 262144 bytes is refused, alone, scheduled or in a batch, and nothing of it is kept', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  const sender = client.createSender('q');
  const tooLarge = { body: 'x'.repeat(300 * 1024) };
  await expect(sender.sendMessages(tooLarge)).rejects.toMatchObject({
    code: 'MessageSizeExceeded',
    retryable: false,
  });
  await expect(sender.scheduleMessages(tooLarge, new Date(Date.now() + 60_000))).rejects.toMatchObject({
    code: 'MessageSizeExceeded',
  });
  expect((await sender.createMessageBatch()).tryAddMessage(tooLarge)).toBe(false);
  await sender.sendMessages({ body: 'x'.repeat(200 * 1024) });
  expect((await client.createReceiver('q').peekMessages(10)).length).toBe(1);
});

test('a message id seen within the window is accepted and dropped, by queues and by topics', async () => {
  const detection = { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT1M' };
  const { client } = await openTestBus({
    queues: { q: detection },
    topics: { t: { properties: detection, subscriptions: { a: {} } } },
  });
  for (const [name, receiver] of [
    ['q', client.createReceiver('q')],
    ['t', client.createReceiver('t', 'a')],
  ] as const) {
    const sender = client.createSender(name);
    await sender.sendMessages({ messageId: 'one', body: 'first' });
    await sender.sendMessages([
      { messageId: 'one', body: 'again' },
      { messageId: 'two', body: 'second' },
    ]);
    await sender.scheduleMessages({ messageId: 'two', body: 'again' }, new Date(Date.now() + 60_000));
    expect((await receiver.peekMessages(10)).map((message) => message.body)).toEqual(['first', 'second']);
  }
});
