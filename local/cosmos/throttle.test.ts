import { afterEach, expect, test } from 'vitest';
import { refusal, startTestAccount, type TestAccount } from './test-account.ts';

let account: TestAccount | undefined;
afterEach(() => account?.stop());

test('beyond the budget of a second requests are answered 429 with the time to wait, then served again', async () => {
  let now = Date.parse('2026-01-01T00:00:00.250Z');
  account = await startTestAccount({ throttleUnits: 12, now: () => now });
  const container = await account.container('items', {
    indexingPolicy: { indexingMode: 'none', includedPaths: [], excludedPaths: [] },
  });
  for (const id of ['a', 'b', 'c'])
    expect((await container.items.create({ id, pk: 'p' })).statusCode).toBe(201);
  const error = await refusal(container.items.create({ id: 'd', pk: 'p' }));
  expect(error).toMatchObject({ code: 429, retryAfterInMs: 750 });
  expect(
    (await refusal(container.items.bulk([{ operationType: 'Read', id: 'a', partitionKey: 'p' }]))).code,
  ).toBe(429);
  now += 750;
  expect((await container.items.create({ id: 'd', pk: 'p' })).statusCode).toBe(201);
});

test('a test can turn requests away by a rule, and the SDK retries them', async () => {
  let refused = 0;
  account = await startTestAccount({
    throttle: ({ method }) => {
      if (method !== 'POST' || refused === 2) return undefined;
      refused += 1;
      return 1;
    },
  });
  const container = await account.container('items');
  const { CosmosClient } = await import('@azure/cosmos');
  const client = new CosmosClient(account.server.connectionString);
  expect(
    (await client.database('test').container(container.id).items.create({ id: 'a', pk: 'p' })).statusCode,
  ).toBe(201);
  expect(refused).toBe(2);
  client.dispose();
});
