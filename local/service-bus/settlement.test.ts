import { expect, test, vi } from 'vitest';
import { ManualClock } from '../manual-clock.ts';
import { openClient, openTestBus, take, takeOne } from './test-bus.ts';

const MINUTE = 60_000;

test('a completed message is gone', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  await client.createSender('q').sendMessages({ body: 1 });
  const receiver = client.createReceiver('q');
  await receiver.completeMessage(await takeOne(receiver));
  expect(await receiver.peekMessages(1)).toEqual([]);
});

test('an abandoned message comes again before newer ones, counted and with the changed properties', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  await client
    .createSender('q')
    .sendMessages([{ body: 'first', applicationProperties: { kept: true, changed: 1 } }, { body: 'second' }]);
  const receiver = client.createReceiver('q');
  await receiver.abandonMessage(await takeOne(receiver), { changed: 2, added: 'x' });
  const again = await takeOne(receiver);
  expect(again).toMatchObject({
    body: 'first',
    deliveryCount: 1,
    applicationProperties: { kept: true, changed: 2, added: 'x' },
  });
});

test('a message that is abandoned too often goes to the dead-letter queue with the reason', async () => {
  const { client } = await openTestBus({ queues: { q: { MaxDeliveryCount: 2 } } });
  await client.createSender('q').sendMessages({ body: 'poison' });
  const receiver = client.createReceiver('q');
  await receiver.abandonMessage(await takeOne(receiver));
  await receiver.abandonMessage(await takeOne(receiver));
  const dead = await takeOne(client.createReceiver('q', { subQueueType: 'deadLetter' }));
  expect(dead).toMatchObject({
    body: 'poison',
    deliveryCount: 2,
    deadLetterReason: 'MaxDeliveryCountExceeded',
    deadLetterErrorDescription: 'Message could not be consumed after 2 delivery attempts.',
    deadLetterSource: 'q',
  });
  expect(await receiver.peekMessages(1)).toEqual([]);
});

test('a receiver dead-letters with reason, description and properties; other subscriptions keep their copy', async () => {
  const { client } = await openTestBus({ topics: { t: { subscriptions: { a: {}, b: {} } } } });
  await client.createSender('t').sendMessages({ body: 1, applicationProperties: { kept: 'yes' } });
  const receiver = client.createReceiver('t', 'a');
  await receiver.deadLetterMessage(await takeOne(receiver), {
    deadLetterReason: 'schema',
    deadLetterErrorDescription: 'itemId is missing',
    stage: 'fold',
  });
  const deadLetters = client.createReceiver('t', 'a', { subQueueType: 'deadLetter' });
  const dead = await takeOne(deadLetters);
  expect(dead).toMatchObject({
    body: 1,
    deadLetterReason: 'schema',
    deadLetterErrorDescription: 'itemId is missing',
    applicationProperties: { kept: 'yes', stage: 'fold' },
  });
  await deadLetters.completeMessage(dead);
  const copy = await takeOne(client.createReceiver('t', 'b'));
  expect(copy.applicationProperties).toEqual({ kept: 'yes' });
});

test('both subscriptions can dead-letter their copies of one message', async () => {
  const { client } = await openTestBus({ topics: { t: { subscriptions: { a: {}, b: {} } } } });
  await client.createSender('t').sendMessages({ body: 1 });
  for (const name of ['a', 'b']) {
    const receiver = client.createReceiver('t', name);
    await receiver.deadLetterMessage(await takeOne(receiver), {
      deadLetterReason: name,
      deadLetterErrorDescription: '',
    });
    const dead = await takeOne(client.createReceiver('t', name, { subQueueType: 'deadLetter' }));
    expect(dead).toMatchObject({ body: 1, deadLetterReason: name });
  }
});

test('a message abandoned in the dead-letter queue stays there, however often', async () => {
  const { client } = await openTestBus({ queues: { q: { MaxDeliveryCount: 1 } } });
  await client.createSender('q').sendMessages({ body: 1 });
  const receiver = client.createReceiver('q');
  await receiver.abandonMessage(await takeOne(receiver));
  const deadLetters = client.createReceiver('q', { subQueueType: 'deadLetter' });
  for (let round = 1; round <= 4; round += 1) {
    const dead = await takeOne(deadLetters);
    expect(dead.deliveryCount).toBe(round);
    await deadLetters.abandonMessage(dead);
  }
});

