import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { messageOf, someCorrection, someEvent } from '../../test/doubles/fixtures.ts';
import { type InMemoryJournal, inMemoryJournal } from '../../test/doubles/journal-store.ts';
import { type InMemoryStock, inMemoryStock } from '../../test/doubles/stock-store.ts';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import { projectionPorts } from '../../test/parts/projection.ts';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { type Correction, correctStock } from '../domain/correction.ts';
import { REPLAY_HORIZON_MS } from '../domain/overflow.ts';
import { emptyStock, replacePositions, type Stock } from '../domain/stock.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { projectBatch } from '../projection/project-batch.ts';
import { rebuild } from './rebuild.ts';

const KEY = { itemId: 'ITEM-1', warehouseId: 'WH-001' };
const WAREHOUSES = new Set(['WH-001', 'WH-002']);

const runtime = virtualRuntime();
let journal: InMemoryJournal;
let stock: InMemoryStock;

beforeEach(() => {
  journal = inMemoryJournal();
  stock = inMemoryStock();
});

/** Three receipts of 10 in each of `locations` positions, of two items, in two warehouses. */
function history(locations = 3): InventoryEvent[] {
  const keys = [KEY, { ...KEY, warehouseId: 'WH-002' }, { ...KEY, itemId: 'ITEM-2' }];
  return keys.flatMap((key) =>
    Array.from({ length: locations * 3 }, (_, index) => {
      const version = Math.floor(index / locations) + 1;
      return someEvent({
        ...key,
        locationId: `A-${index % locations}`,
        version,
        resultingOnHand: 10 * version,
      });
    }),
  );
}

async function project(events: readonly InventoryEvent[]): Promise<void> {
  await projectBatch(
    events.map((event) => messageOf(event)),
    projectionPorts({ stock: stock.store, runtime }),
    { warehouses: WAREHOUSES, patienceMs: 1_000 },
  );
}

async function record(events: readonly InventoryEvent[]): Promise<void> {
  await journal.append(events.map((event) => ({ kind: 'event', event })));
}

function run(repair = false) {
  return rebuild(
    { journal, stock: stock.store, sweep: stock.sweep, runtime },
    { warehouses: WAREHOUSES, repair },
  );
}

/** Corrects the live stock, as the reconciliation does. */
function correctLive(correction: Correction): void {
  stock.put(correctStock(stock.stock(correction) ?? emptyStock(correction), [correction]));
}

async function recordCorrections(corrections: readonly Correction[]): Promise<void> {
  await journal.append(corrections.map((correction) => ({ kind: 'correction', correction })));
}

/** An event of position A-01 that is 10 pieces more than the version before it, or as told. */
function booked(version: number, changes: Partial<InventoryEvent> = {}): InventoryEvent {
  return someEvent({ ...KEY, version, resultingOnHand: 10 * version, ...changes });
}

function change(change: (held: Stock) => Stock): void {
  const held = stock.stock(KEY);
  if (held) stock.put(change(held));
}

