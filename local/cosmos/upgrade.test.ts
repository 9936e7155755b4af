import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { startTestAccount } from './test-account.ts';

const definition = {
  indexingPolicy: { includedPaths: [{ path: '/kind/?' }], excludedPaths: [{ path: '/*' }] },
};

test('a data file from before there was a sorted index is taken over with its items', async () => {
  const data = mkdtempSync(join(tmpdir(), 'cosmos-'));
  const before = await startTestAccount({ data });
  const container = await before.container('items', definition);
  await container.items.create({ id: 'x', pk: 'a', kind: 'stock' });
  before.client.dispose();
  await before.server.stop();
  takeIndexAway(join(data, 'cosmos.sqlite'));

  const after = await startTestAccount({ data });
  const same = await after.container('items', definition);
  const query = "SELECT VALUE c.id FROM c WHERE c.kind = 'stock'";
  expect((await same.items.query(query).fetchAll()).resources).toEqual(['x']);
  await same.item('x', 'a').patch([{ op: 'set', path: '/kind', value: 'line' }]);
  expect((await same.items.query(query).fetchAll()).resources).toEqual([]);
  await after.stop();
});

/** Makes a file of format 1 out of one of format 2. */
function takeIndexAway(path: string): void {
  const file = new DatabaseSync(path);
  for (const { number } of file.prepare('SELECT number FROM containers').all()) {
    file.exec(`DROP TABLE index_${number}; ALTER TABLE items_${number} DROP COLUMN entries;`);
  }
  file.exec('PRAGMA user_version=1');
  file.close();
}
