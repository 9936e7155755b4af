import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Broker, runBroker } from '../fixtures/run-broker.ts';
import { createLog } from '../log.ts';
import { createSettlement, type Settlement } from './settlement.ts';

let broker: Broker;
let client: ServiceBusClient;

beforeAll(async () => {
  broker = await runBroker({ pair: {}, mixed: {} });
  client = new ServiceBusClient(broker.connectionString);
});
afterAll(async () => {
  await client.close();
  await broker.remove();
});

/** Received from an empty queue, in order of their sequence, with what settles them. */
async function receive(queue: string, count: number) {
  const bodies = Array.from({ length: count }, (_, index) => index);
  await client.createSender(queue).sendMessages(bodies.map((body) => ({ body })));
  const receiver = client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
  const messages: ServiceBusReceivedMessage[] = [];
  while (messages.length < count) messages.push(...(await receiver.receiveMessages(count - messages.length)));
  const settlement = createSettlement(
    () => receiver,
    createLog(() => 'none'),
    queue,
  );
  return { messages, receiver, settlement };
}

/** Body and delivery count of what the queue still has, in order; it is empty afterwards. */
async function takeAll(queue: string) {
  const receiver = client.createReceiver(queue, { receiveMode: 'receiveAndDelete' });
  const left: ServiceBusReceivedMessage[] = [];
  while (!(await isEmpty(queue)))
    left.push(...(await receiver.receiveMessages(60, { maxWaitTimeInMs: 100 })));
  await receiver.close();
  return left
    .map(({ body, deliveryCount }) => ({ body: Number(body), deliveryCount }))
    .sort((one, other) => one.body - other.body);
}

/** True when nothing is left, locked messages included. */
async function isEmpty(queue: string) {
  const peeker = new ServiceBusClient(broker.connectionString);
  const messages = await peeker.createReceiver(queue).peekMessages(1);
  await peeker.close();
  return messages.length === 0;
}

type Outcome = 'complete' | 'abandon' | 'giveBack';
const settle = (settlement: Settlement, outcome: Outcome, message: ServiceBusReceivedMessage) =>
  settlement[outcome]([message]);

test.each<[Outcome, Outcome, { body: number; deliveryCount: number }]>([
  ['complete', 'abandon', { body: 1, deliveryCount: 1 }],
  ['complete', 'giveBack', { body: 1, deliveryCount: 0 }],
  ['abandon', 'complete', { body: 0, deliveryCount: 1 }],
  ['giveBack', 'complete', { body: 0, deliveryCount: 0 }],
])(
  '%s and %s in one turn of the event loop are settled each by its own outcome',
  async (one, other, left) => {
    const { messages, receiver, settlement } = await receive('pair', 2);
    const [first, second] = messages;
    if (!first || !second) throw new Error('received too few');
    await Promise.all([settle(settlement, one, first), settle(settlement, other, second)]);
    expect(await takeAll('pair')).toEqual([left]);
    await receiver.close();
  },
);

test('of many outcomes in one turn none is taken for its neighbour', async () => {
  const { messages, receiver, settlement } = await receive('mixed', 60);
  const outcomes: readonly Outcome[] = ['complete', 'abandon', 'giveBack', 'abandon', 'complete', 'complete'];
  const outcomeOf = (index: number): Outcome => outcomes[index % outcomes.length] ?? 'complete';
  await Promise.all(messages.map((message, index) => settle(settlement, outcomeOf(index), message)));
  expect(await takeAll('mixed')).toEqual(
    messages.flatMap((_, body) => {
      const outcome = outcomeOf(body);
      return outcome === 'complete' ? [] : [{ body, deliveryCount: outcome === 'abandon' ? 1 : 0 }];
    }),
  );
  await receiver.close();
});
