import { expect, test } from 'vitest';
import { someEvent } from '../../test/doubles/fixtures.ts';
import { inMemoryJournal } from '../../test/doubles/journal-store.ts';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { completeJournal } from './complete-journal.ts';

const OPTIONS = { warehouses: new Set(['WH-001']), digest: (text: string) => text };

function ledgerOf(events: readonly InventoryEvent[]) {
  return {
    async *readEvents() {
      for (let start = 0; start < events.length; start += 7) yield events.slice(start, start + 7);
    },
  };
}

function published(count: number): InventoryEvent[] {
  return Array.from({ length: count }, (_, index) => someEvent({ version: index + 1 }));
}

async function recorded(events: readonly InventoryEvent[]) {
  const journal = inMemoryJournal();
  await journal.append(events.map((event) => ({ kind: 'event', event })));
  return journal;
}

test('what a killed storage lost is written again from the WMS ledger, and a second run finds all of it', async () => {
  const events = published(40);
  const journal = await recorded(events);
  journal.lose(({ version = 0 }) => version > 30);
  expect(await completeJournal({ journal, ledger: ledgerOf(events) }, OPTIONS)).toMatchObject({
    published: 40,
    present: 30,
    missing: 10,
    written: 10,
    different: 0,
    unpublished: 0,
  });
  expect(await completeJournal({ journal, ledger: ledgerOf(events) }, OPTIONS)).toMatchObject({
    present: 40,
    missing: 0,
    written: 0,
  });
});

test('a row of another content is told and left as it is', async () => {
  const events = published(3);
  const [first, ...others] = events;
  const changed = { ...first, quantityChange: 99 } as InventoryEvent;
  const journal = await recorded([changed, ...others]);
  const report = await completeJournal({ journal, ledger: ledgerOf(events) }, OPTIONS);
  expect(report).toMatchObject({ present: 2, missing: 0, written: 0, different: 1 });
  expect(report.examples.different).toEqual([expect.stringContaining(changed.eventId)]);
  for await (const page of journal.readEvents(['WH-001'])) expect(page).toContainEqual(changed);
});

test('the order of the fields makes no difference', async () => {
  const [event] = published(1);
  const turned = Object.fromEntries(Object.entries(event ?? {}).reverse()) as InventoryEvent;
  const journal = await recorded([turned]);
  expect(await completeJournal({ journal, ledger: ledgerOf(event ? [event] : []) }, OPTIONS)).toMatchObject({
    present: 1,
    different: 0,
  });
});

test('events of another sender are counted, not touched', async () => {
  const events = published(5);
  const journal = await recorded([...events, someEvent({ eventId: 'evt-of-another-sender' })]);
  expect(await completeJournal({ journal, ledger: ledgerOf(events) }, OPTIONS)).toMatchObject({
    journalled: 6,
    present: 5,
    unpublished: 1,
  });
});
