import { expect, test } from 'vitest';
import { collect, openTestBus } from './test-bus.ts';

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

test('sessions are refused', async () => {
  const { client } = await openTestBus({ queues: { q: {} } });
  await expect(client.acceptSession('q', 's')).rejects.toThrow(
    /not supported: sessions|cannot be locked|session/i,
  );
});