describe('comparing live positions with the journal', () => {
  test('finds all equal at a drained point, whatever order the events arrived in', async () => {
    const events = history();
    await record(events);
    await project(events.toReversed());
    expect(await run()).toMatchObject({
      events: 27,
      documents: 3,
      positions: 9,
      equal: 9,
      different: 0,
      wrongTotals: 0,
      gaps: 0,
      mismatches: 0,
    });
  });

  test('names a position whose figure, version or place differs, and how', async () => {
    const events = history();
    await record(events);
    await project(events);
    change((held) => ({
      ...held,
      positions: held.positions.map((position) => {
        if (position.locationId === 'A-0') return { ...position, onHand: 29 };
        if (position.locationId === 'A-1') return { ...position, onHand: 20, version: 2 };
        return { ...position, locationId: 'A-9' };
      }),
    }));
    const report = await run();
    expect(report).toMatchObject({ positions: 10, equal: 6, different: 4, repaired: 0 });
    expect(report.examples.differences.map(({ kind, locationId }) => `${kind} ${locationId}`).sort()).toEqual(
      ['behind A-1', 'figure A-0', 'lost A-2', 'unjournalled A-9'],
    );
  });

  test('finds stock documents of which the journal knows nothing', async () => {
    const events = history();
    await record(events.filter(({ itemId }) => itemId !== 'ITEM-2'));
    await project(events);
    const report = await run();
    expect(report).toMatchObject({ documents: 3, different: 3, equal: 6 });
    expect(report.examples.differences.every(({ kind }) => kind === 'unjournalled')).toBe(true);
  });

  test('reports a total that is not the sum of its positions', async () => {
    const events = history();
    await record(events);
    await project(events);
    change((held) => ({ ...held, onHand: held.onHand + 1 }));
    expect(await run()).toMatchObject({ different: 0, wrongTotals: 1 });
    expect(await run(true)).toMatchObject({ different: 0, wrongTotals: 0 });
    expect(stock.stock(KEY)?.onHand).toBe(90);
  });

  test('reports a position that stands twice in its document by its total, and repairs that', async () => {
    const events = history();
    await record(events);
    await project(events);
    change((held) => replacePositions(held, [...held.positions, ...held.positions.slice(0, 1)], held.asOf));
    expect(await run()).toMatchObject({ different: 0, wrongTotals: 1 });
    expect(await run(true)).toMatchObject({ different: 0, wrongTotals: 0 });
    expect([stock.stock(KEY)?.onHand, stock.stock(KEY)?.positions.length]).toEqual([90, 3]);
    expect(await run()).toMatchObject({ equal: 9, wrongTotals: 0 });
  });

  test('reports versions the journal never saw, and neighbours that contradict each other', async () => {
    const events = [
      someEvent({ ...KEY, version: 1, resultingOnHand: 10 }),
      someEvent({ ...KEY, version: 2, resultingOnHand: 25 }),
      someEvent({ ...KEY, version: 5, resultingOnHand: 40 }),
    ];
    await record(events);
    await project(events);
    const report = await run();
    expect(report).toMatchObject({ different: 0, gaps: 1, mismatches: 1 });
    expect(report.examples.gaps).toMatchObject([{ ...KEY, locationId: 'A-01', missing: [[3, 4]] }]);
    expect(report.examples.mismatches).toMatchObject([{ ...KEY, version: 2, expected: 20, found: 25 }]);
  });

  test('reports no gap before the number at which the WMS began to count a position', async () => {
    const { version: _version, ...unversioned } = someEvent(KEY);
    const events = [unversioned, someEvent({ ...KEY, version: 5, resultingOnHand: 20 })];
    await record(events);
    await project(events);
    expect(stock.stock(KEY)?.openFindings).toBe(0);
    expect(await run()).toMatchObject({ different: 0, gaps: 0 });
  });

  test('takes positions resting in an overflow document into account', async () => {
    const events = await restingHistory();
    expect(stock.overflow(KEY)?.positions.length).toBeGreaterThan(0);
    expect(await run()).toMatchObject({ events: events.length, positions: 61, equal: 61, different: 0 });
  });

  test('waits for a store that is throttled, and gives up when it stays away', async () => {
    const events = history();
    await record(events);
    await project(events);
    let refusals = 3;
    stock.fault = ({ kind }) => {
      if (kind !== 'read' || refusals === 0) return undefined;
      refusals -= 1;
      return { status: 'throttled', detail: '429', retryAfterMs: 50 };
    };
    expect(await run()).toMatchObject({ equal: 9 });
    stock.fault = () => ({ status: 'unavailable', detail: 'connect ECONNREFUSED' });
    await expect(run()).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

describe('repairing from the journal', () => {
  test('brings back everything when the stock store was lost', async () => {
    const events = history();
    await record(events);
    expect(await run(true)).toMatchObject({ different: 9, repaired: 9 });
    expect(await run()).toMatchObject({ equal: 9, different: 0, wrongTotals: 0 });
    expect(stock.stock(KEY)).toMatchObject({ onHand: 90, asOf: '2024-11-18T10:00:00.000Z' });
  });

  test('brings back a lost stock with its resting positions at rest', async () => {
    await restingHistory();
    const before = { stock: stock.stock(KEY), overflow: stock.overflow(KEY) };
    stock.clear();
    await run(true);
    expect(stock.stock(KEY)).toMatchObject({
      onHand: before.stock?.onHand,
      overflowed: before.stock?.overflowed,
    });
    expect(stock.overflow(KEY)?.positions).toHaveLength(before.overflow?.positions.length ?? 0);
    expect(await run()).toMatchObject({ equal: 61, different: 0 });
  });

  test('puts a resting position right', async () => {
    await restingHistory();
    const [held, overflow] = [stock.stock(KEY), stock.overflow(KEY)];
    const [first, ...rest] = overflow?.positions ?? [];
    if (held && overflow && first)
      stock.put(held, { ...overflow, positions: [{ ...first, version: 1 }, ...rest] });
    expect(await run(true)).toMatchObject({ different: 1, repaired: 1 });
    expect(await run()).toMatchObject({ equal: 61, different: 0 });
  });

  test('keeps promises and safety stock as they are', async () => {
    const events = history();
    await record(events);
    await project(events.slice(0, 5));
    const promises = { tentative: 3, confirmed: 8, picked: 2, safetyStock: 5 };
    change((held) => ({ ...held, ...promises }));
    await run(true);
    expect(stock.stock(KEY)).toMatchObject({ ...promises, onHand: 90 });
  });

  test('never lowers a version: where the cloud is ahead, the journal is the one to be completed', async () => {
    const events = history();
    await project(events);
    await record(events.filter(({ version }) => version !== 3));
    const report = await run(true);
    expect(report).toMatchObject({ different: 9, repaired: 0 });
    expect(report.examples.differences.every(({ kind }) => kind === 'ahead')).toBe(true);
    expect(stock.stock(KEY)?.onHand).toBe(90);
  });

  test('compares anew when somebody else writes the document in between', async () => {
    const events = history();
    await record(events);
    await project(events);
    change((held) => ({ ...held, positions: held.positions.slice(1) }));
    let raced = false;
    stock.beforeWrite = () => {
      if (raced) return;
      raced = true;
      change((held) => ({ ...held, tentative: 6 }));
    };
    expect(await run(true)).toMatchObject({ different: 1, repaired: 1 });
    expect(stock.stock(KEY)).toMatchObject({ onHand: 90, tentative: 6 });
  });
});

describe('with corrections of the reconciliation', () => {
  const phantom = booked(9, { eventId: 'evt-phantom', resultingOnHand: 99 });
  const correction = someCorrection({
    ...KEY,
    row: { onHand: 40, version: 3, changedAt: '2024-11-18T10:00:00.000Z' },
    voided: [{ eventId: 'evt-phantom', version: 9 }],
  });

  test('finds all equal, wherever among the events the corrections came', async () => {
    const events = Array.from({ length: 8 }, (_, index) => booked(index + 1));
    const falsified = booked(4, { eventId: 'evt-false', resultingOnHand: 3 });
    const delivered = [...events, phantom, falsified];
    const everyTime = fc.record({
      order: fc.shuffledSubarray(delivered, { minLength: delivered.length }),
      first: fc.nat(delivered.length),
      second: fc.nat(delivered.length),
      rowAt: fc.integer({ min: 1, max: 8 }),
      isDeleted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(everyTime, async ({ order, first, second, rowAt, isDeleted }) => {
        journal = inMemoryJournal();
        stock = inMemoryStock();
        const row = { onHand: 10 * rowAt, version: rowAt, changedAt: '2024-11-18T10:00:00.000Z' };
        const later = {
          ...correction,
          at: '2024-11-18T13:00:00.000Z',
          row: isDeleted ? null : row,
          floor: rowAt,
        };
        await record(order);
        await recordCorrections([later, correction]);
        await project(order.slice(0, first));
        correctLive(correction);
        await project(order.slice(first, Math.max(first, second)));
        correctLive(later);
        await project(order);
        expect(await run(true)).toMatchObject({ corrections: 1, different: 0, wrongTotals: 0, positions: 1 });
        expect(stock.stock(KEY)?.onHand).toBe(isDeleted && rowAt === 8 ? 0 : 80);
      }),
      { numRuns: 100 },
    );
  });

  test('brings a lost stock back as it was corrected, and keeps away what was shut out', async () => {
    await record([booked(1), booked(2), phantom, booked(3)]);
    await recordCorrections([
      correction,
      someCorrection({ ...KEY, itemId: 'ITEM-only', locationId: 'B-01' }),
      someCorrection({ ...KEY, locationId: 'C-01', row: null, floor: 5, class: 'deleted' }),
    ]);
    expect(await run(true)).toMatchObject({
      events: 4,
      corrections: 3,
      documents: 2,
      positions: 3,
      repaired: 3,
    });
    expect(await run()).toMatchObject({ equal: 3, different: 0 });
    expect(stock.stock({ ...KEY, itemId: 'ITEM-only' })).toMatchObject({ onHand: 7, asOf: correction.at });
    await project([phantom, booked(3), booked(5, { locationId: 'C-01' })]);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 40, asOf: '2024-11-18T10:00:00.000Z' });
    expect(await run()).toMatchObject({ equal: 3, different: 0 });
  });

  test('the latest correction of a position counts, and a corrected figure that changed is put right', async () => {
    const latest = {
      ...correction,
      at: '2024-11-18T12:15:00.000Z',
      row: { ...correction.row, onHand: 33, version: 2, changedAt: null },
    };
    await recordCorrections([latest, correction]);
    correctLive(latest);
    expect(await run()).toMatchObject({ events: 0, corrections: 1, equal: 1 });
    change((held) => ({
      ...held,
      positions: held.positions.map((position) => ({ ...position, onHand: 1 })),
    }));
    expect(await run(true)).toMatchObject({ different: 1, repaired: 1 });
    expect(stock.stock(KEY)).toMatchObject({ onHand: 33, positions: [{ version: 2 }] });
  });

  test('undoes none that the journal does not know, or that came while it ran', async () => {
    await record([booked(1), booked(2), booked(3), phantom]);
    await project([booked(1), booked(2), booked(3), phantom]);
    correctLive(correction);
    const report = await run(true);
    expect(report).toMatchObject({ corrections: 0, different: 1, repaired: 0 });
    expect(report.examples.differences).toMatchObject([{ kind: 'ahead', cloud: { onHand: 40, version: 3 } }]);
    expect(stock.stock(KEY)?.onHand).toBe(40);
    await recordCorrections([correction]);
    expect(await run()).toMatchObject({ different: 0 });
    const next = {
      ...correction,
      at: '2024-11-18T12:15:00.000Z',
      row: { onHand: 20, version: 2, changedAt: null },
    };
    change((held) => ({ ...held, positions: [] }));
    let raced = false;
    stock.beforeWrite = () => {
      if (raced) return;
      raced = true;
      correctLive(next);
    };
    await run(true);
    expect(stock.stock(KEY)).toMatchObject({ onHand: 20, positions: [{ version: 2 }] });
  });

  test('contradictions before a correction, or with what it shut out, are history; later ones are reported', async () => {
    await record([booked(1), booked(2, { resultingOnHand: 25 }), booked(3), booked(4), booked(8)]);
    await record([phantom, booked(10, { resultingOnHand: 90 })]);
    await recordCorrections([correction]);
    const report = await run();
    expect(report).toMatchObject({ mismatches: 1, settledMismatches: 4, gaps: 1 });
    expect(report.examples.mismatches).toMatchObject([{ version: 4, expected: 50, found: 40 }]);
    expect(report.examples.gaps).toMatchObject([
      {
        missing: [
          [5, 7],
          [9, 9],
        ],
      },
    ]);
  });
});

/** 60 positions that went to zero long ago and a fresh one, folded and journalled, so that the old ones rest. */
async function restingHistory(): Promise<InventoryEvent[]> {
  const long = new Date(runtime.now() - 2 * REPLAY_HORIZON_MS).toISOString();
  const old = Array.from({ length: 60 }, (_, index) => [
    someEvent({ ...KEY, locationId: `Z-${index}`, timestamp: long }),
    someEvent({
      ...KEY,
      locationId: `Z-${index}`,
      timestamp: long,
      version: 2,
      quantityChange: -10,
      resultingOnHand: 0,
    }),
  ]).flat();
  const fresh = someEvent({ ...KEY, locationId: 'A-0' });
  await record([...old, fresh]);
  await project(old);
  await project([fresh]);
  return [...old, fresh];
}
