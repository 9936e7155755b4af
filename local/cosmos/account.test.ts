import { CosmosClient } from '@azure/cosmos';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestAccount, type TestAccount } from './test-account.ts';

let account: TestAccount;

beforeAll(async () => {
  account = await startTestAccount();
});

afterAll(() => account?.stop());

test('A caller is told the address that it called, such as that of a proxy, and the SDK stays on it', async () => {
  const endpoint = `http://localhost:${account.server.port}/`;
  const client = new CosmosClient({ endpoint, key: account.server.key });
  await client.databases.createIfNotExists({ id: 'by-another-name' });
  expect(await client.getWriteEndpoint()).toBe(endpoint);
  expect((await client.getDatabaseAccount()).resource?.writableLocations[0]).toMatchObject({
    databaseAccountEndpoint: endpoint,
  });
  client.dispose();
});
