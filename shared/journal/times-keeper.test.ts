import { expect, test } from 'vitest';
import { someKey } from '../../test/doubles/fixtures.ts';
import { inMemoryJournal } from '../../test/doubles/journal-store.ts';
import type { ProjectedTime } from '../domain/projected-times.ts';
import type { StockKey } from '../domain/stock.ts';
import { type JournalEntry, TIMES_AN_ENTRY } from '../ports/journal-store.ts';
import { timesKeeper } from './times-keeper.ts';

const TEN = Date.parse('2024-11-18T10:00:00.000Z');

function times(count: number, from = 0): ProjectedTime[] {
  return Array.from({ length: count }, (_, index) => [`evt-${from + index}`, TEN + from + index]);
}

async function keptOf(journal: ReturnType<typeof inMemoryJournal>, key: StockKey) {
  const kept: ProjectedTime[] = [];
  for await (const page of journal.readTimes(key, 0)) kept.push(...page);
  return kept;
}

test('What stocks hand on is kept, each by itself, in rows that are not too long', async () => {
  const [journal, key, other] = [inMemoryJournal(), someKey(), someKey()];
  const keep = timesKeeper(journal);
  await keep([
    { ...key, times: times(2 * TIMES_AN_ENTRY + 1) },
    { ...other, times: times(16) },
  ]);
  expect(await keptOf(journal, key)).toEqual(times(2 * TIMES_AN_ENTRY + 1));
  expect(await keptOf(journal, other)).toEqual(times(16));
  expect(journal.rowCount()).toBe(4);
});

test('What comes while others are written goes together with the next call', async () => {
  const calls: (readonly JournalEntry[])[] = [];
  const gates: (() => void)[] = [];
  const append = (entries: readonly JournalEntry[]) => {
    calls.push(entries);
    return new Promise<void>((resolve) => gates.push(resolve));
  };
  const keep = timesKeeper({ append });
  const all = [1, 2, 3].map((number) => keep([{ ...someKey(), times: times(16, number) }]));
  expect(calls.map(({ length }) => length)).toEqual([1]);
  gates[0]?.();
  await expect.poll(() => calls.map(({ length }) => length)).toEqual([1, 2]);
  gates[1]?.();
  await Promise.all(all);
  expect(calls).toHaveLength(2);
});

test('A storage that is away loses times and fails nobody; once it is back they are kept again', async () => {
  const [journal, key] = [inMemoryJournal(), someKey()];
  const keep = timesKeeper(journal);
  journal.away = true;
  await keep([{ ...key, times: times(16) }]);
  journal.away = false;
  await keep([{ ...key, times: times(16, 16) }]);
  expect(await keptOf(journal, key)).toEqual(times(16, 16));
});

test('A storage that never answers does not fill the memory', async () => {
  const written: (readonly JournalEntry[])[] = [];
  let answer = () => {};
  const keep = timesKeeper({
    append: (entries) => {
      written.push(entries);
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  });
  const one = { ...someKey(), times: times(16) };
  const all = Array.from({ length: 30 }, () => keep(Array.from({ length: 1_000 }, () => one)));
  answer();
  await expect.poll(() => written.length).toBe(2);
  answer();
  await Promise.all(all);
  expect(written.map(({ length }) => length)).toEqual([1_000, 10_000]);
});
