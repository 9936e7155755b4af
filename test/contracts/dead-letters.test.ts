import { ServiceBusClient, type ServiceBusReceiver } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serviceBusDeadLetterQueue } from '../../shared/service-bus/dead-letter-queue.ts';
import { jsonMessage } from '../../shared/service-bus/json-message.ts';
import { serviceBusReplayer } from '../../shared/service-bus/retry-queue.ts';
import { startLocalServiceBus } from '../parts/local-part.ts';

/** Places besides those of the events: `message-bus.test.ts` has these. */

let part: Awaited<ReturnType<typeof startLocalServiceBus>>;
let client: ServiceBusClient;

beforeAll(async () => {
  part = await startLocalServiceBus();
  client = connect();
});
afterAll(async () => {
  await client.close();
  await part.stop();
});

function connect(): ServiceBusClient {
  const retryOptions = { maxRetries: 1, retryDelayInMs: 100, timeoutInMs: 5_000 };
  return new ServiceBusClient(part.connectionString, { retryOptions });
}

async function next(receiver: ServiceBusReceiver) {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 20_000 });
  return message ?? expect.fail('no message came');
}

const LIMITS = { limit: 10, deadline: Number.MAX_SAFE_INTEGER };

describe.each([
  {
    subscription: 'allocation-requests/WH-001',
    entity: 'allocation-requests',
    open: () => client.createReceiver('allocation-requests', 'WH-001'),
    isAskedAgain: true,
  },
  {
    subscription: 'stock-changes',
    entity: 'stock-changes',
    open: () => client.createReceiver('stock-changes'),
  },
])('a dead letter of $subscription', ({ subscription, entity, open, isAskedAgain }) => {
  test('is listed, and goes back to where it came from', async () => {
    const body = { itemIds: [subscription] };
    const applicationProperties = { warehouseId: 'WH-001' };
    await client
      .createSender(entity)
      .sendMessages(jsonMessage(body, { messageId: 'm', applicationProperties }));
    const receiver = open();
    const deadLetterReason = 'other-warehouse';
    await receiver.deadLetterMessage(await next(receiver), {
      ...{ deadLetterReason, deadLetterErrorDescription: 'decided by a test' },
    });

    const queue = serviceBusDeadLetterQueue(async () => connect(), ['WH-001', 'WH-002']);
    const { letters, unread } = await queue.list(10);
    expect(unread).toEqual([]);
    expect(letters).toMatchObject([{ message: { subscription, messageId: 'm' }, reason: deadLetterReason }]);
    expect(letters[0]?.isAskedAgain).toBe(isAskedAgain);

    const replayer = serviceBusReplayer(client);
    const count = await queue.take(
      () => true,
      (some) => replayer.replay(some.map(({ message }) => message)),
      LIMITS,
    );
    expect(count).toEqual({ taken: 1, remaining: 0 });
    const again = await next(receiver);
    expect([again.messageId, again.body]).toEqual(['m#1', body]);
    await receiver.completeMessage(again);
    expect((await queue.list(10)).letters).toEqual([]);
  });
});

test('a warehouse whose subscription is not there is told, and keeps nobody from the other dead letters', async () => {
  const queue = serviceBusDeadLetterQueue(async () => connect(), ['WH-NONE']);
  expect(await queue.list(10)).toEqual({
    letters: [],
    unread: [{ subscription: 'allocation-requests/WH-NONE', why: 'MessagingEntityNotFound' }],
  });
  const handle = async () => expect.fail('there is nothing');
  expect(await queue.take(() => true, handle, LIMITS)).toEqual({ taken: 0, remaining: 0 });
});
