import { expect, test } from 'vitest';
import { collect, openTestBus, take } from './test-bus.ts';

test('an entity that does not exist is said so, to senders, receivers and management', async () => {
  const { client } = await openTestBus({ queues: { q: {} }, topics: { t: { subscriptions: { a: {} } } } });
  const notFound = { code: 'MessagingEntityNotFound', retryable: false };
  await expect(client.createSender('none').sendMessages({ body: 1 })).rejects.toMatchObject(notFound);
  await expect(client.createReceiver('none').receiveMessages(1)).rejects.toMatchObject(notFound);
  await expect(client.createReceiver('t', 'none').receiveMessages(1)).rejects.toMatchObject(notFound);
  await expect(client.createReceiver('none').peekMessages(1)).rejects.toMatchObject(notFound);
});

test('a subscriber to an entity that does not exist is told so', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const { handlers } = collect(1);
  const receiver = client.createReceiver('none');
  receiver.subscribe({ ...handlers, processError: async ({ error }) => resolve(error) });
  expect(await promise).toMatchObject({ code: 'MessagingEntityNotFound' });
  await receiver.close();
});

test('what an entity is not made for is refused', async () => {
  const { client } = await openTestBus({ topics: { t: { subscriptions: { a: {} } } } });
  await expect(client.createReceiver('t').receiveMessages(1)).rejects.toThrow("cannot be received from 't'");
  await expect(client.createSender('t/Subscriptions/a').sendMessages({ body: 1 })).rejects.toThrow(
    'cannot be sent',
  );
  await expect(client.createReceiver('t').peekMessages(1)).rejects.toThrow('cannot be received');
});

test('the dead-letter queue of transfers is refused', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  const receiver = client.createReceiver('q', { subQueueType: 'transferDeadLetter' });
  await expect(receiver.receiveMessages(1)).rejects.toThrow('not supported: transfer dead-letter queues');
  await expect(receiver.peekMessages(1)).rejects.toThrow('not supported: transfer dead-letter queues');
});

test('application properties that cannot be kept are refused, and nothing happens to the message', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  await client.createSender('q').sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
  const receiver = client.createReceiver('q');
  const [first, second, third] = await take(receiver, 3);
  if (!first || !second || !third) throw new Error('received too little');
  // What the types forbid, a program in JavaScript can do.
  const properties: Record<string, never> = JSON.parse('{ "wrong": ["a", "list"] }');
  const refusal = 'not supported: the application property wrong is a list or map';
  await expect(receiver.abandonMessage(first, properties)).rejects.toThrow(refusal);
  await expect(receiver.deferMessage(second, properties)).rejects.toThrow(refusal);
  await expect(
    receiver.deadLetterMessage(third, {
      deadLetterReason: 'r',
      deadLetterErrorDescription: 'd',
      ...properties,
    }),
  ).rejects.toThrow(refusal);
  const left = await receiver.peekMessages(3);
  expect(left.map(({ state, deliveryCount }) => [state, deliveryCount])).toEqual(
    Array(3).fill(['active', 0]),
  );
});

test('sessions are refused', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  await expect(client.acceptSession('q', 's')).rejects.toThrow(
    /not supported: sessions|cannot be locked|session/i,
  );
});
