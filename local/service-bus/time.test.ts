import { expect, test, vi } from 'vitest';
import { ManualClock } from '../manual-clock.ts';
import { openTestBus, take, takeOne } from './test-bus.ts';

const MINUTE = 60_000;

test('a scheduled message is enqueued when its time comes, under a new sequence number', async () => {
  const clock = new ManualClock();
  const { client } = await openTestBus({ queues: { q: {} } }, { clock });
  const sender = client.createSender('q');
  const [scheduled] = await sender.scheduleMessages({ body: 'later' }, new Date(clock.now() + MINUTE));
  await sender.sendMessages({ body: 'now' });
  const receiver = client.createReceiver('q');
  const first = await takeOne(receiver);
  expect(first.body).toBe('now');
  await receiver.completeMessage(first);
  clock.advance(MINUTE - 1);
  expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 20 })).toEqual([]);
  clock.advance(1);
  const message = await takeOne(receiver);
  expect(message.body).toBe('later');
  expect(message.enqueuedSequenceNumber).toBe(scheduled?.toNumber());
  expect(message.sequenceNumber?.toNumber()).toBe(3);
  expect(message.enqueuedTimeUtc?.getTime()).toBe(clock.now());
});

test('a scheduled message in a plain send is held back as well; one whose time is past is not', async () => {
  const clock = new ManualClock();
  const { client } = await openTestBus({ topics: { t: { subscriptions: { a: {}, b: {} } } } }, { clock });
  await client.createSender('t').sendMessages([
    { body: 'past', scheduledEnqueueTimeUtc: new Date(clock.now() - MINUTE) },
    { body: 'future', scheduledEnqueueTimeUtc: new Date(clock.now() + MINUTE) },
  ]);
  const [a, b] = [client.createReceiver('t', 'a'), client.createReceiver('t', 'b')];
  expect((await a.peekMessages(5)).map((message) => message.body)).toEqual(['past']);
  clock.advance(MINUTE);
  expect((await take(a, 2)).map((message) => message.body)).toEqual(['past', 'future']);
  expect((await take(b, 2)).map((message) => message.body)).toEqual(['past', 'future']);
});

test('cancelled messages never arrive; what is not scheduled cannot be cancelled', async () => {
  const clock = new ManualClock();
  const { client } = await openTestBus({ queues: { q: {} } }, { clock });
  const sender = client.createSender('q');
  const numbers = await sender.scheduleMessages(
    [{ body: 1 }, { body: 2 }, { body: 3 }],
    new Date(clock.now() + MINUTE),
  );
  await sender.cancelScheduledMessages(numbers.slice(0, 2));
  await expect(sender.cancelScheduledMessages(numbers[0] ?? [])).rejects.toMatchObject({
    code: 'MessageNotFound',
  });
  clock.advance(MINUTE);
  expect((await take(client.createReceiver('q'), 1))[0]?.body).toBe(3);
});

test('thousands of scheduled messages come out in the order of their times', async () => {
  const clock = new ManualClock();
  const { client } = await openTestBus({ queues: { q: {} } }, { clock });
  const sender = client.createSender('q');
  const at = clock.now() + MINUTE;
  await sender.scheduleMessages(
    Array.from({ length: 1000 }, (_, index) => ({ body: index })),
    new Date(at + 1),
  );
  await sender.scheduleMessages({ body: 'first' }, new Date(at));
  clock.advance(MINUTE + 1);
  const received = await take(client.createReceiver('q'), 1001);
  expect(received.map((message) => message.body)).toEqual([
    'first',
    ...Array.from({ length: 1000 }, (_, i) => i),
  ]);
});

