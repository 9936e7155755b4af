import { expect, test } from 'vitest';
import { messageOf, someEvent, someMessage } from '../../test/doubles/fixtures.ts';
import { inMemoryJournal } from '../../test/doubles/journal-store.ts';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import type { JournalEntry } from '../ports/journal-store.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { journalBatch } from './journal-batch.ts';

const OPTIONS = { warehouses: new Set(['WH-001']), patienceMs: 20_000 };

test('accepted events and refusals are both written, and a repeated batch changes nothing', async () => {
  const journal = inMemoryJournal();
  const runtime = virtualRuntime();
  const event = someEvent();
  const batch = [messageOf(event), someMessage({ body: Buffer.from('{') })];
  await journalBatch(batch, { journal, runtime }, OPTIONS);
  await journalBatch(batch, { journal, runtime }, OPTIONS);
  expect(journal.rowCount()).toBe(2);
  for await (const page of journal.readEvents(['WH-001'])) expect(page).toEqual([event]);
});

test('a refusal keeps its reason', async () => {
  const entries: JournalEntry[] = [];
  const journal = {
    ...inMemoryJournal(),
    append: async (more: readonly JournalEntry[]) => void entries.push(...more),
  };
  const message = messageOf(someEvent({ warehouseId: 'WH-999' }));
  await journalBatch([message], { journal, runtime: virtualRuntime() }, OPTIONS);
  expect(entries).toMatchObject([{ kind: 'refusal', message, refusal: { reason: 'unknown-warehouse' } }]);
});

test('a journal that comes back within the patience is waited for', async () => {
  const journal = inMemoryJournal();
  const runtime = virtualRuntime();
  journal.away = true;
  const sleep = async (ms: number) => {
    await runtime.sleep(ms);
    if (runtime.slept.length === 4) journal.away = false;
  };
  await journalBatch([messageOf(someEvent())], { journal, runtime: { ...runtime, sleep } }, OPTIONS);
  expect(journal.rowCount()).toBe(1);
});

test('a journal that stays away rejects the batch within the patience, so that the bus delivers it again', async () => {
  const journal = inMemoryJournal();
  const runtime = virtualRuntime();
  journal.away = true;
  const started = runtime.now();
  const batch = [messageOf(someEvent())];
  await expect(journalBatch(batch, { journal, runtime }, OPTIONS)).rejects.toBeInstanceOf(StoreUnavailable);
  expect(runtime.now() - started).toBeLessThanOrEqual(OPTIONS.patienceMs);
});
