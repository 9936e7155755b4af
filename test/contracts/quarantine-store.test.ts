import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeletedMessages } from '../../shared/ports/deleted-messages.ts';
import {
  InvalidContinuationToken,
  type ParkedMessage,
  type QuarantineStore,
} from '../../shared/ports/quarantine-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import type { Storage } from '../../shared/storage/connection.ts';
import { storageDeletedMessages } from '../../shared/storage/deleted-messages.ts';
import { storageQuarantineStore } from '../../shared/storage/quarantine-store.ts';
import { inMemoryDeletedMessages } from '../doubles/deleted-messages.ts';
import { brokenBytes, someMessage } from '../doubles/fixtures.ts';
import { inMemoryQuarantine } from '../doubles/quarantine-store.ts';
import { inMemory, inStorage, type StoreUnderTest } from './store-under-test.ts';

type Kept = { readonly parked: QuarantineStore; readonly deleted: DeletedMessages };

function keptInMemory(): Kept & { away: boolean } {
  const [parked, deleted] = [inMemoryQuarantine(), inMemoryDeletedMessages()];
  return {
    ...{ parked, deleted },
    get away() {
      return parked.away;
    },
    set away(away) {
      parked.away = away;
      deleted.away = away;
    },
  };
}

function keptInStorage(storage: Storage): Kept {
  return { parked: storageQuarantineStore(storage), deleted: storageDeletedMessages(storage) };
}

