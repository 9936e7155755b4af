import { ChangeFeedStartFrom } from '@azure/cosmos';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal, startTestAccount, type TestAccount } from './test-account.ts';

let account: TestAccount;
let now = Date.parse('2026-01-01T00:00:00Z');

beforeAll(async () => {
  account = await startTestAccount({ now: () => now });
});
afterAll(() => account.stop());

test('items expire by the default of the container, unless they say otherwise', async () => {
  const container = await account.container('default', { defaultTtl: 10 });
  await container.items.create({ id: 'default', pk: 'p' });
  await container.items.create({ id: 'longer', pk: 'p', ttl: 20 });
  await container.items.create({ id: 'never', pk: 'p', ttl: -1 });
  const alive = async (): Promise<unknown[]> =>
    (await container.items.query('SELECT VALUE c.id FROM c', { partitionKey: 'p' }).fetchAll()).resources;
  now += 9_999;
  expect(await alive()).toEqual(['default', 'longer', 'never']);
  now += 1;
  expect(await alive()).toEqual(['longer', 'never']);
  expect((await container.item('default', 'p').read()).statusCode).toBe(404);
  const page = await container.items
    .getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning('p') })
    .readNext();
  expect(page.count).toBe(2);
  expect((await container.items.create({ id: 'default', pk: 'p' })).statusCode).toBe(201);
  now += 20_000;
  expect(await alive()).toEqual(['never']);
});

test('a write starts the time again', async () => {
  const container = await account.container('again', { defaultTtl: 10 });
  const { item } = await container.items.create({ id: 'x', pk: 'p' });
  now += 8_000;
  await item.replace({ id: 'x', pk: 'p' });
  now += 8_000;
  expect((await item.read()).statusCode).toBe(200);
});

test('a default of -1 lets only items with a ttl expire; without a default none does', async () => {
  const container = await account.container('switched', { defaultTtl: -1 });
  await container.items.create({ id: 'plain', pk: 'p' });
  await container.items.create({ id: 'timed', pk: 'p', ttl: 5 });
  const statusOf = async (id: string): Promise<number> => (await container.item(id, 'p').read()).statusCode;
  now += 6_000;
  expect(await statusOf('plain')).toBe(200);
  expect(await statusOf('timed')).toBe(404);
  await container.replace({ id: 'switched', partitionKey: { paths: ['/pk'] } });
  await container.items.upsert({ id: 'timed', pk: 'p', ttl: 5 });
  now += 6_000;
  expect(await statusOf('timed')).toBe(200);
  await container.replace({ id: 'switched', partitionKey: { paths: ['/pk'] }, defaultTtl: 3 });
  expect(await statusOf('plain')).toBe(404);
});

test('a ttl that is no number of seconds is refused with 400', async () => {
  const container = await account.container('refused', { defaultTtl: -1 });
  for (const ttl of [0, -2, 1.5, 'soon'])
    expect((await refusal(container.items.create({ id: 'x', pk: 'p', ttl: ttl as number }))).code).toBe(400);
});
