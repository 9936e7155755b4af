import { expect, test } from 'vitest';
import { openTestBus } from '../../../local/service-bus/test-bus.ts';
import { lookAtPlaces, oldestAt } from './waiting-messages.ts';

const queue = { name: 'work' };

test('tells what waits and what is dead-lettered, with ids and reasons, and when the oldest came', async () => {
  const { bus, client } = await openTestBus({ queues: { work: {}, empty: {} } });
  const begun = Date.now();
  expect(await oldestAt(bus.connectionString, queue)).toBeUndefined();
  await client.createSender('work').sendMessages([
    { body: 1, messageId: 'bad' },
    { body: 2, messageId: 'locked' },
    { body: 3, messageId: 'waits' },
  ]);
  const [bad] = await client.createReceiver('work').receiveMessages(2);
  if (bad === undefined) throw new Error('nothing came');
  await client
    .createReceiver('work')
    .deadLetterMessage(bad, { deadLetterReason: 'no event', deadLetterErrorDescription: '' });

  expect(await lookAtPlaces(bus.connectionString, [queue, { name: 'empty' }])).toEqual({
    waiting: [{ place: 'work', messages: 2, first: '2', ids: ['locked', 'waits'] }],
    dead: [{ place: 'work (dead letters)', messages: 1, first: '1', ids: ['bad: no event'] }],
  });
  expect(await oldestAt(bus.connectionString, queue)).toBeGreaterThanOrEqual(begun - 1);
});

test('tells a backlog of more than a look reads, and that it shrinks', async () => {
  const { bus, client } = await openTestBus({ queues: { work: {} } });
  await client
    .createSender('work')
    .sendMessages(
      Array.from({ length: 1_234 }, (_unused, index) => ({ body: index, messageId: `M-${index}` })),
    );
  const look = async () => (await lookAtPlaces(bus.connectionString, [queue])).waiting;
  expect(await look()).toMatchObject([{ messages: 1_234, first: '1' }]);
  await client.createReceiver('work', { receiveMode: 'receiveAndDelete' }).receiveMessages(100);
  const [{ messages = 0, first = '' } = {}] = await look();
  expect(messages).toBeLessThanOrEqual(1_233);
  expect(messages).toBe(1_235 - Number(first));
});

test('a bus that is away does not say when the oldest message came', async () => {
  const { bus } = await openTestBus({ queues: { work: {} } });
  await bus.close();
  expect(await oldestAt(bus.connectionString, queue)).toBeNull();
});
