import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { someEvent, someKey } from '../../test/doubles/fixtures.ts';
import { inMemoryJournal } from '../../test/doubles/journal-store.ts';
import { inMemoryStock } from '../../test/doubles/stock-store.ts';
import { type HistoryQuery, historyQuerySchema, stockHistorySchema } from '../contracts/history.ts';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { positionUpdates } from '../domain/position.ts';
import { foldStock, type StockKey } from '../domain/stock.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { stockHistory } from './history.ts';
import { UnknownContinuation } from './history-cursor.ts';

/** A journal and a cloud of one item; the cloud holds what `projected` (unless told, the same events) fold into. */
async function world(key: StockKey, journalled: InventoryEvent[], projected = journalled) {
  const journal = inMemoryJournal();
  const stock = inMemoryStock();
  await journal.append(journalled.map((event) => ({ kind: 'event', event })));
  const updates = projected.flatMap(positionUpdates);
  if (updates.length > 0) stock.put(foldStock(undefined, key, updates).stock);
  const ports = { journal, reader: stock.reader, stock: stock.store };
  const ask = async (query: Partial<HistoryQuery> = {}) => {
    const history = await stockHistory(key, { ...historyQuerySchema.parse({}), ...query }, ports);
    return history && stockHistorySchema.parse(JSON.parse(JSON.stringify(history)));
  };
  /** All pages, as one. */
  const askAll = async (query: Partial<HistoryQuery>) => {
    const entries = [];
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
  return { journal, stock, ports, ask, askAll };
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
      history?.entries.map(({ locationId, version, finding }) => [locationId, version, finding]),
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
      const entries = pages.flatMap((page) => page?.entries ?? []);
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
      const { entries } = await askAll({ limit });
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
