import { beforeEach, describe, expect, test } from 'vitest';
import { quarantineInMemory } from '../../test/doubles/quarantine-fixtures.ts';
import { replayRequestSchema } from '../contracts/quarantine.ts';
import type { ReceivedMessage } from '../ports/received-message.ts';
import type { QuarantinePorts } from './quarantine-ports.ts';
import { recoverDeadLetters, replayQuarantine } from './replay.ts';

let quarantine: ReturnType<typeof quarantineInMemory>;

beforeEach(() => {
  quarantine = quarantineInMemory();
});

const startedAt = '2024-11-18T10:00:00.000Z';
const by = 'ann';

function replay(request: object, ports: Partial<QuarantinePorts> = {}) {
  return replayQuarantine({ ...quarantine.ports, ...ports }, replayRequestSchema.parse({ by, ...request }));
}

describe('a replay', () => {
  test('of one sends it to every subscription as new and takes it out of quarantine', async () => {
    const [message, other] = await quarantine.park('unknown-warehouse', 2);
    expect(await replay({ ids: [await quarantine.idOf(message)] })).toEqual({
      ...{ replayed: 1, remaining: 0, unknown: [], startedAt },
    });
    expect(await quarantine.received('atp-projection')).toEqual([`${message?.messageId}#1`]);
    expect(await quarantine.received('journal')).toEqual([`${message?.messageId}#1`]);
    expect(quarantine.parked.parked().map((left) => left.message.messageId)).toEqual([other?.messageId]);
  });

  test('of ids names those that are not there (any more), and sends the others', async () => {
    const [message] = await quarantine.park('not-json');
    const id = await quarantine.idOf(message);
    expect(await replay({ ids: ['gone', id] })).toMatchObject({
      replayed: 1,
      remaining: 0,
      unknown: ['gone'],
    });
    expect(await replay({ ids: [id] })).toMatchObject({ replayed: 0, remaining: 0, unknown: [id] });
  });

  test('of a filter leaves the others', async () => {
    await quarantine.park('unknown-warehouse', 3);
    await quarantine.park('not-json', 2);
    expect(await replay({ reason: 'unknown-warehouse' })).toMatchObject({ replayed: 3, remaining: 0 });
    expect(quarantine.parked.parked().map(({ refusal }) => refusal.reason)).toEqual(['not-json', 'not-json']);
  });

  test('of all takes every page, and dead letters too', async () => {
    await quarantine.park('not-json', 250);
    await quarantine.giveUp('by-hand');
    expect(await replay({ all: true })).toMatchObject({ replayed: 251, remaining: 0 });
    expect(await quarantine.list()).toEqual([]);
    expect(await quarantine.received('atp-projection')).toHaveLength(251);
  });

  test('of a dead letter by its id sends that one to its subscription alone', async () => {
    const message = await quarantine.giveUp('by-hand');
    await quarantine.giveUp('by-hand');
    const id = await quarantine.idOf(message);
    expect(await replay({ ids: [id] })).toMatchObject({ replayed: 1, remaining: 0, unknown: [] });
    expect(await quarantine.received('atp-projection')).toEqual([`${message.messageId}#2`]);
    expect(await quarantine.received('journal')).toEqual([]);
    expect(await quarantine.list()).toHaveLength(1);
  });

  test('sends a hundred at a time, and after a minute says what is left', async () => {
    await quarantine.park('not-json', 250);
    await quarantine.giveUp('by-hand');
    const sizes: number[] = [];
    const replayer = {
      ...quarantine.bus.replayer,
      republish: async (messages: readonly ReceivedMessage[]) => {
        sizes.push(messages.length);
        quarantine.runtime.advance(30_000);
      },
    };
    expect(await replay({ all: true }, { replayer })).toMatchObject({ replayed: 200, remaining: 51 });
    expect(sizes).toEqual([100, 100]);
    expect(quarantine.parked.parked()).toHaveLength(50);
  });

  test('of more than can be looked through in its minute sends those it has found by half of it', async () => {
    await quarantine.park('not-json', 4_500);
    const list: QuarantinePorts['parked']['list'] = async (...page) => {
      quarantine.runtime.advance(20_000);
      return quarantine.parked.list(...page);
    };
    const result = await replay({ all: true }, { parked: { ...quarantine.parked, list } });
    expect(result).toMatchObject({
      ...{ replayed: 2_000, remaining: 1, continuationToken: expect.any(String) },
    });
  });

  test('for few among very many goes on looking where the call before ended, and looks through each once', async () => {
    const before = { enqueuedAt: Date.parse(startedAt) - 1 };
    await quarantine.park('not-json', 4_500, before);
    await quarantine.park('unknown-warehouse', 3, before);
    const looked: string[] = [];
    // As Table storage does: through so many at a time, however few of them match.
    const list: QuarantinePorts['parked']['list'] = async (limit, token, matches = () => true) => {
      quarantine.runtime.advance(20_000);
      const { messages, ...next } = await quarantine.parked.list(limit, token);
      looked.push(...messages.map(({ id }) => id));
      return { messages: messages.filter(matches), ...next };
    };
    let replayed = 0;
    let next: { remaining: number; continuationToken?: string | undefined } = { remaining: 1 };
    for (let call = 0; call < 3; call += 1) {
      expect(next.remaining).toBe(1);
      const { continuationToken } = next;
      const wanted = { reason: 'unknown-warehouse', ...(continuationToken && { continuationToken }) };
      const answer = await replay(wanted, { parked: { ...quarantine.parked, list } });
      replayed += answer.replayed;
      next = answer;
    }
    expect(next).toMatchObject({ remaining: 0 });
    expect(next.continuationToken).toBeUndefined();
    expect(replayed).toBe(3);
    expect(looked).toHaveLength(4_503);
  });

  test('whose minute does not suffice for what it found looks there again', async () => {
    await quarantine.park('not-json', 4_500, { enqueuedAt: Date.parse(startedAt) - 1 });
    const list: QuarantinePorts['parked']['list'] = async (...page) => {
      quarantine.runtime.advance(20_000);
      return quarantine.parked.list(...page);
    };
    const ports = { parked: { ...quarantine.parked, list } };
    const first = await replay({ all: true, perSecond: 10 }, ports);
    expect(first.continuationToken).toBeUndefined();
    expect(first.remaining).toBe(2_001 - first.replayed);
    const [logged] = await quarantine.logged();
    expect(logged?.asked).toEqual({ all: true, perSecond: 10 });
  });

  test('sends no more a second than it may, dead letters included', async () => {
    await quarantine.park('not-json', 25);
    for (let letters = 0; letters < 5; letters += 1) await quarantine.giveUp('by-hand');
    expect(await replay({ all: true, perSecond: 10 })).toMatchObject({ replayed: 30, remaining: 0 });
    expect(quarantine.runtime.slept).toEqual([1_000, 1_000, 500]);
  });

  test('that is slower than its minute leaves the rest, which follows when it is asked for again', async () => {
    await quarantine.park('not-json', 100, { enqueuedAt: Date.parse(startedAt) - 1 });
    const first = await replay({ all: true, perSecond: 1 });
    expect(first).toMatchObject({ replayed: 61, remaining: 39 });
    // Parked anew meanwhile, and left alone: it came after the first call began.
    await quarantine.park('not-json', 1, { enqueuedAt: Date.parse(first.startedAt) });
    const second = await replay({ all: true, perSecond: 1, to: first.startedAt });
    expect(second).toMatchObject({ replayed: 39, remaining: 0 });
    expect(await quarantine.list()).toHaveLength(1);
  });

  test('that the bus does not take leaves the message in quarantine, and is logged as failed', async () => {
    const [message] = await quarantine.park('not-json');
    const id = await quarantine.idOf(message);
    quarantine.bus.away = true;
    await expect(replay({ ids: [id] })).rejects.toThrow('the bus does not answer');
    expect(quarantine.parked.parked()).toHaveLength(1);
    expect(await quarantine.logged()).toMatchObject([{ status: 'failed', count: 0, ids: [] }]);
  });

  test('is logged with who asked for what, why, and what it was done to', async () => {
    const messages = await quarantine.park('not-json', 120);
    await replay({ reason: 'not-json', perSecond: 200, why: 'The sender is mended.' });
    const [action, ...others] = await quarantine.logged();
    expect(others).toEqual([]);
    expect(action).toEqual({
      actionId: expect.any(String),
      ...{ at: startedAt, by, kind: 'replay-messages', why: 'The sender is mended.' },
      asked: { reason: 'not-json', perSecond: 200 },
      ...{ status: 'done', count: messages.length },
      ids: expect.any(Array),
    });
    expect(action?.ids).toHaveLength(100);
  });

  test('that cannot be logged is not begun', async () => {
    await quarantine.park('not-json');
    quarantine.actions.away = true;
    await expect(replay({ all: true })).rejects.toThrow('The action log is away.');
    expect(quarantine.parked.parked()).toHaveLength(1);
    expect(await quarantine.received('journal')).toEqual([]);
  });
});

