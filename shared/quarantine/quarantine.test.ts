import { beforeEach, describe, expect, test } from 'vitest';
import { quarantineInMemory } from '../../test/doubles/quarantine-fixtures.ts';
import type { QuarantinePage } from '../contracts/quarantine.ts';
import { deleteMessages } from './delete.ts';
import { countQuarantine, listQuarantine, type QuarantineQuery, quarantinedBody } from './quarantine.ts';

let quarantine: ReturnType<typeof quarantineInMemory>;

beforeEach(() => {
  quarantine = quarantineInMemory();
});

function list(query: Partial<QuarantineQuery> = {}): Promise<QuarantinePage> {
  return listQuarantine(quarantine.ports, { limit: 10, ...query });
}

const json = (body: unknown) => Buffer.from(JSON.stringify(body));

describe('the list', () => {
  test('shows dead letters before the parked, each with its state and reason', async () => {
    await quarantine.park('not-json');
    await quarantine.giveUp('MaxDeliveryCountExceeded');
    const { messages } = await list();
    expect(messages).toMatchObject([
      { state: 'dead-lettered', reason: 'MaxDeliveryCountExceeded', detail: 'why', body: '{}' },
      { state: 'parked', reason: 'not-json', detail: 'It is not-json.', body: '{}' },
    ]);
  });

  test('comes in pages, dead letters on the first', async () => {
    await quarantine.park('not-json', 5);
    await quarantine.giveUp('MaxDeliveryCountExceeded');
    const first = await list({ limit: 3 });
    expect(first.messages).toHaveLength(4);
    const second = await list({ limit: 3, continuationToken: first.continuationToken });
    expect(second.messages.map(({ state }) => state)).toEqual(['parked', 'parked']);
    expect(second.continuationToken).toBeUndefined();
  });

  test('says on its first page that dead letters are available, and when there are more', async () => {
    await quarantine.park('not-json', 2);
    const first = await list({ limit: 1 });
    expect(first).toMatchObject({ deadLettersAvailable: true });
    expect(first).not.toHaveProperty('moreDeadLetters');
    expect(await list({ limit: 1, continuationToken: first.continuationToken })).not.toHaveProperty(
      'deadLettersAvailable',
    );
    for (let letters = 0; letters < 101; letters += 1) await quarantine.giveUp('by-hand');
    const { messages, moreDeadLetters } = await list();
    expect([messages.length, moreDeadLetters]).toEqual([102, true]);
  });

  test('without the bus shows the parked, and says that dead letters are missing', async () => {
    await quarantine.park('not-json');
    quarantine.bus.away = true;
    expect(await list()).toMatchObject({ messages: [{ state: 'parked' }], deadLettersAvailable: false });
  });

  test('does not wait for a bus that never answers', async () => {
    await quarantine.park('not-json');
    const deadLetters = { ...quarantine.bus.deadLetters, list: () => new Promise<never>(() => {}) };
    expect(await listQuarantine({ ...quarantine.ports, deadLetters }, { limit: 10 })).toMatchObject({
      messages: [{ state: 'parked' }],
      deadLettersAvailable: false,
    });
  });

  test('names the places that the bus does not show', async () => {
    const unread = [{ subscription: 'allocation-requests/WH-001', why: 'UnauthorizedAccess' }];
    const deadLetters = { ...quarantine.bus.deadLetters, list: async () => ({ letters: [], unread }) };
    expect(await listQuarantine({ ...quarantine.ports, deadLetters }, { limit: 10 })).toEqual({
      ...{ messages: [], deadLettersAvailable: true },
      unreadPlaces: unread,
    });
  });
});

