import { ServiceBusClient, type ServiceBusMessage, type ServiceBusReceiver } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeadLetter, DeadLetterQueue, Replayer } from '../../shared/ports/dead-letters.ts';
import type { ReceivedMessage } from '../../shared/ports/received-message.ts';
import type { RetryQueue } from '../../shared/ports/retry-queue.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { peekBacklog } from '../../shared/service-bus/backlog.ts';
import { serviceBusDeadLetterQueue } from '../../shared/service-bus/dead-letter-queue.ts';
import { inventoryMessage } from '../../shared/service-bus/inventory-message.ts';
import { fromSdkMessage } from '../../shared/service-bus/replayed-message.ts';
import { serviceBusReplayer, serviceBusRetryQueue } from '../../shared/service-bus/retry-queue.ts';
import { brokenBytes, someEvent, someMessage } from '../doubles/fixtures.ts';
import { inMemoryBus, MAX_DELIVERIES, PLACES, type Place } from '../doubles/message-bus.ts';
import { virtualRuntime } from '../doubles/virtual-runtime.ts';
import { startLocalServiceBus } from '../parts/local-part.ts';

const NEVER = Number.MAX_SAFE_INTEGER;

type Implementation = {
  readonly retryQueue: RetryQueue;
  readonly replayer: Replayer;
  readonly deadLetters: DeadLetterQueue;
  publish(message: ServiceBusMessage): Promise<void>;
  /** Takes `count` messages, waiting for them as long as it takes. */
  take(place: Place, count: number): Promise<ReceivedMessage[]>;
  waiting(place: Place): Promise<number>;
  /** Delivers the one message that waits, and lets every delivery fail. */
  failUntilDeadLettered(place: Place): Promise<void>;
  /** Dead-letters the one message that waits, by the receiver's own decision. */
  deadLetter(place: Place, reason: string): Promise<void>;
  goAway(): Promise<void>;
  stop(): Promise<void>;
};

async function startInMemory(): Promise<Implementation> {
  const runtime = virtualRuntime();
  const bus = inMemoryBus(runtime);
  return {
    ...bus,
    publish: async (message) => bus.publish(message),
    take: async (place, count) => {
      const taken: ReceivedMessage[] = [];
      while (taken.length < count) {
        const due = bus.nextDue();
        if (due === undefined) throw new Error(`Only ${taken.length} of ${count} messages are there.`);
        if (due > runtime.now()) runtime.advance(due - runtime.now());
        await bus.deliver(place, async (messages) => void taken.push(...messages), count - taken.length);
      }
      return taken;
    },
    waiting: async (place) => bus.waiting(place),
    failUntilDeadLettered: async (place) => {
      const fail = () => Promise.reject(new Error('no'));
      for (let tries = 0; tries < MAX_DELIVERIES; tries += 1) await bus.deliver(place, fail);
    },
    deadLetter: async (place, reason) => bus.deadLetter(place, reason),
    goAway: async () => {
      bus.away = true;
    },
    stop: async () => {},
  };
}

async function startOnServiceBus(): Promise<Implementation> {
  const part = await startLocalServiceBus();
  const connect = () =>
    new ServiceBusClient(part.connectionString, {
      retryOptions: { maxRetries: 1, retryDelayInMs: 100, timeoutInMs: 5_000 },
    });
  const client = connect();
  const sender = client.createSender('inventory-events');
  const replayer = serviceBusReplayer(client);
  const options = { skipParsingBodyAsJson: true } as const;
  const receivers: Record<Place, ServiceBusReceiver> = {
    'atp-projection': client.createReceiver('inventory-events', 'atp-projection', options),
    journal: client.createReceiver('inventory-events', 'journal', options),
    'projection-retry': client.createReceiver('projection-retry', options),
  };
  const next = async (place: Place, count: number) => {
    const messages = await receivers[place].receiveMessages(count, { maxWaitTimeInMs: 20_000 });
    if (messages.length === 0) throw new Error(`No message came to ${place}.`);
    return messages;
  };
  return {
    retryQueue: serviceBusRetryQueue(client),
    replayer,
    deadLetters: serviceBusDeadLetterQueue(async () => connect(), ['WH-001']),
    publish: (message) => sender.sendMessages(message),
    take: async (place, count) => {
      const taken: ReceivedMessage[] = [];
      while (taken.length < count) {
        for (const message of await next(place, count - taken.length)) {
          await receivers[place].completeMessage(message);
          taken.push(fromSdkMessage(message, place === 'projection-retry' ? 'atp-projection' : place));
        }
      }
      return taken;
    },
    waiting: async (place) => {
      const places = await peekBacklog(client);
      const path = place === 'projection-retry' ? place : `inventory-events/${place}`;
      return places.find((backlog) => backlog.place === path)?.waiting ?? Number.NaN;
    },
    failUntilDeadLettered: async (place) => {
      for (let tries = 0; tries < MAX_DELIVERIES; tries += 1) {
        for (const message of await next(place, 1)) await receivers[place].abandonMessage(message);
      }
    },
    deadLetter: async (place, reason) => {
      for (const message of await next(place, 1)) {
        await receivers[place].deadLetterMessage(message, {
          deadLetterReason: reason,
          deadLetterErrorDescription: 'decided by a test',
        });
      }
    },
    goAway: part.kill,
    stop: async () => {
      await client.close();
      await part.stop();
    },
  };
}