test('a deferred message is received by its sequence number only, and can be deferred again or completed', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  await client.createSender('q').sendMessages([{ body: 'aside' }, { body: 'next' }]);
  const receiver = client.createReceiver('q');
  const message = await takeOne(receiver);
  const sequence = message.sequenceNumber;
  if (!sequence) throw new Error('no sequence number');
  await receiver.deferMessage(message, { why: 'later' });
  expect((await takeOne(receiver)).body).toBe('next');
  const [deferred] = await receiver.receiveDeferredMessages(sequence);
  expect(deferred).toMatchObject({ body: 'aside', deliveryCount: 1, state: 'deferred' });
  expect(deferred?.applicationProperties).toMatchObject({ why: 'later' });
  if (deferred) await receiver.abandonMessage(deferred);
  const [again] = await receiver.receiveDeferredMessages([sequence]);
  expect(again?.deliveryCount).toBe(2);
  if (again) await receiver.completeMessage(again);
  await expect(receiver.receiveDeferredMessages(sequence)).rejects.toMatchObject({ code: 'MessageNotFound' });
});

test('a deferred message can be received and deleted at once, or dead-lettered', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  await client.createSender('q').sendMessages([{ body: 1 }, { body: 2 }]);
  const receiver = client.createReceiver('q');
  const [first, second] = await take(receiver, 2);
  if (!first?.sequenceNumber || !second?.sequenceNumber) throw new Error('no sequence numbers');
  await receiver.deferMessage(first);
  await receiver.deferMessage(second);
  const deleting = client.createReceiver('q', { receiveMode: 'receiveAndDelete' });
  expect((await deleting.receiveDeferredMessages(first.sequenceNumber))[0]?.body).toBe(1);
  const [rest] = await receiver.receiveDeferredMessages(second.sequenceNumber);
  if (rest) {
    await receiver.deadLetterMessage(rest, { deadLetterReason: 'r', deadLetterErrorDescription: 'd' });
  }
  expect(await receiver.peekMessages(2)).toEqual([]);
  const dead = await takeOne(client.createReceiver('q', { subQueueType: 'deadLetter' }));
  expect(dead).toMatchObject({ body: 2, deadLetterReason: 'r', deadLetterErrorDescription: 'd' });
});

test('when a lock expires the message comes again, counted, and the old lock is lost', async () => {
  const clock = new ManualClock();
  const { client } = await openTestBus({ queues: { q: { LockDuration: 'PT1S' } } }, { clock });
  await client.createSender('q').sendMessages({ body: 1 });
  const receiver = client.createReceiver('q', { maxAutoLockRenewalDurationInMs: 0 });
  const message = await takeOne(receiver);
  clock.advance(999);
  expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 20 })).toEqual([]);
  clock.advance(1);
  const again = await takeOne(receiver);
  expect(again.deliveryCount).toBe(1);
  await expect(receiver.completeMessage(message)).rejects.toMatchObject({ code: 'MessageLockLost' });
  await receiver.completeMessage(again);
});

test.each([
  ['lost', 'kept'],
  ['kept', 'lost'],
])(
  'of two messages that are completed at once, the first under a %s lock, each is answered for itself',
  async (...locks) => {
    const clock = new ManualClock();
    const { client } = await openTestBus({ queues: { q: { LockDuration: 'PT1M' } } }, { clock });
    await client.createSender('q').sendMessages(locks.map((body) => ({ body })));
    const receiver = client.createReceiver('q', { maxAutoLockRenewalDurationInMs: 0 });
    const messages = await take(receiver, 2);
    clock.advance(MINUTE / 2);
    for (const message of messages) if (message.body === 'kept') await receiver.renewMessageLock(message);
    clock.advance(MINUTE / 2);
    const answers = await Promise.allSettled(messages.map((message) => receiver.completeMessage(message)));
    expect(answers.map(({ status }) => status)).toEqual(
      locks.map((lock) => (lock === 'lost' ? 'rejected' : 'fulfilled')),
    );
  },
);

