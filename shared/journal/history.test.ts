import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { someCorrection, someEvent, someKey } from '../../test/doubles/fixtures.ts';
import { inMemoryJournal } from '../../test/doubles/journal-store.ts';
import { inMemoryStock } from '../../test/doubles/stock-store.ts';
import {
  type HistoryEntry,
  type HistoryQuery,
  historyQuerySchema,
  type StockHistory,
  stockHistorySchema,
} from '../contracts/history.ts';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { CLOCKS_DIFFER_BY_MS } from '../domain/acceptance.ts';
import { type Correction, correctStock } from '../domain/correction.ts';
import { type Position, positionUpdates } from '../domain/position.ts';
import type { ProjectedTime } from '../domain/projected-times.ts';
import { emptyStock, foldStock, type StockKey } from '../domain/stock.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { stockHistory } from './history.ts';
import { UnknownContinuation } from './history-cursor.ts';
import { recompute } from './recompute.ts';

/** A journal and a cloud of one item; the cloud holds what `projected` (unless told, the same events) fold into. */
async function world(key: StockKey, journalled: InventoryEvent[], projected = journalled) {
  const journal = inMemoryJournal();
  const stock = inMemoryStock();
  await journal.append(journalled.map((event) => ({ kind: 'event', event })));
  const updates = projected.flatMap(positionUpdates);
  if (updates.length > 0) stock.put(foldStock(undefined, key, updates).stock);
  const ports = { journal, reader: stock.reader, stock: stock.store };
  /** Corrects the cloud, and journals it. */
  const correct = async (correction: Correction) => {
    await journal.append([{ kind: 'correction', correction }]);
    stock.put(correctStock(stock.stock(key) ?? emptyStock(key), [correction]));
  };
  const ask = async (query: Partial<HistoryQuery> = {}) => {
    const history = await stockHistory(key, { ...historyQuerySchema.parse({}), ...query }, ports);
    return history && stockHistorySchema.parse(JSON.parse(JSON.stringify(history)));
  };
  /** All pages, as one. */
  const askAll = async (query: Partial<HistoryQuery>) => {
    const entries: StockHistory['entries'] = [];
    const positions = [];
    let next: string | undefined;
    do {
      const page = await ask({ ...query, ...(next !== undefined && { after: next }) });
      entries.push(...(page?.entries ?? []));
      positions.push(...(page?.positions ?? []));
      next = page?.next;
    } while (next !== undefined);
    return { entries, positions };
  };
  return { journal, stock, ports, correct, ask, askAll };
}

/** The entries that are of events. */
function eventsIn(entries: StockHistory['entries'] = []): HistoryEntry[] {
  return entries.filter((entry): entry is HistoryEntry => !('kind' in entry));
}

/** Events of one item: adjustments of several positions, with versions, or without, some of them lost. */
const drawnEvents = fc.array(
  fc.record({
    locationId: fc.constantFrom('A', 'A 1', 'AB', 'B'),
    lotNumber: fc.constantFrom(null, 'LOT-1'),
    change: fc.integer({ min: 0, max: 9 }),
    kept: fc.boolean(),
    isCount: fc.boolean(),
  }),
  { maxLength: 30 },
);

function eventsFrom(
  key: StockKey,
  drawn: readonly (typeof drawnEvents extends fc.Arbitrary<infer T> ? T : never)[number][],
) {
  const held = new Map<string, { onHand: number; version: number }>();
  return drawn.map(({ locationId, lotNumber, change, kept, isCount }) => {
    const name = `${locationId}|${lotNumber}`;
    const { onHand, version } = held.get(name) ?? { onHand: 0, version: 0 };
    const isTold = isCount && version > 0;
    const after = isTold ? { onHand, version } : { onHand: onHand + change, version: version + 1 };
    held.set(name, after);
    const figures = { quantityChange: after.onHand - onHand, resultingOnHand: after.onHand };
    const count = isTold && {
      eventType: 'InventoryCountStarted' as const,
      countLock: { lockId: 'lock-1', until: '2024-11-18T10:30:00Z' },
    };
    const event = someEvent({ ...key, locationId, lotNumber, ...figures, version: after.version, ...count });
    return { event, kept };
  });
}