describe('a request', () => {
  test.each([
    {},
    { perSecond: 10 },
    { ids: ['a'], reason: 'not-json' },
    { ids: ['a'], all: true },
    { all: false },
    { ids: [] },
    { reasons: 'not-json' },
  ])('that does not say which messages it means is refused: %j', (request) => {
    expect(replayRequestSchema.safeParse(request).success).toBe(false);
  });

  test('that does not say by whom is that of a program', () => {
    expect(replayRequestSchema.parse({ reason: 'not-json' })).toEqual({
      reason: 'not-json',
      by: 'a program',
    });
  });
});

describe('recovery of dead letters', () => {
  test.each(['MaxDeliveryCountExceeded', 'TTLExpiredException'])(
    'brings back what was given up by %s',
    async (reason) => {
      const message = await quarantine.giveUp(reason);
      expect(await recoverDeadLetters(quarantine.ports)).toBe(1);
      expect(await quarantine.received('atp-projection')).toEqual([`${message.messageId}#2`]);
    },
  );

  test('leaves what somebody dead-lettered for a reason, and what is parked', async () => {
    await quarantine.giveUp('by-hand');
    await quarantine.park('not-json');
    expect(await recoverDeadLetters(quarantine.ports)).toBe(0);
    expect(await quarantine.list()).toHaveLength(2);
  });

  test('leaves what the fabric asks again by itself', async () => {
    await quarantine.giveUp('MaxDeliveryCountExceeded');
    const { letters } = await quarantine.bus.deadLetters.list(1);
    const asked = letters.map((letter) => ({ ...letter, isAskedAgain: true as const }));
    const deadLetters = {
      ...quarantine.bus.deadLetters,
      take: async (wanted: (letter: (typeof asked)[number]) => boolean) => ({
        ...{ taken: asked.filter(wanted).length, remaining: 0 },
      }),
    };
    expect(await recoverDeadLetters({ ...quarantine.ports, deadLetters })).toBe(0);
  });
});