describe.each<[string, () => Promise<Implementation>]>([
  ['in memory', startInMemory],
  ['on Service Bus', startOnServiceBus],
])('the bus %s', (_name, start) => {
  let bus: Implementation;

  beforeAll(async () => {
    bus = await start();
  });
  afterAll(() => bus.stop());

  const COUNT_OF_ONE = { taken: 1, remaining: 0 };
  const all = () => true;
  const goBack = (letters: readonly DeadLetter[]) =>
    bus.replayer.replay(letters.map(({ message }) => message));
  const replay = (
    wanted: (letter: DeadLetter) => boolean,
    { limit = 10, deadline = NEVER, atOnce = 100 } = {},
  ) => bus.deadLetters.take(wanted, goBack, { limit, deadline, atOnce });
  const letters = async () => (await bus.deadLetters.list(10)).letters;

  /** Takes away what the test before left in the other places. */
  async function drain(): Promise<void> {
    for (const place of PLACES) await bus.take(place, await bus.waiting(place));
  }

  test('an inventory event reaches both subscriptions with its id and properties', async () => {
    const event = someEvent();
    await bus.publish(inventoryMessage(event, { traceparent: '00-1-2-01' }));
    for (const place of ['atp-projection', 'journal'] as const) {
      const [message] = await bus.take(place, 1);
      expect(message).toMatchObject({ messageId: event.eventId, subscription: place, attempt: 0 });
      expect(message?.applicationProperties).toMatchObject({
        cloudEvents_type: 'stockbridge.InventoryReceipt',
        traceparent: '00-1-2-01',
      });
      expect(JSON.parse(Buffer.from(message?.body ?? []).toString())).toEqual(event);
    }
  });

  test('a 60 KB body with broken UTF-8 comes back from a retry byte for byte', async () => {
    const message = someMessage({ body: brokenBytes() });
    await bus.retryQueue.schedule([message], [0]);
    const [again] = await bus.take('projection-retry', 1);
    expect(again && Buffer.compare(again.body, message.body)).toBe(0);
  });

  test('a retry remembers the first journey, counts its attempts and keeps its properties', async () => {
    const message = someMessage({ applicationProperties: { traceparent: '00-1-2-01' } });
    await bus.retryQueue.schedule([message], [5]);
    const [second] = await bus.take('projection-retry', 1);
    expect(second).toEqual({
      ...message,
      body: expect.anything(),
      messageId: `${message.messageId}#1`,
      attempt: 1,
    });
    await bus.retryQueue.schedule(second ? [second] : [], [0]);
    const [third] = await bus.take('projection-retry', 1);
    expect(third).toMatchObject({
      messageId: `${message.messageId}#2`,
      attempt: 2,
      enqueuedAt: message.enqueuedAt,
      sequenceNumber: message.sequenceNumber,
    });
  });

  test('more than one batch holds is scheduled whole', async () => {
    const messages = Array.from({ length: 30 }, () => someMessage({ body: brokenBytes() }));
    await bus.retryQueue.schedule(
      messages,
      messages.map(() => 0),
    );
    const again = await bus.take('projection-retry', 30);
    expect(again.map(({ messageId }) => messageId).sort()).toEqual(
      messages.map(({ messageId }) => `${messageId}#1`).sort(),
    );
  });

  test.each(['atp-projection', 'journal'] as const)(
    'a replay reaches only the subscription %s it came from',
    async (subscription) => {
      const message = someMessage({ subscription });
      await bus.replayer.replay([message]);
      const other = subscription === 'journal' ? 'atp-projection' : 'journal';
      expect(await bus.take(subscription, 1)).toMatchObject([
        { messageId: `${message.messageId}#1`, subscription, enqueuedAt: message.enqueuedAt, attempt: 1 },
      ]);
      expect(await bus.waiting(other)).toBe(0);
    },
  );

  test('a republished message reaches every subscription as if it were new', async () => {
    const message = someMessage();
    await bus.replayer.republish([message]);
    for (const place of ['atp-projection', 'journal'] as const) {
      const [again] = await bus.take(place, 1);
      expect(again).toMatchObject({ messageId: `${message.messageId}#1`, subscription: place });
      expect(again?.enqueuedAt).not.toBe(message.enqueuedAt);
    }
  });

  test('a dead letter by delivery count is listed, and comes back to its subscription alone as x#1', async () => {
    const event = someEvent();
    await bus.publish(inventoryMessage(event, { traceparent: '00-1-2-01' }));
    await bus.failUntilDeadLettered('journal');
    await bus.take('atp-projection', 1);

    const [letter, ...others] = await letters();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      reason: 'MaxDeliveryCountExceeded',
      message: { messageId: event.eventId, subscription: 'journal' },
    });
    expect(await replay(({ reason }) => reason === 'MaxDeliveryCountExceeded')).toEqual(COUNT_OF_ONE);
    expect(await bus.take('journal', 1)).toMatchObject([
      { messageId: `${event.eventId}#1`, subscription: 'journal', attempt: 1 },
    ]);
    expect(await bus.waiting('atp-projection')).toBe(0);
    expect(await letters()).toEqual([]);
  });

  test('a dead letter of the retry queue comes back to the projection', async () => {
    const message = someMessage();
    await bus.retryQueue.schedule([message], [0]);
    await bus.failUntilDeadLettered('projection-retry');
    expect(await replay(all)).toEqual(COUNT_OF_ONE);
    expect(await bus.take('atp-projection', 1)).toMatchObject([
      { messageId: `${message.messageId}#2`, subscription: 'atp-projection', attempt: 2 },
    ]);
  });

  test('dead letters that are not wanted stay', async () => {
    await drain();
    await bus.replayer.replay([someMessage({ messageId: 'unwanted' })]);
    await bus.deadLetter('atp-projection', 'by-hand');
    expect(await replay(({ reason }) => reason === 'MaxDeliveryCountExceeded')).toEqual({
      taken: 0,
      remaining: 0,
    });
    expect(await letters()).toMatchObject([{ reason: 'by-hand', message: { messageId: 'unwanted#1' } }]);
    expect(await replay(({ reason }) => reason === 'by-hand')).toEqual(COUNT_OF_ONE);
    expect(await bus.take('atp-projection', 1)).toMatchObject([{ messageId: 'unwanted#2' }]);
  });

  test('what is wanted past the limit or the deadline stays, and is counted', async () => {
    await drain();
    for (const messageId of ['first', 'second']) {
      await bus.replayer.replay([someMessage({ messageId })]);
      await bus.deadLetter('atp-projection', 'by-hand');
    }
    expect(await letters()).toHaveLength(2);
    expect(await letters()).toHaveLength(2);
    expect(await replay(all, { deadline: 0 })).toEqual({ taken: 0, remaining: 2 });
    expect(await replay(all, { limit: 1 })).toEqual({ taken: 1, remaining: 1 });
    expect(await replay(all)).toEqual(COUNT_OF_ONE);
    expect(await bus.take('atp-projection', 2)).toHaveLength(2);
  });

  test('dead letters are handed over so many at once, and stay when that fails', async () => {
    await drain();
    for (const messageId of ['first', 'second', 'third']) {
      await bus.replayer.replay([someMessage({ messageId })]);
      await bus.deadLetter('atp-projection', 'by-hand');
    }
    const handed: string[][] = [];
    const fail = async (some: readonly DeadLetter[]) => {
      handed.push(some.map(({ message }) => message.messageId));
      if (handed.length === 2) throw new Error('no');
    };
    await expect(bus.deadLetters.take(all, fail, { limit: 10, deadline: NEVER, atOnce: 1 })).rejects.toThrow(
      'no',
    );
    expect(handed).toEqual([['first#1'], ['second#1']]);
    const left = await letters();
    expect(left.map(({ message }) => message.messageId)).toEqual(['second#1', 'third#1']);
    expect(await replay(all)).toEqual({ taken: 2, remaining: 0 });
  });

  test('a bus that went away says so', async () => {
    await bus.goAway();
    const message = someMessage();
    const calls = [
      bus.deadLetters.list(1),
      replay(() => true),
      bus.replayer.replay([message]),
      bus.replayer.republish([message]),
      bus.retryQueue.schedule([message], [0]),
    ];
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
    }
  });
});