describe('the history of an item in a warehouse', () => {
  test('tells where each position stands, which entry its figure stands on, and who did what', async () => {
    const key = someKey();
    const receipt = someEvent({ ...key, scannedAt: '2024-11-18T09:59:58Z', expectedReceiptId: 'ASN-1' });
    const pick = someEvent({
      ...key,
      eventType: 'InventoryPick',
      version: 2,
      quantityChange: 0,
      resultingOnHand: 10,
      scannedQuantity: -4,
      orderId: 'ORDER-1',
      lineId: '1',
      allocationId: 'ORDER-1:1:1',
      allocationPicked: 4,
    });
    const { ask } = await world(key, [pick, receipt]);
    const { eventId, transactionId, timestamp, scannerId, userId } = receipt;
    expect(await ask()).toEqual({
      ...key,
      positions: [
        {
          locationId: 'A-01',
          lotNumber: null,
          cloud: { onHand: 10, version: 2 },
          journal: { onHand: 10, version: 2 },
        },
      ],
      entries: [
        {
          ...{ eventId, transactionId, timestamp, scannerId, userId, locationId: 'A-01', lotNumber: null },
          eventType: 'InventoryReceipt',
          version: 1,
          quantityChange: 10,
          resultingOnHand: 10,
          scannedAt: '2024-11-18T09:59:58Z',
          expectedReceiptId: 'ASN-1',
        },
        expect.objectContaining({
          eventId: pick.eventId,
          scannedQuantity: -4,
          quantityChange: 0,
          orderId: 'ORDER-1',
          lineId: '1',
          allocationId: 'ORDER-1:1:1',
          allocationPicked: 4,
          current: true,
        }),
      ],
    });
  });

  test('reads the same in pages of any size, and its figures add up to what the cloud has on hand', async () => {
    await fc.assert(
      fc.asyncProperty(drawnEvents, fc.integer({ min: 1, max: 8 }), async (drawn, limit) => {
        const key = someKey();
        const events = eventsFrom(key, drawn);
        const kept = events.filter((each) => each.kept).map(({ event }) => event);
        const all = events.map(({ event }) => event);
        const { stock, askAll } = await world(key, kept, all);
        const whole = await askAll({ limit: 1_000 });
        expect(await askAll({ limit })).toEqual(whole);
        expect(whole.entries).toHaveLength(kept.length);
        const sum = whole.positions.reduce((pieces, { cloud }) => pieces + (cloud?.onHand ?? 0), 0);
        expect(sum).toBe(stock.stock(key)?.onHand ?? 0);
        for (const { locationId, lotNumber } of whole.positions) {
          const narrow = await askAll({ limit, locationId, lotNumber: lotNumber ?? '' });
          const isThere = (each: { locationId: string; lotNumber: string | null }) =>
            each.locationId === locationId && each.lotNumber === lotNumber;
          expect(narrow.entries).toEqual(whole.entries.filter(isThere));
          expect(narrow.positions).toEqual(whole.positions.filter(isThere));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('tells a gap, a figure that does not follow, and a side that is behind', async () => {
    const key = someKey();
    const at = (locationId: string, version: number, quantityChange: number, resultingOnHand: number) =>
      someEvent({ ...key, locationId, version, quantityChange, resultingOnHand });
    const journalled = [
      at('A', 1, 5, 5),
      at('A', 4, 1, 9),
      at('A', 5, 1, 7),
      at('B', 1, 3, 3),
      at('D', 1, 1, 1),
    ];
    const projected = [...journalled.slice(0, 4), at('B', 2, 1, 4), at('C', 1, 2, 2)];
    const { ask } = await world(key, journalled, projected);
    const history = await ask();
    expect(
      eventsIn(history?.entries).map(({ locationId, version, finding }) => [locationId, version, finding]),
    ).toEqual([
      ['A', 1, undefined],
      ['A', 4, { kind: 'gap', missing: [2, 3] }],
      ['A', 5, { kind: 'calculation-mismatch', expected: 10, found: 7 }],
      ['B', 1, undefined],
      ['D', 1, undefined],
    ]);
    expect(history?.positions).toMatchObject([
      { locationId: 'A', cloud: { onHand: 7, version: 5 } },
      { locationId: 'B', cloud: { onHand: 4 }, journal: { onHand: 3 }, difference: 'ahead' },
      { locationId: 'C', cloud: { onHand: 2 }, journal: null, difference: 'unjournalled' },
      { locationId: 'D', cloud: null, journal: { onHand: 1 }, difference: 'lost' },
    ]);
    expect(history?.positions[0]).not.toHaveProperty('difference');
    expect(history?.entries.filter(({ current }) => current).map(({ version }) => version)).toEqual([5]);
  });

  describe('tells when ATP had each event', () => {
    const second = (number: number) => Date.parse('2024-11-18T10:00:00.000Z') + 1_000 * number;
    const iso = (number: number) => new Date(second(number)).toISOString();
    const eventsOf = (key: StockKey, count: number) =>
      Array.from({ length: count }, (_, index) =>
        someEvent({ ...key, version: index + 1, resultingOnHand: 10 * (index + 1), timestamp: iso(index) }),
      );
    const noted = (events: readonly InventoryEvent[], from: number) =>
      events.map(({ eventId }, index): ProjectedTime => [eventId, second(from + index)]);

    test('from the stock itself and from what that handed on, the first of several times', async () => {
      const key = someKey();
      const events = eventsOf(key, 6);
      const { journal, stock, ask } = await world(key, events);
      const handOn = (times: readonly ProjectedTime[]) =>
        journal.append([{ kind: 'times', times: { ...key, times } }]);
      await handOn(noted(events.slice(0, 2), 10));
      await handOn(noted(events.slice(1, 4), 20));
      const held = stock.stock(key) ?? emptyStock(key);
      stock.put({ ...held, projectedTimes: noted(events.slice(3, 5), 30) });
      const history = await ask();
      expect(eventsIn(history?.entries).map(({ projectedAt }) => projectedAt)).toEqual([
        ...[iso(10), iso(11), iso(21), iso(22), iso(31)],
        undefined,
      ]);
      expect(JSON.stringify(history)).not.toContain('projectedTimes');
    });

    test('by the event that brought it, where that is the one of a transfer\u2019s other position', async () => {
      const key = someKey();
      const counterpart = {
        locationId: 'B',
        lotNumber: null,
        quantityChange: 4,
        resultingOnHand: 4,
        version: 1,
      };
      const figures = { locationId: 'A', quantityChange: -4, resultingOnHand: 6, version: 2, counterpart };
      const receipt = someEvent({ ...key, locationId: 'A' });
      const transfer = someEvent({ ...key, ...figures, eventType: 'InventoryTransfer' });
      const { stock, ask } = await world(key, [receipt, transfer]);
      const held = stock.stock(key) ?? emptyStock(key);
      stock.put({ ...held, projectedTimes: noted([receipt, transfer], 1) });
      const entries = eventsIn((await ask())?.entries);
      expect(entries.map(({ projectedAt }) => projectedAt)).toEqual([iso(1), iso(2), iso(2)]);
    });

    test('without a look at what was handed on before the bus had the first event of the page', async () => {
      const key = someKey();
      const events = eventsOf(key, 3);
      const { journal, ports } = await world(key, []);
      const asked: number[] = [];
      const counting = {
        ...journal,
        readTimes: (of: StockKey, since: number) => {
          asked.push(since);
          return journal.readTimes(of, since);
        },
      };
      const ask = (limit: number, after?: string) =>
        stockHistory(key, { limit, ...(after && { after }) }, { ...ports, journal: counting });
      for (const [index, event] of events.entries())
        await journal.append([{ kind: 'event', event, takenAt: second(100 * (index + 1)) }]);
      const first = await ask(1);
      await ask(2, first?.next);
      expect(asked).toEqual([second(100), second(200)].map((at) => at - CLOCKS_DIFFER_BY_MS));
    });
  });

  test('a transfer of which one event is journalled explains both positions', async () => {
    const key = someKey();
    const before = [someEvent({ ...key, locationId: 'A' }), someEvent({ ...key, locationId: 'B' })];
    const after = someEvent({ ...key, locationId: 'B', version: 3, quantityChange: 1, resultingOnHand: 15 });
    const transfer = (from: string, version: number, to: string, resultingOnHand: number) =>
      someEvent({
        ...key,
        eventType: 'InventoryTransfer',
        locationId: from,
        version,
        quantityChange: -4,
        resultingOnHand: 10 - 4 * (version - 1),
        scannedQuantity: -5,
        counterpart: {
          locationId: to,
          lotNumber: null,
          quantityChange: 4,
          resultingOnHand,
          version: to === 'B' ? 2 : 1,
        },
      });
    const { ask } = await world(key, [...before, transfer('A', 2, 'B', 14), after, transfer('A', 3, 'C', 4)]);
    for (const limit of [200, 3]) {
      const pages = [await ask({ limit })];
      for (let next = pages[0]?.next; next; next = pages.at(-1)?.next)
        pages.push(await ask({ limit, after: next }));
      const entries = pages.flatMap((page) => eventsIn(page?.entries));
      expect(entries.map(({ locationId, version }) => `${locationId} ${version}`)).toEqual([
        'A 1',
        'A 2',
        'A 3',
        'B 1',
        'B 2',
        'B 3',
        'C 1',
      ]);
      expect(entries.filter(({ finding }) => finding)).toEqual([]);
      expect(entries[4]).toMatchObject({
        eventId: entries[1]?.eventId,
        eventType: 'InventoryTransfer',
        byCounterpart: true,
        quantityChange: 4,
        resultingOnHand: 14,
        otherPosition: { locationId: 'A', lotNumber: null },
      });
      expect(entries[4]).not.toHaveProperty('scannedQuantity');
      expect(entries[1]).toMatchObject({ otherPosition: { locationId: 'B', lotNumber: null } });
      expect(entries[6]).toMatchObject({ byCounterpart: true, current: true });
      expect(pages.flatMap((page) => page?.positions ?? []).filter(({ difference }) => difference)).toEqual(
        [],
      );
    }
    expect((await ask({ locationId: 'C' }))?.entries).toMatchObject([{ byCounterpart: true, current: true }]);
  });

  test('a position that the WMS numbered after a while has no gap, wherever its page ends', async () => {
    const key = someKey();
    const { version: _version, ...old } = someEvent({ ...key, timestamp: '2024-11-18T09:00:00Z' });
    const events = [12, 13, 14].map((version) =>
      someEvent({ ...key, version, resultingOnHand: version * 10 }),
    );
    const { askAll } = await world(key, [old, ...events]);
    for (const limit of [1, 2, 3, 4, 200]) {
      const entries = eventsIn((await askAll({ limit })).entries);
      expect(entries.map(({ version }) => version)).toEqual([12, 13, 14, null]);
      expect(entries.filter(({ finding }) => finding)).toEqual([]);
      expect(entries.map(({ superseded = false }) => superseded)).toEqual([false, false, false, true]);
    }
  });

  test('a position that rests in the overflow document is the one that the cloud holds', async () => {
    const key = someKey();
    const emptied = [
      someEvent({ ...key, locationId: 'Z' }),
      someEvent({ ...key, locationId: 'Z', version: 2, quantityChange: -10, resultingOnHand: 0 }),
    ];
    const active = [someEvent({ ...key, locationId: 'A' })];
    const { stock, ask } = await world(key, [...emptied, ...active], active);
    const held = stock.stock(key);
    const resting = foldStock(undefined, key, emptied.flatMap(positionUpdates)).stock.positions;
    if (held) stock.put({ ...held, overflowed: 1 }, { ...key, positions: resting });
    expect(await ask({ locationId: 'Z' })).toMatchObject({
      positions: [{ cloud: { onHand: 0, version: 2 }, journal: { onHand: 0, version: 2 } }],
      entries: [{ version: 1 }, { version: 2, current: true }],
    });
  });

  describe('with corrections', () => {
    const row = (onHand: number, version: number | null) => ({
      onHand,
      version,
      changedAt: '2024-11-18T10:00:00.000Z',
    });
    const at = (key: StockKey, version: number, changes: Partial<InventoryEvent> = {}) =>
      someEvent({ ...key, locationId: 'A', version, resultingOnHand: 10 * version, ...changes });
    /** What an entry is, in short. */
    const short = (entries: StockHistory['entries'] = []) =>
      entries.map((entry) => {
        const marks = ['current', 'superseded', 'voided', 'finding'].filter((mark) => mark in entry);
        return [
          entry.locationId,
          'kind' in entry ? 'correction' : 'event',
          entry.version ?? '-',
          ...marks,
        ].join(' ');
      });

    test('shows one after the state that it took, what it shut out, and what counts from there on', async () => {
      const key = someKey();
      const phantom = at(key, 6, { eventId: 'evt-phantom', resultingOnHand: 99 });
      const events = [1, 2, 3, 5, 6].map((version) => at(key, version));
      const { stock, correct, ask, askAll } = await world(key, [...events, phantom], [at(key, 1), phantom]);
      const correction = someCorrection({
        ...key,
        locationId: 'A',
        row: row(50, 5),
        voided: [{ eventId: 'evt-phantom', version: 6 }],
        found: { onHand: 99, version: 6 },
      });
      await correct(correction);
      const before = await ask();
      expect(before?.entries[4]).toEqual({
        kind: 'correction',
        locationId: 'A',
        lotNumber: null,
        version: 5,
        timestamp: correction.at,
        class: 'phantom',
        runId: correction.runId,
        wms: { onHand: 50, version: 5 },
        found: { onHand: 99, version: 6 },
        current: true,
      });
      expect(before?.positions).toMatchObject([
        { cloud: { onHand: 50 }, journal: { onHand: 60 }, difference: 'behind' },
      ]);
      stock.put(
        foldStock(stock.stock(key), key, [...positionUpdates(at(key, 6)), ...positionUpdates(phantom)]).stock,
      );
      const expected = ['A event 1', 'A event 2', 'A event 3', 'A event 5 finding', 'A correction 5'];
      for (const limit of [1, 2, 3, 4, 5, 6, 200]) {
        const { entries, positions } = await askAll({ limit });
        expect(short(entries).slice(0, 5)).toEqual(expected);
        expect(short(entries).slice(5).toSorted()).toEqual(['A event 6 current', 'A event 6 voided']);
        expect(positions).toEqual([
          {
            locationId: 'A',
            lotNumber: null,
            cloud: { onHand: 60, version: 6 },
            journal: { onHand: 60, version: 6 },
          },
        ]);
      }
    });

    test('a later one that goes back to an earlier state supersedes those after it', async () => {
      const key = someKey();
      const { correct, askAll } = await world(
        key,
        [1, 2, 3].map((version) => at(key, version)),
        [],
      );
      await correct(someCorrection({ ...key, locationId: 'A', row: row(28, 3) }));
      const back = { row: row(15, 1), at: '2024-11-18T13:00:00.000Z' };
      const voided = [2, 3].map((version) => ({ eventId: '', version }));
      const { entries } = await askAll({});
      const ids = eventsIn(entries).map(({ eventId }) => eventId);
      await correct(
        someCorrection({
          ...{ ...key, locationId: 'A', ...back },
          voided: voided.map((event, index) => ({ ...event, eventId: ids[index + 1] ?? '' })),
        }),
      );
      for (const limit of [1, 2, 3, 200]) {
        const all = await askAll({ limit });
        expect(short(all.entries)).toEqual([
          'A event 1',
          'A correction 1 current',
          'A event 2 voided',
          'A event 3 voided',
          'A correction 3 superseded',
        ]);
        expect(all.positions).toMatchObject([{ cloud: { onHand: 15 }, journal: { onHand: 15, version: 1 } }]);
        expect(all.positions[0]).not.toHaveProperty('difference');
      }
    });

    test('positions without events, deleted ones and ones without versions have theirs on one page each', async () => {
      const key = someKey();
      const { version: _version, ...old } = at(key, 1, {
        locationId: 'D',
        timestamp: '2024-11-18T09:00:00Z',
      });
      const later = { ...old, eventId: 'evt-later', timestamp: '2024-11-18T11:00:00Z', resultingOnHand: 26 };
      const { stock, correct, askAll } = await world(
        key,
        [at(key, 1, { locationId: 'C' }), old, later],
        [old],
      );
      await correct(
        someCorrection({ ...key, locationId: 'A', row: row(4, 2), found: null, class: 'missing' }),
      );
      await correct(someCorrection({ ...key, locationId: 'B', row: null, floor: 7, class: 'deleted' }));
      await correct(someCorrection({ ...key, locationId: 'C', row: null, floor: 0, found: null }));
      await correct(someCorrection({ ...key, locationId: 'D', row: row(16, null) }));
      await correct(someCorrection({ ...key, locationId: 'E', row: row(5, 1) }));
      stock.put(
        foldStock(
          stock.stock(key),
          key,
          [old, later, at(key, 1, { locationId: 'C' })].flatMap(positionUpdates),
        ).stock,
      );
      for (const limit of [1, 2, 3, 200]) {
        const { entries, positions } = await askAll({ limit });
        expect(short(entries)).toEqual([
          'A correction 2 current',
          'B correction 7 current',
          'C correction -',
          'C event 1 current',
          'D event -',
          'D correction -',
          'D event - current',
          'E correction 1 current',
        ]);
        expect(positions.map(({ journal }) => journal)).toEqual(positions.map(({ cloud }) => cloud));
        expect(positions).toHaveLength(5);
      }
      expect(short((await askAll({ locationId: 'B' })).entries)).toEqual(['B correction 7 current']);
    });

    test('reads the same in pages of any size, and leads where the rebuild does', async () => {
      /** Of two positions with versions, and of one (D) without. */
      const locationId = fc.constantFrom('A', 'A', 'B', 'D');
      const booked = fc.array(fc.record({ locationId, isLost: fc.boolean() }), {
        minLength: 6,
        maxLength: 20,
      });
      const corrections = fc.array(
        fc.record({
          locationId,
          onHand: fc.nat(60),
          version: fc.integer({ min: 1, max: 10 }),
          isDeleted: fc.boolean(),
          voids: fc.array(fc.nat(19), { maxLength: 3 }),
          minute: fc.nat(9),
        }),
        { minLength: 1, maxLength: 5 },
      );
      const timeOf = (version: number) => `2024-11-18T10:00:${String(version).padStart(2, '0')}Z`;
      const eventsOf = (key: StockKey, drawn: readonly { locationId: string; isLost: boolean }[]) => {
        const versions = new Map<string, number>();
        return drawn.flatMap(({ locationId, isLost }): InventoryEvent[] => {
          const version = (versions.get(locationId) ?? 0) + 1;
          versions.set(locationId, version);
          const { version: number, ...event } = at(key, version, { locationId, timestamp: timeOf(version) });
          if (isLost) return [];
          return [locationId === 'D' || number === undefined ? event : { ...event, version: number }];
        });
      };
      await fc.assert(
        fc.asyncProperty(
          booked,
          corrections,
          fc.integer({ min: 1, max: 6 }),
          async (drawn, corrected, limit) => {
            const key = someKey();
            const events = eventsOf(key, drawn);
            const { journal, correct, askAll } = await world(key, events);
            for (const [
              index,
              { locationId, onHand, version, isDeleted, voids, minute },
            ] of corrected.entries()) {
              const isNumbered = locationId !== 'D';
              const known = events.filter((event) => event.locationId === locationId);
              const taken = { onHand, version: isNumbered ? version : null, changedAt: timeOf(version) };
              await correct(
                someCorrection({
                  ...{ ...key, locationId, runId: `run-${index}` },
                  row: isDeleted && isNumbered ? null : taken,
                  floor: isDeleted && isNumbered ? version : 0,
                  voided: voids
                    .flatMap((each) => known[each] ?? [])
                    .map((event) => ({ eventId: event.eventId, version: event.version ?? null })),
                  at: `2024-11-18T12:0${minute}:00.00${index}Z`,
                }),
              );
            }
            const whole = await askAll({ limit: 1_000 });
            expect(await askAll({ limit })).toEqual(whole);
            expect(whole.entries).toHaveLength(events.length + corrected.length);
            const rebuilt: Position[] = [];
            for await (const { stock } of recompute(journal, [key.warehouseId]))
              rebuilt.push(...stock.positions);
            const led = rebuilt.map(({ locationId, onHand, version = null }) => [
              locationId,
              onHand,
              version,
            ]);
            const told = whole.positions.map((each) => [
              each.locationId,
              each.journal?.onHand,
              each.journal?.version,
            ]);
            expect(told).toEqual(led.toSorted());
          },
        ),
        { numRuns: 150 },
      );
    });
  });

  test('is unknown where neither cloud nor journal know the item, and empty where nothing happened yet', async () => {
    const key = someKey();
    const { ask, stock } = await world(key, []);
    expect(await ask()).toBeUndefined();
    stock.put(foldStock(undefined, key, []).stock);
    expect(await ask()).toEqual({ ...key, positions: [], entries: [] });
  });

  test('refuses a continuation that no page of it gave out', async () => {
    const key = someKey();
    const events = [1, 2, 3].map((version) => someEvent({ ...key, version, resultingOnHand: version * 10 }));
    const { ask } = await world(key, events);
    const next = (await ask({ limit: 1 }))?.next ?? '';
    expect((await ask({ after: next }))?.entries.map(({ version }) => version)).toEqual([2, 3]);
    const other = await world(someKey(), events);
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const bad = ['', 'x', encode({}), encode({ key: `${key.itemId}|A-01||` }), encode({ key: "'" })];
    for (const after of bad) await expect(ask({ after })).rejects.toBeInstanceOf(UnknownContinuation);
    await expect(other.ask({ after: next })).rejects.toBeInstanceOf(UnknownContinuation);
    await expect(ask({ after: next, locationId: 'B' })).rejects.toBeInstanceOf(UnknownContinuation);
  });

  test('says when journal or cloud do not answer', async () => {
    const { ask, journal, stock } = await world(someKey(), []);
    journal.away = true;
    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable);
    journal.away = false;
    stock.fault = () => ({ status: 'unavailable', detail: 'away' });
    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
