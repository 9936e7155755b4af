import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openConnection } from './connection.ts';

test('A statement waits a second for a file that another process keeps locked, and no longer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wms-adapter-'));
  const connection = openConnection(join(folder, 'wms.db'));
  expect(connection.prepare('PRAGMA busy_timeout').get()).toEqual({ timeout: 1_000 });
  connection.close();
  await rm(folder, { recursive: true });
});
