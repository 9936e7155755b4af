import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import type { Correction } from '../../shared/domain/correction.ts';
import type { ProjectedTime } from '../../shared/domain/projected-times.ts';
import type { StockKey } from '../../shared/domain/stock.ts';
import {
  type HistoryRange,
  type JournalEntry,
  type JournalStore,
  TIMES_AN_ENTRY,
} from '../../shared/ports/journal-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import type { Storage } from '../../shared/storage/connection.ts';
import { tableJournalStore } from '../../shared/storage/journal-store.ts';
import { someCorrection, someEvent, someKey, someMessage } from '../doubles/fixtures.ts';
import { inMemoryJournal } from '../doubles/journal-store.ts';
import { inMemory, inStorage, type StoreUnderTest } from './store-under-test.ts';

const TEN = Date.parse('2024-11-18T10:00:00.000Z');

type CountedJournal = JournalStore & { rowCount(): number | Promise<number> };

function journalIn(storage: Storage): CountedJournal {
  const table = storage.table('journal');
  return {
    ...tableJournalStore(table),
    rowCount: async () => {
      let rows = 0;
      for await (const _row of table.listEntities()) rows += 1;
      return rows;
    },
  };
}

describe.each<[string, () => Promise<StoreUnderTest<CountedJournal>>]>([
  ['in memory', inMemory(inMemoryJournal)],
  ['in Table storage', inStorage(journalIn)],
])('the journal %s', (_name, start) => {
  let implementation: StoreUnderTest<CountedJournal>;
  let journal: CountedJournal;

  beforeAll(async () => {
    implementation = await start();
    journal = implementation.store;
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

  test('when the bus took an event is read with it, where that is known', async () => {
    const [told, untold] = [1, 2].map((version) => someEvent({ itemId: 'ITEM taken', version }));
    if (!told || !untold) throw new Error('There are two.');
    const takenAt = Date.parse('2024-11-18T10:00:00.040Z');
    await journal.append([{ kind: 'event', event: told, takenAt }, entry(untold)]);
    const { warehouseId } = told;
    const found = await journal.readHistory({ itemId: 'ITEM taken', warehouseId }, { limit: 3 });
    expect(found.map((event) => event.takenAt)).toEqual([takenAt, undefined]);
  });

  test('an event with exactly the published fields is read as it was written', async () => {
    const { version: _version, ...published } = someEvent({ itemId: 'ITEM-published' });
    await journal.append([entry(published)]);
    expect(await eventsOf(journal, 'ITEM-published')).toEqual([published]);
  });

  test('appending an event again changes nothing', async () => {
    const event = someEvent({ itemId: 'ITEM-again' });
    await journal.append([entry(event)]);
    const rows = await journal.rowCount();
    await journal.append([entry(event)]);
    expect(await journal.rowCount()).toBe(rows);
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
    const rows = await journal.rowCount();
    await journal.append([refusal, refusal]);
    await journal.append([refusal]);
    expect(await journal.rowCount()).toBe(rows + 1);
  });

  test('a correction is read as it was written, whatever it says', async () => {
    const key = someKey();
    const corrections: Correction[] = [
      someCorrection({ ...key, locationId: 'A', lotNumber: 'LOT-1' }),
      someCorrection({ ...key, locationId: 'B', row: null, floor: 9, class: 'deleted' }),
      someCorrection({ ...key, locationId: 'C', row: { onHand: 4, version: null, changedAt: null } }),
      someCorrection({
        ...key,
        locationId: 'D',
        found: null,
        voided: Array.from({ length: 3_000 }, (_, index) => ({
          eventId: `evt-20241118-${index}`,
          version: index % 7 === 0 ? null : index + 6,
        })),
      }),
    ];
    await journal.append(corrections.map(corrected));
    expect(await journal.readCorrections(key)).toEqual(corrections);
  });

  test('corrections of an item come by location, lot and time, each once, and no others with them', async () => {
    const key = someKey();
    const corrections = [
      { locationId: 'A-1', at: '2024-11-18T11:00:00.000Z' },
      { locationId: 'A-1', at: '2024-11-18T11:00:00.000Z', runId: '20241118T115900000Z-a1b3' },
      { locationId: 'A', lotNumber: 'LOT-1', at: '2024-11-18T12:00:00.000Z' },
      { locationId: 'A', at: '2024-11-18T12:00:00.000Z' },
      { locationId: 'A', at: '2024-11-18T12:15:00.000Z' },
    ].map((fields) => someCorrection({ ...key, ...fields }));
    const others = [
      someCorrection({ ...key, itemId: `${key.itemId}0` }),
      someCorrection({ ...key, itemId: `${key.itemId} 1` }),
      someCorrection({ ...key, warehouseId: 'WH-002' }),
    ];
    await journal.append([...corrections.toReversed(), ...others].map(corrected));
    await journal.append(corrections.map(corrected));
    expect(await journal.readCorrections(key)).toEqual(corrections);
    expect(await journal.readCorrections(someKey())).toEqual([]);
  });

  test('a correction of ids and a figure that no event can have, as another WMS may keep them, is read as it was written', async () => {
    const key = { ...someKey(), warehouseId: 'WH-024', itemId: 'Schraube Ø5/8 | M8 #1?' };
    const corrections = ['A/05', 'B\\05|2', 'Büro ~002f'].map((locationId) =>
      someCorrection({
        ...{ ...key, locationId, lotNumber: '100 % \u0001' },
        row: { onHand: -3, version: 2, changedAt: null },
      }),
    );
    const other = someCorrection({ ...key, itemId: 'Schraube Ø5' });
    await journal.append([...corrections, other].map(corrected));
    expect(await journal.readCorrections(key)).toEqual(expect.arrayContaining(corrections));
    expect(await journal.readCorrections(key)).toHaveLength(corrections.length);
    expect(await correctedStocksOf(journal, [key.warehouseId])).toEqual(
      expect.arrayContaining([key, { itemId: other.itemId, warehouseId: key.warehouseId }]),
    );
  });

  test('items with corrections are told, each once, whether they have events or not', async () => {
    // More rows than a page has in the first warehouse: it ends between the rows of an item.
    const counts: [string, number][] = [
      ['WH-021', 350],
      ['WH-022', 7],
    ];
    const keys = counts.flatMap(([warehouseId, items]) =>
      Array.from({ length: items }, (_, index) => ({ itemId: `ITEM-${index}`, warehouseId })),
    );
    const locations = ['A', 'B', 'C'];
    const corrections = keys.flatMap((key) =>
      locations.map((locationId) => someCorrection({ ...key, locationId })),
    );
    await journal.append(corrections.map(corrected));
    await journal.append([entry(someEvent({ itemId: 'ITEM-uncorrected', warehouseId: 'WH-021' }))]);
    const told = await correctedStocksOf(journal, ['WH-021', 'WH-022', 'WH-023']);
    const nameOf = ({ itemId, warehouseId }: StockKey) => `${warehouseId}|${itemId}`;
    expect(told.map(nameOf).toSorted()).toEqual(keys.map(nameOf).toSorted());
    expect(await correctedStocksOf(journal, ['WH-023'])).toEqual([]);
  });

  test('times come by time, each piece once, from the one on that has something as late as wanted', async () => {
    const key = someKey();
    const pieces = [0, 1, 2].map((piece) =>
      Array.from(
        { length: 16 },
        (_, index): ProjectedTime => [`evt:${piece}.${index}`, TEN + 1_000 * piece + index],
      ),
    );
    const [, second, third] = pieces;
    const others = [
      { ...key, itemId: `${key.itemId}0` },
      { ...key, warehouseId: 'WH-002' },
    ];
    await journal.append([
      ...pieces.toReversed().map((times) => timesOf(key, times)),
      ...others.map((other) => timesOf(other, [['evt-other', TEN]])),
    ]);
    const rows = await journal.rowCount();
    await journal.append(pieces.map((times) => timesOf(key, times)));
    expect(await journal.rowCount()).toBe(rows);
    expect(await readTimes(journal, key, 0)).toEqual(pieces.flat());
    expect(await readTimes(journal, key, TEN + 16)).toEqual([second, third].flat());
    expect(await readTimes(journal, key, TEN + 1_015)).toEqual([second, third].flat());
    expect(await readTimes(journal, key, TEN + 2_016)).toEqual([]);
    expect(await readTimes(journal, someKey(), 0)).toEqual([]);
  });

  test('as many times as an entry may have come back, with the longest ids', async () => {
    const key = someKey();
    const times = Array.from(
      { length: TIMES_AN_ENTRY },
      (_, index): ProjectedTime => [String(index).padStart(128, 'x'), TEN],
    );
    await journal.append([timesOf(key, times)]);
    expect(await readTimes(journal, key, TEN)).toEqual(times);
  });

  test('corrections and times are met by no reader of events', async () => {
    const key = { ...someKey(), warehouseId: 'WH-024' };
    const event = someEvent(key);
    await journal.append([
      entry(event),
      corrected(someCorrection(key)),
      timesOf(key, [[event.eventId, TEN]]),
    ]);
    expect(await readAll(journal, ['WH-024'])).toEqual([event]);
    const rows = await journal.readHistory(key, { limit: 10 });
    expect(rows.map((row) => row.event)).toEqual([event]);
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

  describe('read as a history', () => {
    const key = { itemId: 'ITEM-7', warehouseId: 'WH-005' };
    const at = (changes: Partial<InventoryEvent>) => someEvent({ ...key, ...changes });
    const { version: _version, ...unversioned } = at({ locationId: 'A', timestamp: '2024-11-18T10:00:00Z' });
    /** In the order in which a history tells them. */
    const history: InventoryEvent[] = [
      at({ locationId: 'A', lotNumber: 'LOT-1', version: 1, eventType: 'InventoryTransfer' }),
      at({ locationId: 'A', version: 2 }),
      at({ locationId: 'A', version: 10 }),
      unversioned,
      { ...unversioned, eventId: 'evt-later', timestamp: '2024-11-18T10:00:01Z' },
      at({ locationId: 'A 1', version: 1, eventType: 'InventoryTransfer' }),
      at({ locationId: 'A-1', version: 1 }),
      at({ locationId: 'AB', version: 1 }),
      at({ locationId: 'B', version: 1 }),
    ].sort((a, b) => (`${a.locationId}|` < `${b.locationId}|` ? -1 : a.locationId === b.locationId ? 0 : 1));
    const neighbours = ['ITEM-70', 'ITEM-7.', 'ITEM-6', 'ITEM-8'].map((itemId) => at({ itemId }));
    const elsewhere = at({ warehouseId: 'WH-006' });

    beforeAll(() => journal.append([...history.toReversed(), ...neighbours, elsewhere].map(entry)));

    const ids = (events: readonly InventoryEvent[]) => events.map(({ eventId }) => eventId);
    const read = async (range: Omit<HistoryRange, keyof StockKey>, limit = 100) =>
      ids((await journal.readHistory({ ...key, ...range }, { limit })).map(({ event }) => event));
    const those = (wanted: (event: InventoryEvent) => boolean) => ids(history.filter(wanted));

    test('an item in a warehouse comes by location, lot and version, then without a version by time', async () => {
      expect(await read({})).toEqual(ids(history));
    });

    test('a location, a lot, and what has none are ranges of their own', async () => {
      expect(await read({ locationId: 'A' })).toEqual(those(({ locationId }) => locationId === 'A'));
      expect(await read({ locationId: 'A', lotNumber: 'LOT-1' })).toEqual(
        those(({ lotNumber }) => lotNumber === 'LOT-1'),
      );
      expect(await read({ locationId: 'A', lotNumber: null })).toEqual(
        those(({ locationId, lotNumber }) => locationId === 'A' && lotNumber === null),
      );
      expect(await read({ locationId: 'C' })).toEqual([]);
    });

    test('one type of event, and what carries no version, can be asked for', async () => {
      expect(await read({ eventType: 'InventoryTransfer' })).toEqual(
        those(({ eventType }) => eventType === 'InventoryTransfer'),
      );
      expect(await read({ locationId: 'A', lotNumber: null, unversioned: true })).toEqual(
        those(({ version }) => version === undefined),
      );
    });

    test('a position can be asked for from a version on: what carries none follows', async () => {
      const position = { locationId: 'A', lotNumber: null };
      const versions = async (fromVersion: number, limit?: number) => {
        const rows = await journal.readHistory({ ...key, ...position, fromVersion }, { limit: limit ?? 100 });
        return rows.map(({ event }) => event.version);
      };
      expect(await versions(1)).toEqual([2, 10, undefined, undefined]);
      expect(await versions(3)).toEqual([10, undefined, undefined]);
      expect(await versions(10, 2)).toEqual([10, undefined]);
      expect(await versions(11)).toEqual([undefined, undefined]);
    });

    test.each([1, 2, 4, 9, 10])('pages of %i go on at the key given, and miss nothing', async (limit) => {
      const read: InventoryEvent[] = [];
      let from: string | undefined;
      do {
        const rows = await journal.readHistory(key, { limit: limit + 1, ...(from && { from }) });
        read.push(...rows.slice(0, limit).map(({ event }) => event));
        from = rows[limit]?.key;
      } while (from !== undefined);
      expect(read).toEqual(history);
    });

    test('a key before the range does not widen it, and one after it leaves nothing', async () => {
      const lot = { ...key, locationId: 'AB' };
      expect(await journal.readHistory(lot, { from: 'ITEM-7|A 1|', limit: 9 })).toHaveLength(1);
      expect(await journal.readHistory(lot, { from: 'ITEM-7|B|', limit: 9 })).toEqual([]);
    });

    test('more rows than storage puts into an answer come all the same', async () => {
      const many = Array.from({ length: 1_300 }, (_, index) =>
        at({ itemId: 'ITEM-many', version: index + 1 }),
      );
      await journal.append(many.map(entry));
      const rows = await journal.readHistory({ ...key, itemId: 'ITEM-many' }, { limit: 1_200 });
      expect(ids(rows.map(({ event }) => event))).toEqual(ids(many.slice(0, 1_200)));
    });
  });

  test('a journal that went away says so', async () => {
    await implementation.goAway();
    await expect(journal.append([entry(someEvent())])).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(readAll(journal, ['WH-001'])).rejects.toBeInstanceOf(StoreUnavailable);
    const key = { itemId: 'ITEM-1', warehouseId: 'WH-001' };
    await expect(journal.readHistory(key, { limit: 1 })).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(journal.append([corrected(someCorrection())])).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(journal.readCorrections(key)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(journal.append([timesOf(key, [['evt-1', TEN]])])).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(readTimes(journal, key, 0)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(correctedStocksOf(journal, ['WH-001'])).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

function entry(event: InventoryEvent): JournalEntry {
  return { kind: 'event', event };
}

function corrected(correction: Correction): JournalEntry {
  return { kind: 'correction', correction };
}

function timesOf({ itemId, warehouseId }: StockKey, times: readonly ProjectedTime[]): JournalEntry {
  return { kind: 'times', times: { itemId, warehouseId, times } };
}

async function readTimes(journal: JournalStore, key: StockKey, since: number): Promise<ProjectedTime[]> {
  const times: ProjectedTime[] = [];
  for await (const page of journal.readTimes(key, since)) times.push(...page);
  return times;
}

async function correctedStocksOf(journal: JournalStore, warehouses: string[]): Promise<StockKey[]> {
  const keys: StockKey[] = [];
  for await (const page of journal.correctedStocks(warehouses)) keys.push(...page);
  return keys;
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
