import {
  type ChangeFeedIteratorOptions,
  ChangeFeedStartFrom,
  type Container,
  type JSONObject,
} from '@azure/cosmos';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestAccount, type TestAccount } from './test-account.ts';

let account: TestAccount;
let now = Date.parse('2026-01-01T00:00:00Z');
let serial = 0;

beforeAll(async () => {
  account = await startTestAccount({ now: () => now });
});
afterAll(() => account.stop());

async function filled(count: number): Promise<Container> {
  serial += 1;
  const container = await account.container(`feed-${serial}`);
  for (let n = 0; n < count; n += 1) await container.items.create({ id: `i${n}`, pk: `p${n % 7}`, n });
  return container;
}

/** Reads until a page is 304. */
async function drain(container: Container, options: ChangeFeedIteratorOptions) {
  const items: JSONObject[] = [];
  const sizes: number[] = [];
  let continuation = '';
  for await (const page of container.items.getChangeFeedIterator<JSONObject>(options).getAsyncIterator()) {
    continuation = page.continuationToken;
    if (page.statusCode === 304) break;
    sizes.push(page.count);
    items.push(...page.result);
  }
  return { items, sizes, continuation, ids: items.map((item) => String(item.id)).sort() };
}

test('from the beginning, each item comes once, in pages, with its last state; deleted items do not', async () => {
  const container = await filled(20);
  await container.item('i3', 'p3').replace({ id: 'i3', pk: 'p3', n: 'replaced' });
  await container.item('i4', 'p4').delete();
  const { items, sizes, ids } = await drain(container, {
    changeFeedStartFrom: ChangeFeedStartFrom.Beginning(),
    maxItemCount: 4,
  });
  expect(new Set(ids).size).toBe(19);
  expect(ids).toHaveLength(19);
  expect(Math.max(...sizes)).toBe(4);
  expect(items.find((item) => item.id === 'i3')).toMatchObject({ n: 'replaced', _lsn: expect.any(Number) });
});

test('a continuation goes on where a reader stopped, also in another iterator', async () => {
  const container = await filled(10);
  const first = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning() });
  const from = ChangeFeedStartFrom.Continuation(first.continuation);
  expect((await drain(container, { changeFeedStartFrom: from })).items).toEqual([]);
  await container.items.upsert({ id: 'i5', pk: 'p5', n: 'again' });
  await container.items.create({ id: 'new', pk: 'p1' });
  expect((await drain(container, { changeFeedStartFrom: from })).ids).toEqual(['i5', 'new']);
});

test('a continuation from beyond all that was written is of another data folder, and refused', async () => {
  const container = await filled(3);
  const { continuation } = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning() });
  const ahead = continuation.replaceAll(/\\"(\d+)\\"/g, '\\"9$1\\"');
  await expect(
    drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Continuation(ahead) }),
  ).rejects.toMatchObject({ code: 400 });
});

test('from now on gives only what is written later', async () => {
  const container = await filled(5);
  const { continuation, items } = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Now() });
  expect(items).toEqual([]);
  await container.items.create({ id: 'later', pk: 'p' });
  expect(
    (await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuation) })).ids,
  ).toEqual(['later']);
});

test('from a time gives what was written since, to the second', async () => {
  const container = await filled(3);
  now += 60_000;
  await container.items.create({ id: 'since', pk: 'p' });
  expect(
    (await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Time(new Date(now)) })).ids,
  ).toEqual(['since']);
  expect(
    (await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Time(new Date(now + 1000)) })).ids,
  ).toEqual([]);
});

test('feed ranges share the feed out: at least two, nothing twice, nothing lost', async () => {
  const container = await filled(30);
  const ranges = await container.getFeedRanges();
  expect(ranges.length).toBeGreaterThanOrEqual(2);
  const parts = await Promise.all(
    ranges.map((range) => drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(range) })),
  );
  expect(parts.every((part) => part.items.length > 0)).toBe(true);
  expect(parts.flatMap((part) => part.ids).sort()).toEqual(
    Array.from({ length: 30 }, (_, n) => `i${n}`).sort(),
  );
});

test('one partition key can be followed alone', async () => {
  const container = await filled(14);
  const { ids } = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning('p2') });
  expect(ids).toEqual(['i2', 'i9']);
});
