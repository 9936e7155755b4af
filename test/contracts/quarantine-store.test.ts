import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  InvalidContinuationToken,
  type ParkedMessage,
  type QuarantineStore,
} from '../../shared/ports/quarantine-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { storageQuarantineStore } from '../../shared/storage/quarantine-store.ts';
import { brokenBytes, someMessage } from '../doubles/fixtures.ts';
import { inMemoryQuarantine } from '../doubles/quarantine-store.ts';
import { inMemory, inStorage, type StoreUnderTest } from './store-under-test.ts';

describe.each<[string, () => Promise<StoreUnderTest<QuarantineStore>>]>([
  ['in memory', inMemory(inMemoryQuarantine)],
  ['in Table and Blob storage', inStorage(storageQuarantineStore)],
])('the quarantine %s', (_name, start) => {
  let implementation: StoreUnderTest<QuarantineStore>;
  let store: QuarantineStore;

  beforeAll(async () => {
    implementation = await start();
    store = implementation.store;
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
  });
});

function parked(message: ParkedMessage['message']): ParkedMessage {
  return { message, refusal: { reason: 'not-json', detail: 'The body is not JSON.' } };
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
