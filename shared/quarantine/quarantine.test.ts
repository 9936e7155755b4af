import { beforeEach, describe, expect, test } from 'vitest';
import { someMessage } from '../../test/doubles/fixtures.ts';
import { type InMemoryBus, inMemoryBus } from '../../test/doubles/message-bus.ts';
import { type InMemoryQuarantine, inMemoryQuarantine } from '../../test/doubles/quarantine-store.ts';
import { type VirtualRuntime, virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import type { Refusal } from '../contracts/json-message.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import { listQuarantine, parkedBody, recoverDeadLetters, replayQuarantine } from './quarantine.ts';

let parked: InMemoryQuarantine;
let bus: InMemoryBus;
let runtime: VirtualRuntime;

beforeEach(() => {
  parked = inMemoryQuarantine();
  runtime = virtualRuntime();
  bus = inMemoryBus(runtime);
});

function ports() {
  return { parked, deadLetters: bus.deadLetters, replayer: bus.replayer, runtime };
}

async function park(reason: Refusal['reason'], count = 1): Promise<ReceivedMessage[]> {
  const messages = Array.from({ length: count }, () => someMessage());
  await parked.park(
    messages.map((message) => ({ message, refusal: { reason, detail: `It is ${reason}.` } })),
  );
  return messages;
}

/** A message that the bus gave up on, of the projection's subscription. */
async function giveUp(reason: string): Promise<ReceivedMessage> {
  const message = someMessage();
  await bus.replayer.replay([message]);
  bus.deadLetter('atp-projection', reason, 'why');
  return message;
}

async function received(place: 'atp-projection' | 'journal'): Promise<string[]> {
  const ids: string[] = [];
  await bus.deliver(place, async (messages) => void ids.push(...messages.map(({ messageId }) => messageId)));
  return ids.sort();
}

async function idOf({ messageId }: ReceivedMessage): Promise<string> {
  const { messages } = await listQuarantine(ports(), 500);
  return messages.find((message) => message.messageId.replace(/#\d+$/, '') === messageId)?.id ?? '';
}

describe('the list', () => {
  test('shows dead letters before the parked, each with its state and reason', async () => {
    await park('not-json');
    await giveUp('MaxDeliveryCountExceeded');
    const { messages } = await listQuarantine(ports(), 10);
    expect(messages).toMatchObject([
      { state: 'dead-lettered', reason: 'MaxDeliveryCountExceeded', detail: 'why', body: '{}' },
      { state: 'parked', reason: 'not-json', detail: 'It is not-json.', body: '{}' },
    ]);
  });

  test('comes in pages, dead letters on the first', async () => {
    await park('not-json', 5);
    await giveUp('MaxDeliveryCountExceeded');
    const first = await listQuarantine(ports(), 3);
    expect(first.messages).toHaveLength(4);
    const second = await listQuarantine(ports(), 3, first.continuationToken);
    expect(second.messages.map(({ state }) => state)).toEqual(['parked', 'parked']);
    expect(second.continuationToken).toBeUndefined();
  });

  test('says on its first page that dead letters are available', async () => {
    await park('not-json', 2);
    const first = await listQuarantine(ports(), 1);
    expect(first.deadLettersAvailable).toBe(true);
    expect(await listQuarantine(ports(), 1, first.continuationToken)).not.toHaveProperty(
      'deadLettersAvailable',
    );
  });

  test('without the bus shows the parked, and says that dead letters are missing', async () => {
    await park('not-json');
    bus.away = true;
    expect(await listQuarantine(ports(), 10)).toMatchObject({
      messages: [{ state: 'parked' }],
      deadLettersAvailable: false,
    });
  });

  test('does not wait for a bus that never answers', async () => {
    await park('not-json');
    const deadLetters = { ...bus.deadLetters, list: () => new Promise<never>(() => {}) };
    expect(await listQuarantine({ ...ports(), deadLetters }, 10)).toMatchObject({
      messages: [{ state: 'parked' }],
      deadLettersAvailable: false,
    });
  });

  test('leads to every byte of a body', async () => {
    const message = someMessage({ body: Uint8Array.of(0xff, 0x00, 0x7b) });
    await parked.park([{ message, refusal: { reason: 'not-utf-8', detail: '' } }]);
    expect(await parkedBody(ports(), await idOf(message))).toEqual(message.body);
    expect(await parkedBody(ports(), 'unknown')).toBeUndefined();
  });
});

describe('replay', () => {
  test('of one sends it to every subscription as new and takes it out of quarantine', async () => {
    const [message, other] = await park('unknown-warehouse', 2);
    if (!message || !other) throw new Error('two were parked');
    expect(await replayQuarantine(ports(), { ids: [await idOf(message)] })).toEqual({
      replayed: 1,
      remaining: 0,
      unknown: [],
    });
    expect(await received('atp-projection')).toEqual([`${message.messageId}#1`]);
    expect(await received('journal')).toEqual([`${message.messageId}#1`]);
    expect(parked.parked().map((left) => left.message.messageId)).toEqual([other.messageId]);
  });

  test('of ids names those that are not there (any more), and sends the others', async () => {
    const [message] = await park('not-json');
    const id = message ? await idOf(message) : '';
    expect(await replayQuarantine(ports(), { ids: ['gone', id] })).toEqual({
      replayed: 1,
      remaining: 0,
      unknown: ['gone'],
    });
    expect(await replayQuarantine(ports(), { ids: [id] })).toEqual({
      replayed: 0,
      remaining: 0,
      unknown: [id],
    });
  });

  test('of a reason leaves the others', async () => {
    await park('unknown-warehouse', 3);
    await park('not-json', 2);
    expect(await replayQuarantine(ports(), { reason: 'unknown-warehouse' })).toEqual({
      replayed: 3,
      remaining: 0,
      unknown: [],
    });
    expect(parked.parked().map(({ refusal }) => refusal.reason)).toEqual(['not-json', 'not-json']);
  });

  test('of all takes every page, and dead letters too', async () => {
    await park('not-json', 250);
    await giveUp('by-hand');
    expect(await replayQuarantine(ports(), {})).toEqual({ replayed: 251, remaining: 0, unknown: [] });
    expect(parked.parked()).toEqual([]);
    expect(await bus.deadLetters.list(10)).toEqual([]);
    expect(await received('atp-projection')).toHaveLength(251);
  });

  test('of a dead letter by its id sends that one to its subscription alone', async () => {
    const message = await giveUp('by-hand');
    await giveUp('by-hand');
    const id = await idOf(message);
    expect(await replayQuarantine(ports(), { ids: [id] })).toEqual({
      replayed: 1,
      remaining: 0,
      unknown: [],
    });
    expect(await received('atp-projection')).toEqual([`${message.messageId}#2`]);
    expect(await received('journal')).toEqual([]);
    expect(await bus.deadLetters.list(10)).toHaveLength(1);
  });

  test('sends a hundred at a time, and after a minute says what is left', async () => {
    await park('not-json', 250);
    await giveUp('by-hand');
    const sizes: number[] = [];
    const replayer = {
      ...bus.replayer,
      republish: async (messages: readonly ReceivedMessage[]) => {
        sizes.push(messages.length);
        runtime.advance(30_000);
      },
    };
    expect(await replayQuarantine({ ...ports(), replayer }, {})).toEqual({
      replayed: 200,
      remaining: 51,
      unknown: [],
    });
    expect(sizes).toEqual([100, 100]);
    expect(parked.parked()).toHaveLength(50);
  });

  test('that the bus does not take leaves the message in quarantine', async () => {
    const [message] = await park('not-json');
    const id = message ? await idOf(message) : '';
    bus.away = true;
    await expect(replayQuarantine(ports(), { ids: [id] })).rejects.toThrow('the bus does not answer');
    expect(parked.parked()).toHaveLength(1);
  });
});

describe('recovery of dead letters', () => {
  test.each(['MaxDeliveryCountExceeded', 'TTLExpiredException'])(
    'brings back what was given up by %s',
    async (reason) => {
      const message = await giveUp(reason);
      expect(await recoverDeadLetters(ports())).toBe(1);
      expect(await received('atp-projection')).toEqual([`${message.messageId}#2`]);
    },
  );

  test('leaves what somebody dead-lettered for a reason, and what is parked', async () => {
    await giveUp('by-hand');
    await park('not-json');
    expect(await recoverDeadLetters(ports())).toBe(0);
    expect(await bus.deadLetters.list(10)).toHaveLength(1);
    expect(parked.parked()).toHaveLength(1);
  });
});
