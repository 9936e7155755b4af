import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import type { JournalEntry, JournalStore } from '../../shared/ports/journal-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { openStorage } from '../../shared/storage/connection.ts';
import { tableJournalStore } from '../../shared/storage/journal-store.ts';
import { someEvent, someMessage } from '../doubles/fixtures.ts';
import { inMemoryJournal } from '../doubles/journal-store.ts';
import { startAzurite } from '../parts/local-part.ts';

type Implementation = {
  readonly journal: JournalStore;
  rowCount(): Promise<number>;
  goAway(): Promise<void>;
  stop(): Promise<void>;
};

async function startInMemory(): Promise<Implementation> {
  const journal = inMemoryJournal();
  return {
    journal,
    rowCount: async () => journal.rowCount(),
    goAway: async () => {
      journal.away = true;
    },
    stop: async () => {},
  };
}

async function startInTableStorage(): Promise<Implementation> {
  const part = await startAzurite();
  const table = (await openStorage({ StorageConnection: part.connectionString })).table('journal');
  return {
    journal: tableJournalStore(table),
    rowCount: async () => {
      let rows = 0;
      for await (const _row of table.listEntities()) rows += 1;
      return rows;
    },
    goAway: part.kill,
    stop: part.stop,
  };
}

describe.each<[string, () => Promise<Implementation>]>([
  ['in memory', startInMemory],
  ['in Table storage', startInTableStorage],
])('the journal %s', (_name, start) => {
  let implementation: Implementation;
  let journal: JournalStore;

  beforeAll(async () => {
    implementation = await start();
    journal = implementation.journal;
  });
  afterAll(() => implementation.stop());

  test('an event is read as it was written, with every optional field', async () => {
    const full: InventoryEvent = {
      ...someEvent({ itemId: 'ITEM full', lotNumber: 'LOT-2024-089', eventType: 'InventoryTransfer' }),
      schemaVersion: 1,
      scannedAt: '2024-11-18T09:59:58.123456789Z',
      scannedQuantity: -12,
      counterpart: {
        locationId: 'B-02',
        lotNumber: null,
        quantityChange: -10,
        resultingOnHand: 3,
        version: 7,
      },
      allocationId: 'alloc:1',
      allocationPicked: 10,
    };
    await journal.append([entry(full)]);
    expect(await eventsOf(journal, 'ITEM full')).toEqual([full]);
  });

  test('an event with exactly the published fields is read as it was written', async () => {
    const { version: _version, ...published } = someEvent({ itemId: 'ITEM-published' });
    await journal.append([entry(published)]);
    expect(await eventsOf(journal, 'ITEM-published')).toEqual([published]);
  });

  test('appending an event again changes nothing', async () => {
    const event = someEvent({ itemId: 'ITEM-again' });
    await journal.append([entry(event)]);
    const rows = await implementation.rowCount();
    await journal.append([entry(event)]);
    expect(await implementation.rowCount()).toBe(rows);
    expect(await eventsOf(journal, 'ITEM-again')).toEqual([event]);
  });

  test('an event that occurs twice in a batch is one row', async () => {
    const event = someEvent({ itemId: 'ITEM-twice' });
    await journal.append([entry(event), entry(event)]);
    expect(await eventsOf(journal, 'ITEM-twice')).toEqual([event]);
  });

  test('two events with one id but different positions or versions are two rows', async () => {
    const first = someEvent({ itemId: 'ITEM-one-id', eventId: 'evt-1' });
    const second = someEvent({ itemId: 'ITEM-one-id', eventId: 'evt-1', version: 2 });
    const third = someEvent({ itemId: 'ITEM-one-id', eventId: 'evt-1', locationId: 'A-02' });
    await journal.append([first, second, third].map(entry));
    expect(await eventsOf(journal, 'ITEM-one-id')).toEqual(expect.arrayContaining([first, second, third]));
  });

  test('two different events that claim one id and version are both kept', async () => {
    const first = someEvent({ itemId: 'ITEM-claimed', eventId: 'evt-1', resultingOnHand: 7 });
    const second = someEvent({ itemId: 'ITEM-claimed', eventId: 'evt-1', resultingOnHand: 10 });
    await journal.append([entry(first)]);
    await journal.append([entry(second)]);
    const read = await eventsOf(journal, 'ITEM-claimed');
    expect(read).toHaveLength(2);
    expect(read).toEqual(expect.arrayContaining([first, second]));
  });

  test('a refusal is one row however often it is appended, and is no event', async () => {
    const refusal: JournalEntry = {
      kind: 'refusal',
      message: someMessage({ messageId: 'a/b?c#d\\e' }),
      refusal: { reason: 'not-json', detail: 'The body is not JSON.' },
    };
    const rows = await implementation.rowCount();
    await journal.append([refusal, refusal]);
    await journal.append([refusal]);
    expect(await implementation.rowCount()).toBe(rows + 1);
  });

  test('a batch over all warehouses comes back whole, each stock document in one run', async () => {
    const warehouses = ['WH-003', 'WH-004'];
    const events = Array.from({ length: 1_200 }, (_, index) =>
      someEvent({
        itemId: `ITEM-${index % 7}`,
        warehouseId: warehouses[index % 2] ?? 'WH-003',
        locationId: `A-${index % 5}`,
        version: index + 1,
      }),
    );
    await journal.append(events.map(entry));
    const read = await readAll(journal, warehouses);
    expect(read.toSorted(byId)).toEqual(events.toSorted(byId));
    const documents = read.map(({ itemId, warehouseId }) => `${itemId}|${warehouseId}`);
    const runs = documents.filter((document, index) => document !== documents[index - 1]);
    expect(runs.length).toBe(14);
  });

  test('a journal that went away says so', async () => {
    await implementation.goAway();
    await expect(journal.append([entry(someEvent())])).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(readAll(journal, ['WH-001'])).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

function entry(event: InventoryEvent): JournalEntry {
  return { kind: 'event', event };
}

async function eventsOf(journal: JournalStore, itemId: string): Promise<InventoryEvent[]> {
  return (await readAll(journal, ['WH-001'])).filter((event) => event.itemId === itemId);
}

async function readAll(journal: JournalStore, warehouses: string[]): Promise<InventoryEvent[]> {
  const events: InventoryEvent[] = [];
  for await (const page of journal.readEvents(warehouses)) events.push(...page);
  return events;
}

function byId(a: InventoryEvent, b: InventoryEvent): number {
  return a.eventId < b.eventId ? -1 : 1;
}