describe('a filter', () => {
  const at = Date.UTC(2024, 10, 18, 9);

  beforeEach(async () => {
    await quarantine.park('not-json', 1, {
      messageId: 'evt-1',
      body: Buffer.from('{"itemId": "ITEM-1", oh'),
    });
    await quarantine.park('invalid-event', 1, {
      ...{ messageId: 'evt-2', enqueuedAt: at, body: json({ itemId: 'ITEM-2', other: 'ITEM-1' }) },
    });
    await quarantine.park('invalid-event', 1, {
      ...{
        messageId: 'evt-3',
        subscription: 'journal',
        enqueuedAt: at + 1,
        body: json({ itemId: 'ITEM-2' }),
      },
    });
    await quarantine.park('not-utf-8', 1, {
      ...{ messageId: 'evt-4', body: json({ itemIds: ['ITEM-3', 'ITEM-1'] }) },
    });
    await quarantine.giveUp('by-hand');
  });

  test.each<[Partial<QuarantineQuery>, string[]]>([
    [{ state: 'parked' }, ['evt-1', 'evt-2', 'evt-3', 'evt-4']],
    [{ reason: 'invalid-event' }, ['evt-2', 'evt-3']],
    [{ reason: 'invalid-event', subscription: 'journal' }, ['evt-3']],
    [{ itemId: 'ITEM-1' }, ['evt-1', 'evt-4']],
    [{ itemId: 'ITEM' }, []],
    [{ text: 'evt-4' }, ['evt-4']],
    [{ to: '2024-11-18T09:00:00.001Z' }, ['evt-2']],
    [{ from: '2024-11-18T09:00:00.001Z', to: '2024-11-18T09:00:00.002Z' }, ['evt-3']],
    [{ reason: 'none' }, []],
  ])('of %j lets through %j', async (filter, expected) => {
    const { messages } = await list(filter);
    expect(messages.map(({ messageId }) => messageId).sort()).toEqual(expected);
  });

  test('lets dead letters through as well', async () => {
    expect((await list({ state: 'dead-lettered' })).messages).toMatchObject([{ reason: 'by-hand' }]);
    expect((await list({ reason: 'by-hand' })).messages).toHaveLength(1);
    expect((await list({ text: 'atp-projection.' })).messages).toHaveLength(1);
  });

  test('goes through page after page', async () => {
    const first = await list({ limit: 1, reason: 'invalid-event' });
    const second = await list({ ...first, limit: 1, reason: 'invalid-event' });
    const found = [...first.messages, ...second.messages].map(({ messageId }) => messageId);
    expect(found.sort()).toEqual(['evt-2', 'evt-3']);
  });

  test('of deleted ones shows these, with who deleted them', async () => {
    await deleteMessages(quarantine.ports, { reason: 'invalid-event', by: 'ann', why: 'a test' });
    expect((await list({ state: 'parked' })).messages).toHaveLength(2);
    const { messages } = await list({ state: 'deleted', subscription: 'journal' });
    expect(messages).toMatchObject([
      {
        ...{ state: 'deleted', reason: 'invalid-event', messageId: 'evt-3', itemId: 'ITEM-2' },
        deletion: { at: '2024-11-18T10:00:00.000Z', by: 'ann', why: 'a test', stateBefore: 'parked' },
      },
    ]);
    expect((await list({ state: 'deleted', itemId: 'ITEM-3' })).messages).toEqual([]);
  });
});

describe('the counts', () => {
  test('are by state and reason, the most first', async () => {
    await quarantine.park('not-json', 3);
    await quarantine.park('invalid-event', 2);
    await quarantine.giveUp('by-hand');
    await quarantine.park('too-large', 4);
    await deleteMessages(quarantine.ports, { reason: 'too-large', by: 'ann', why: 'a test' });
    const count = (state: string, reason: string, messages: number) => ({ state, reason, messages });
    expect(await countQuarantine(quarantine.ports)).toEqual({
      counts: [
        count('deleted', 'too-large', 4),
        count('parked', 'not-json', 3),
        count('parked', 'invalid-event', 2),
        count('dead-lettered', 'by-hand', 1),
      ],
      ...{ atLeast: false, deadLettersAvailable: true },
    });
  });

  test('of very many say that there are at least so many', async () => {
    await quarantine.park('not-json', 10_001);
    quarantine.bus.away = true;
    expect(await countQuarantine(quarantine.ports)).toEqual({
      counts: [{ state: 'parked', reason: 'not-json', messages: 10_000 }],
      ...{ atLeast: true, deadLettersAvailable: false },
    });
  });
});

test('every byte of a body is there, of the parked, the deleted and the dead letters', async () => {
  const body = Uint8Array.of(0xff, 0x00, 0x7b);
  const [parked, deleted] = await quarantine.park('not-utf-8', 2, { body });
  const ids = [await quarantine.idOf(parked), await quarantine.idOf(deleted)];
  await deleteMessages(quarantine.ports, { ids: [ids[1] ?? ''], by: 'ann', why: 'a test' });
  for (const id of ids) expect(await quarantinedBody(quarantine.ports, id)).toEqual(body);
  const letter = await quarantine.idOf(await quarantine.giveUp('by-hand'));
  expect(Buffer.from((await quarantinedBody(quarantine.ports, letter)) ?? []).toString()).toBe('{}');
  expect(await quarantinedBody(quarantine.ports, 'unknown')).toBeUndefined();
});
