import { beforeEach, describe, expect, test } from 'vitest';
import { messageOf, someEvent } from '../../test/doubles/fixtures.ts';
import { type InMemoryJournal, inMemoryJournal } from '../../test/doubles/journal-store.ts';
import { inMemoryBus } from '../../test/doubles/message-bus.ts';
import { inMemoryQuarantine } from '../../test/doubles/quarantine-store.ts';
import { type InMemoryStock, inMemoryStock } from '../../test/doubles/stock-store.ts';
import { virtualRuntime } from '../../test/doubles/virtual-runtime.ts';
import type { InventoryEvent } from '../contracts/inventory-event.ts';
import { REPLAY_HORIZON_MS } from '../domain/overflow.ts';
import type { Stock } from '../domain/stock.ts';
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
  const ports = {
    stock: stock.store,
    quarantine: inMemoryQuarantine(),
    retryQueue: inMemoryBus(runtime).retryQueue,
    followStock: async () => {},
    runtime,
  };
  await projectBatch(
    events.map((event) => messageOf(event)),
    ports,
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