test('locks that expire too often send the message to the dead-letter queue', async () => {
  const clock = new ManualClock();
  const { client } = await openTestBus({ queues: { q: { MaxDeliveryCount: 2 } } }, { clock });
  await client.createSender('q').sendMessages({ body: 1 });
  const receiver = client.createReceiver('q', { maxAutoLockRenewalDurationInMs: 0 });
  for (let delivery = 0; delivery < 2; delivery += 1) {
    expect((await takeOne(receiver)).deliveryCount).toBe(delivery);
    clock.advance(MINUTE);
  }
  const dead = await takeOne(client.createReceiver('q', { subQueueType: 'deadLetter' }));
  expect(dead.deadLetterReason).toBe('MaxDeliveryCountExceeded');
});

test('a renewed lock lasts a whole duration more; a lost one cannot be renewed', async () => {
  const clock = new ManualClock();
  const { client } = await openTestBus({ queues: { q: {} } }, { clock });
  await client.createSender('q').sendMessages({ body: 1 });
  const receiver = client.createReceiver('q', { maxAutoLockRenewalDurationInMs: 0 });
  const message = await takeOne(receiver);
  clock.advance(MINUTE - 1);
  expect((await receiver.renewMessageLock(message)).getTime()).toBe(clock.now() + MINUTE);
  clock.advance(MINUTE - 1);
  expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 20 })).toEqual([]);
  clock.advance(1);
  await expect(receiver.renewMessageLock(message)).rejects.toMatchObject({ code: 'MessageLockLost' });
});

test('a lock outlives the connection that took it, until it expires', async () => {
  const clock = new ManualClock();
  const { bus, client } = await openTestBus({ queues: { q: {} } }, { clock });
  await client.createSender('q').sendMessages({ body: 1 });
  const leaving = openClient(bus.connectionString);
  await takeOne(leaving.createReceiver('q', { maxAutoLockRenewalDurationInMs: 0 }));
  await leaving.close();
  const receiver = client.createReceiver('q');
  expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 20 })).toEqual([]);
  clock.advance(MINUTE);
  expect((await takeOne(receiver)).deliveryCount).toBe(1);
});

test('a message is settled through management when its receiver is closed', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  await client.createSender('q').sendMessages([{ body: 1 }, { body: 2 }]);
  const receiver = client.createReceiver('q');
  const [first, second] = await take(receiver, 2);
  await receiver.close();
  const other = client.createReceiver('q');
  await expect(other.peekMessages(5)).resolves.toHaveLength(2);
  if (first) await other.completeMessage(first);
  if (second) await other.abandonMessage(second, { tried: true });
  const again = await takeOne(other);
  expect(again).toMatchObject({ body: 2, deliveryCount: 1, applicationProperties: { tried: true } });
});

test('the client renews locks of a slow handler by itself', async () => {
  const clock = new ManualClock();
  // The client renews at half time, by its own clock.
  const { client } = await openTestBus({ queues: { q: { LockDuration: 'PT1S' } } }, { clock });
  await client.createSender('q').sendMessages({ body: 1 });
  const receiver = client.createReceiver('q');
  const handled: (number | undefined)[] = [];
  const errors: unknown[] = [];
  receiver.subscribe(
    {
      async processMessage(message) {
        clock.advance(900);
        const renewed = () => message.lockedUntilUtc?.getTime() === clock.now() + 1000;
        await vi.waitUntil(renewed, { timeout: 20_000 });
        clock.advance(900);
        handled.push(message.deliveryCount);
      },
      async processError(error) {
        errors.push(error);
      },
    },
    { autoCompleteMessages: true },
  );
  await vi.waitUntil(() => handled.length > 0, { timeout: 25_000 });
  await receiver.close();
  expect(handled).toEqual([0]);
  expect(errors).toEqual([]);
  expect(await client.createReceiver('q').peekMessages(1)).toEqual([]);
});

test('a peek without bodies shows everything else', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  await client
    .createSender('q')
    .sendMessages({ body: 'large', messageId: 'm', applicationProperties: { kept: true } });
  // The library hands the option over, but does not declare it.
  const withoutBody: object = { omitMessageBody: true };
  const [peeked] = await client.createReceiver('q').peekMessages(1, withoutBody);
  expect(peeked).toMatchObject({ messageId: 'm', applicationProperties: { kept: true } });
  expect(peeked?.body).toBeUndefined();
});
