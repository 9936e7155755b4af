import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteDatabase } from '../../apps/wms-adapter/sqlite/database.ts';
import { newEventTally } from './event-tally.ts';
import { fillOutbox } from './outbox-filling.ts';

test('An outbox is filled with as many events as wanted, of all types of transactions, over the time wanted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockbridge-bench-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'wms.db');
  const from = new Date('2026-11-15T12:00:00.000Z');
  const to = new Date('2026-11-22T12:00:00.000Z');

  const waiting = await fillOutbox(file, { messages: 5_000, shelves: 100, from, to }, () => {});
  // The last transaction may be a transfer, which is two.
  expect([5_000, 5_001]).toContain(waiting);

  const database = openSqliteDatabase(file);
  onTestFinished(() => database.close());
  const { unsent, oldestCommittedAt = '' } = await database.backlog();
  expect(unsent).toBe(waiting);
  expect(Date.parse(oldestCommittedAt) - from.getTime()).toBeLessThan(3 * 24 * 3_600_000);
  const { rows } = await database.events({ limit: 10_000 });
  const tally = newEventTally();
  for (const { eventId } of rows) tally.note(eventId);
  expect([tally.noted(), tally.different()]).toEqual([waiting, waiting]);
  const types = new Set(rows.map(({ eventType }) => eventType));
  expect(types.size).toBe(5);
});