describe.each<[string, () => Promise<StoreUnderTest<Kept>>]>([
  ['in memory', inMemory(keptInMemory)],
  ['in Table and Blob storage', inStorage(keptInStorage)],
])('the quarantine %s', (_name, start) => {
  let implementation: StoreUnderTest<Kept>;
  let store: QuarantineStore;
  let deleted: DeletedMessages;

  beforeAll(async () => {
    implementation = await start();
    ({ parked: store, deleted } = implementation.store);
  });
  afterAll(() => implementation.stop());

  test('a 60 KB body with broken UTF-8 comes back byte for byte, with its properties and reason', async () => {
    const message = someMessage({
      body: brokenBytes(),
      attempt: 3,
      applicationProperties: { traceparent: '00-1-2-01', count: 7, urgent: true },
    });
    const refusal = { reason: 'not-utf-8', detail: 'The body is not valid UTF-8.' } as const;
    await store.park([{ message, refusal }]);
    const id = await idOf(store, message.messageId);
    const found = await store.get(id);
    expect(found && Buffer.compare(found.message.body, message.body)).toBe(0);
    expect({ ...found, message: { ...found?.message, body: null } }).toEqual({
      message: { ...message, body: null },
      refusal,
    });
  });

  test('the list shows the reason and the beginning of the body', async () => {
    const message = someMessage({ body: Buffer.from(`{"a":1}${' '.repeat(10_000)}`) });
    await store.park([parked(message)]);
    const summary = (await listAll(store)).find(({ messageId }) => messageId === message.messageId);
    expect(summary).toMatchObject({
      subscription: 'atp-projection',
      sequenceNumber: message.sequenceNumber,
      reason: 'not-json',
      receivedAt: '2024-11-18T10:00:01.500Z',
      bytes: 10_007,
    });
    expect(summary?.body).toBe(`{"a":1}${' '.repeat(4_089)}`);
  });

  test('parking a message twice keeps one', async () => {
    const message = someMessage();
    await store.park([parked(message)]);
    await store.park([parked(message), parked(message)]);
    const same = (await listAll(store)).filter(({ messageId }) => messageId === message.messageId);
    expect(same).toHaveLength(1);
  });

  test('a message that was sent again before it was parked keeps the place of its first journey', async () => {
    const message = someMessage({ messageId: 'x'.repeat(120) });
    await store.park([parked(message)]);
    const id = await idOf(store, message.messageId);
    const again = { ...message, messageId: `${'x'.repeat(110)}#7`, attempt: 7 };
    expect(await store.park([parked(again)])).toEqual([]);
    expect((await store.get(id))?.message.attempt).toBe(7);
  });

  test.each(['nobody', 'a/b', 'a\\b', '#1', '?', 'ä', '..', '\u0000'])(
    'under %j, which no message has, nothing is found',
    async (id) => {
      expect(await store.get(id)).toBeUndefined();
      expect(await deleted.get(id)).toBeUndefined();
    },
  );

  test.each(['x', 'eyJ', 'bnVsbA==', '"'])(
    'a continuation token that no list gave, %s, is told',
    async (token) => {
      await expect(store.list(10, token)).rejects.toBeInstanceOf(InvalidContinuationToken);
    },
  );

  test('the same message of another subscription, and another message of the same id, are kept apart', async () => {
    const message = someMessage({ messageId: 'same-id' });
    await store.park([
      parked(message),
      parked({ ...message, subscription: 'journal' }),
      parked({ ...message, sequenceNumber: '999999' }),
    ]);
    const same = (await listAll(store)).filter(({ messageId }) => messageId === 'same-id');
    expect(same).toHaveLength(3);
  });

  test('pages hold every message once', async () => {
    const messages = Array.from({ length: 45 }, () => someMessage());
    await store.park(messages.map(parked));
    const ids = (await listAll(store, 10)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const listed = (await listAll(store, 10)).map(({ messageId }) => messageId);
    expect(listed).toEqual(expect.arrayContaining(messages.map(({ messageId }) => messageId)));
  });

  test('a message that was removed is gone, and removing it again does no harm', async () => {
    const message = someMessage();
    await store.park([parked(message)]);
    const id = await idOf(store, message.messageId);
    await store.remove(id);
    await store.remove(id);
    expect(await store.get(id)).toBeUndefined();
    expect((await listAll(store)).map((summary) => summary.id)).not.toContain(id);
  });

  test('a list shows what matches, and leads on to the rest of it', async () => {
    const messages = Array.from({ length: 5 }, () => someMessage({ subscription: 'matching' }));
    await store.park(messages.map(parked));
    const matches = ({ subscription }: { subscription: string }) => subscription === 'matching';
    const ids: string[] = [];
    let token: string | undefined;
    do {
      const page = await store.list(2, token, matches);
      expect(page.messages.length).toBeLessThanOrEqual(2);
      ids.push(...page.messages.map(({ messageId }) => messageId));
      token = page.continuationToken;
    } while (token !== undefined);
    expect(ids.sort()).toEqual(messages.map(({ messageId }) => messageId).sort());
  });

  test('messages are counted by state and reason, up to a limit', async () => {
    await store.park([
      ...Array.from({ length: 2 }, () => refusedAs('counted')),
      { ...refusedAs('counted'), isDeadLetter: true },
    ]);
    const { counts, more } = await store.count(1_000);
    expect(more).toBe(false);
    expect(counts.filter(({ reason }) => reason === 'counted')).toEqual(
      expect.arrayContaining([
        { state: 'parked', reason: 'counted', messages: 2 },
        { state: 'dead-lettered', reason: 'counted', messages: 1 },
      ]),
    );
    const all = counts.reduce((sum, { messages }) => sum + messages, 0);
    expect(await store.count(all)).toMatchObject({ more: false });
    const some = await store.count(all - 1);
    expect([some.counts.reduce((sum, { messages }) => sum + messages, 0), some.more]).toEqual([
      all - 1,
      true,
    ]);
  });

  test('a dead letter that was restored keeps its id, its state and its reason', async () => {
    const message = someMessage({ subscription: 'allocation-requests/WH-001', sequenceNumber: '417' });
    const letter = {
      message,
      refusal: { reason: 'other-warehouse', detail: '' },
      isDeadLetter: true,
    } as const;
    await store.park([letter]);
    const id = 'allocation-requests.WH-001.417';
    expect(await idOf(store, message.messageId)).toBe(id);
    expect(await store.get(id)).toEqual({ ...letter, message: { ...message, body: expect.anything() } });
    expect((await listAll(store)).find((one) => one.id === id)?.state).toBe('dead-lettered');
  });

  test('a deleted message is kept byte for byte, apart from those that are parked', async () => {
    const message = someMessage({ body: brokenBytes(), messageId: 'deleted' });
    const deletion = { at: '2024-11-18T10:00:00.000Z', by: 'ann', why: 'Grüße' };
    await store.park([parked(message)]);
    const id = await idOf(store, 'deleted');
    await deleted.keep(parked(message), deletion);
    await store.remove(id);
    expect((await listAll(store)).map((one) => one.id)).not.toContain(id);
    const { messages } = await deleted.list(10);
    expect(messages).toMatchObject([{ id, messageId: 'deleted', state: 'parked', deletion }]);
    const kept = await deleted.get(id);
    expect(kept && Buffer.compare(kept.message.body, message.body)).toBe(0);
    expect(await deleted.count(10)).toEqual({
      ...{ counts: [{ state: 'parked', reason: 'not-json', messages: 1 }], more: false },
    });
    // The same message again: what was deleted stays, and may go without it.
    await store.park([parked(message)]);
    await deleted.remove(id);
    expect(await deleted.get(id)).toBeUndefined();
    const again = await store.get(id);
    expect(again && Buffer.compare(again.message.body, message.body)).toBe(0);
  });

  test('what was deleted before some time is removed for good, so many at once', async () => {
    const times = ['2024-10-01', '2024-10-02', '2024-10-03'].map((day) => `${day}T00:00:00.000Z`);
    for (const at of times) await deleted.keep(parked(someMessage()), { at, by: 'ann', why: 'old' });
    expect(await deleted.removeBefore('2024-10-03T00:00:00.000Z', 1)).toBe(1);
    expect(await deleted.removeBefore('2024-10-03T00:00:00.000Z', 10)).toBe(1);
    expect(await deleted.removeBefore('2024-10-03T00:00:00.000Z', 10)).toBe(0);
    expect((await deleted.list(10)).messages).toMatchObject([{ deletion: { at: times[2] } }]);
  });

  test('a quarantine that went away says so, of every message', async () => {
    await implementation.goAway();
    const messages = Array.from({ length: 40 }, () => parked(someMessage()));
    const unparked = await store.park(messages);
    expect(unparked.map(({ message }) => message.messageId).sort()).toEqual(
      messages.map(({ message }) => message.messageId).sort(),
    );
    expect(unparked.every(({ failure }) => failure !== '')).toBe(true);
    await expect(store.list(10)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.get('x')).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.remove('x')).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.count(1)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(deleted.list(1)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(deleted.removeBefore('x', 1)).rejects.toBeInstanceOf(StoreUnavailable);
    const deletion = { at: '', by: '', why: '' };
    await expect(deleted.keep(parked(someMessage()), deletion)).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

function parked(message: ParkedMessage['message']): ParkedMessage {
  return { message, refusal: { reason: 'not-json', detail: 'The body is not JSON.' } };
}

function refusedAs(reason: string): ParkedMessage {
  return { message: someMessage(), refusal: { reason, detail: '' } };
}

async function listAll(store: QuarantineStore, limit = 100) {
  const summaries = [];
  let token: string | undefined;
  do {
    const page = await store.list(limit, token);
    expect(page.messages.length).toBeLessThanOrEqual(limit);
    summaries.push(...page.messages);
    token = page.continuationToken;
  } while (token !== undefined);
  return summaries;
}

async function idOf(store: QuarantineStore, messageId: string): Promise<string> {
  return (await listAll(store)).find((summary) => summary.messageId === messageId)?.id ?? '';
}