test('an expired message is dead-lettered, also when nobody receives', async () => {
  const clock = new ManualClock();
  const { client } = await openTestBus(
    { queues: { q: { DeadLetteringOnMessageExpiration: true, DefaultMessageTimeToLive: 'PT10M' } } },
    { clock },
  );
  await client.createSender('q').sendMessages([{ body: 'short', timeToLive: MINUTE }, { body: 'default' }]);
  clock.advance(MINUTE);
  const deadLetters = client.createReceiver('q', { subQueueType: 'deadLetter' });
  const dead = await takeOne(deadLetters);
  expect(dead).toMatchObject({
    body: 'short',
    deadLetterReason: 'TTLExpiredException',
    deadLetterErrorDescription: 'The message expired and was dead lettered.',
  });
  await deadLetters.completeMessage(dead);
  clock.advance(9 * MINUTE);
  expect((await takeOne(deadLetters)).body).toBe('default');
  clock.advance(600 * MINUTE);
  expect(await deadLetters.peekMessages(5)).toHaveLength(1);
});

test('an expired message is dropped where expiry does not dead-letter, and never peeked', async () => {
  const clock = new ManualClock();
  const { client } = await openTestBus(
    { topics: { t: { properties: { DefaultMessageTimeToLive: 'PT1M' }, subscriptions: { a: {} } } } },
    { clock },
  );
  await client.createSender('t').sendMessages([{ body: 1 }, { body: 2, timeToLive: 3600_000 }]);
  clock.advance(MINUTE);
  const receiver = client.createReceiver('t', 'a');
  expect(await receiver.peekMessages(5)).toEqual([]);
  expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 20 })).toEqual([]);
  expect(await client.createReceiver('t', 'a', { subQueueType: 'deadLetter' }).peekMessages(1)).toEqual([]);
});

test('a message that expires under a lock can still be completed, but does not come back', async () => {
  const clock = new ManualClock();
  const { client } = await openTestBus(
    { queues: { q: { LockDuration: 'PT5M', DeadLetteringOnMessageExpiration: true } } },
    { clock },
  );
  await client.createSender('q').sendMessages([
    { body: 'done', timeToLive: MINUTE },
    { body: 'given up', timeToLive: MINUTE },
  ]);
  const receiver = client.createReceiver('q', { maxAutoLockRenewalDurationInMs: 0 });
  const [first, second] = await take(receiver, 2);
  clock.advance(2 * MINUTE);
  if (first) await receiver.completeMessage(first);
  if (second) await receiver.abandonMessage(second);
  expect(await receiver.peekMessages(5)).toEqual([]);
  const dead = await client.createReceiver('q', { subQueueType: 'deadLetter' }).peekMessages(5);
  expect(dead.map((message) => message.body)).toEqual(['given up']);
});

test('duplicate detection forgets an id when its window is over', async () => {
  const clock = new ManualClock();
  const { client } = await openTestBus(
    { queues: { q: { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT1M' } } },
    { clock },
  );
  const sender = client.createSender('q');
  await sender.sendMessages({ messageId: 'x', body: 1 });
  clock.advance(MINUTE - 1);
  await sender.sendMessages({ messageId: 'x', body: 2 });
  clock.advance(1);
  await sender.sendMessages({ messageId: 'x', body: 3 });
  const bodies = (await client.createReceiver('q').peekMessages(5)).map((message) => message.body);
  expect(bodies).toEqual([1, 3]);
});

test('a waiting receiver is given a message as soon as a lock elsewhere expires', async () => {
  const clock = new ManualClock();
  const { client } = await openTestBus({ queues: { q: { LockDuration: 'PT1M' } } }, { clock });
  const sender = client.createSender('q');
  await sender.sendMessages({ body: 'locked' });
  await takeOne(client.createReceiver('q', { maxAutoLockRenewalDurationInMs: 0 }));
  const given: unknown[] = [];
  client.createReceiver('q').subscribe({
    async processMessage({ body, deliveryCount }) {
      given.push({ body, deliveryCount });
    },
    async processError() {},
  });
  await sender.sendMessages({ body: 'free' });
  await vi.waitUntil(() => given.length === 1, { timeout: 20_000 });
  clock.advance(MINUTE);
  await vi.waitUntil(() => given.length === 2, { timeout: 20_000 });
  expect(given).toEqual([
    { body: 'free', deliveryCount: 0 },
    { body: 'locked', deliveryCount: 1 },
  ]);
});
