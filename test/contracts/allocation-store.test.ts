import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { followChanges } from '../../shared/allocation/follow-changes.ts';
import { stockFollower } from '../../shared/allocation/follow-stock.ts';
import { linePlacer, type PlaceTask } from '../../shared/allocation/place-lines.ts';
import { decisionEvent, settle } from '../../shared/allocation/settle-decisions.ts';
import { lineUpdater } from '../../shared/allocation/update-lines.ts';
import { cosmosAllocationStore } from '../../shared/cosmos/allocation-store.ts';
import { openContainers } from '../../shared/cosmos/connection.ts';
import { cosmosOpenLines } from '../../shared/cosmos/open-lines.ts';
import { cosmosStockStore } from '../../shared/cosmos/stock-store.ts';
import { watchedAmong } from '../../shared/cosmos/watched-items.ts';
import { availableToPromise } from '../../shared/domain/atp.ts';
import { someDecision, someLine } from '../../shared/domain/example-lines.ts';
import {
  backorderRank,
  type LineTerms,
  lineFigures,
  type OrderLine,
  promisedOf,
} from '../../shared/domain/order-line.ts';
import { endLine } from '../../shared/domain/settlement.ts';
import { replacePositions } from '../../shared/domain/stock.ts';
import {
  type AllocationStore,
  type ItemChange,
  MAX_LINES_PER_CHANGE,
} from '../../shared/ports/allocation-store.ts';
import type { OpenLines } from '../../shared/ports/open-lines.ts';
import type { Orchestrations } from '../../shared/ports/orchestrations.ts';
import { isoNow, systemRuntime } from '../../shared/ports/runtime.ts';
import { type StockStore, StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { inMemoryAllocation } from '../doubles/allocation-store.ts';
import { someMessage, somePosition, someStock, unique } from '../doubles/fixtures.ts';
import { inMemoryOpenLines } from '../doubles/open-lines.ts';
import { inMemoryStock } from '../doubles/stock-store.ts';
import { virtualRuntime } from '../doubles/virtual-runtime.ts';
import { inMemoryWatch } from '../doubles/watched-items.ts';
import { startLocalCosmos } from '../parts/local-part.ts';

/** What one process of the app has: its own connection to the store, and its own groups of work. */
type Process = Awaited<ReturnType<typeof startProcess>>;

type Implementation = {
  /** The stores as another process opens them. */
  open(): Promise<{
    readonly store: AllocationStore;
    readonly stocks: StockStore;
    readonly watchedAmong: (itemIds: readonly string[]) => Promise<string[]>;
    readonly openLines: OpenLines;
  }>;
  /** From now on nothing answers. */
  goAway(): Promise<void>;
  stop(): Promise<void>;
};

/** By which the stores say when a line was written. */
const clock = virtualRuntime();

let implementation: Implementation;
let app: Process;
let itemId: string;
/** Items told of, in the order in which the messages were sent. */
let told: string[];
/** Instances started. */
let started: string[];
/** Events raised: instance, event. */
let raised: [string, string][];
/** Set to make the bus refuse. */
let busAway: boolean;

async function startInMemory(): Promise<Implementation> {
  const memory = inMemoryStock({ now: clock.now });
  const allocation = inMemoryAllocation(memory.items);
  const watch = inMemoryWatch(memory.items);
  return {
    open: async () => ({
      store: allocation.store,
      stocks: memory.store,
      watchedAmong: watch.watchedAmong,
      openLines: inMemoryOpenLines(memory.items, () => allocation.fault !== undefined),
    }),
    goAway: async () => {
      const away = () => ({ status: 'unavailable', detail: 'away' }) as const;
      allocation.fault = away;
      watch.fault = away;
    },
    stop: async () => {},
  };
}

async function startInCosmos(): Promise<Implementation> {
  const part = await startLocalCosmos();
  return {
    open: async () => {
      const { stock: container } = await openContainers({ CosmosConnection: part.connectionString });
      return {
        store: cosmosAllocationStore(container, clock),
        stocks: cosmosStockStore(container),
        watchedAmong: watchedAmong(container),
        openLines: cosmosOpenLines(container),
      };
    },
    goAway: part.kill,
    stop: part.stop,
  };
}

async function startProcess(change: (store: AllocationStore) => AllocationStore = (store) => store) {
  const { store: opened, stocks, watchedAmong, openLines } = await implementation.open();
  const store = change(opened);
  const stockChanges = {
    tell: async (itemIds: readonly string[]) => {
      if (busAway) throw new StoreUnavailable('the bus is away');
      told.push(...itemIds);
    },
  };
  const orchestrations: Orchestrations = {
    start: async ({ instanceId }) => void started.push(instanceId),
    raise: async (instanceId, event) => void raised.push([instanceId, event]),
  };
  const ports = { store, stockChanges, orchestrations, runtime: { ...systemRuntime, sleep: async () => {} } };
  const updateLine = lineUpdater(ports);
  return {
    ...ports,
    updateLine,
    stocks,
    place: linePlacer(ports),
    wake: () =>
      followChanges([someMessage({ body: Buffer.from(JSON.stringify({ itemIds: [itemId] })) })], {
        ...ports,
        readThresholds: async () => undefined,
        tellAtpChange: async () => {},
        hasThresholds: async () => false,
      }),
    watchedAmong,
    openLines,
    follow: stockFollower({ ...ports, updateLine, watchedAmong }),
  };
}

async function putStock(warehouseId: string, onHand: number): Promise<void> {
  expect(await app.stocks.write([{ stock: someStock(onHand, { itemId, warehouseId }), etag: null }])).toEqual(
    [{ status: 'stored' }],
  );
}

/** As the fold does: reads the document, and writes all of it over what was read; again when somebody came between. */
async function countStock(warehouseId: string, onHand: number, by: Process = app): Promise<void> {
  for (;;) {
    const [read] = await by.stocks.read([{ itemId, warehouseId }]);
    if (read?.status !== 'found') throw new Error(`No stock in ${warehouseId}.`);
    const counted = replacePositions(
      read.stock,
      [somePosition('A-01', onHand, read.stock.version + 1)],
      read.stock.asOf,
    );
    const [written] = await by.stocks.write([{ stock: counted, etag: read.etag }]);
    if (written?.status === 'stored') return;
  }
}

/** An ordered line of this item, `age` seconds old when compared with others. */
function ordered(terms: Partial<LineTerms> = {}, age = 0): PlaceTask & { readonly ordered: OrderLine } {
  const line = someLine(
    { quantity: 1, ...terms },
    { itemId, orderedAt: new Date(Date.UTC(2024, 10, 18) - age * 1000).toISOString() },
  );
  return { key: line, ordered: line, run: 1 };
}

/** Places lines one after the other's group. */
async function placeAll(tasks: readonly PlaceTask[], by: Process = app): Promise<OrderLine[]> {
  const placed = await Promise.all(tasks.map((task) => by.place(task)));
  return placed.flatMap(({ line }) => line ?? []);
}

async function stored(key: OrderLine): Promise<OrderLine> {
  const [found] = await app.store.readLines([key]);
  if (!found) throw new Error(`No line ${key.orderId}.`);
  return found.line;
}

/** The totals of each stock equal the sum over the lines; answers how many pieces are tentative in all. */
async function expectTotalsToAddUp(): Promise<number> {
  const { stocks } = await app.store.readItem(itemId);
  const lines = await app.store.readLinesOfItem(itemId);
  for (const { warehouseId, tentative, confirmed, picked } of stocks) {
    const sums = { tentative: 0, confirmed: 0, picked: 0 };
    for (const line of lines) {
      const promised = promisedOf(line).get(warehouseId);
      sums.tentative += promised?.tentative ?? 0;
      sums.confirmed += promised?.confirmed ?? 0;
      sums.picked += promised?.picked ?? 0;
    }
    expect({ tentative, confirmed, picked }).toEqual(sums);
  }
  return stocks.reduce((sum, { tentative }) => sum + tentative, 0);
}

function sumOf(lines: readonly OrderLine[], figure: 'held' | 'backordered'): number {
  return lines.reduce((sum, line) => sum + lineFigures(line)[figure], 0);
}

const WAREHOUSES = ['WH-001', 'WH-002', 'WH-003', 'WH-004'];

describe.each<[string, () => Promise<Implementation>]>([
  ['in memory', startInMemory],
  ['in Cosmos DB', startInCosmos],
])('lines and totals kept %s', (_name, start) => {
  beforeAll(async () => {
    implementation = await start();
    app = await startProcess();
  });
  afterAll(() => implementation.stop());
  beforeEach(() => {
    itemId = `ITEM-${unique()}`;
    told = [];
    started = [];
    raised = [];
    busAway = false;
  });

  describe('Placing', () => {
    test('1,000 lines for 100 pieces over 4 warehouses at the same time promises exactly 100, none twice; 900 wait', async () => {
      for (const warehouseId of WAREHOUSES) await putStock(warehouseId, 25);
      const lines = await placeAll(Array.from({ length: 1_000 }, () => ordered()));
      expect(sumOf(lines, 'held')).toBe(100);
      expect(sumOf(lines, 'backordered')).toBe(900);
      expect(await expectTotalsToAddUp()).toBe(100);
      const { stocks } = await app.store.readItem(itemId);
      expect(stocks.map(availableToPromise)).toEqual([0, 0, 0, 0]);
    });

    test('by two processes at the same time promises what is there once, and one of two orders gets the last piece', async () => {
      const other = await startProcess();
      for (const warehouseId of WAREHOUSES.slice(0, 2)) await putStock(warehouseId, 50);
      const tasks = Array.from({ length: 101 }, () => ordered());
      const half = [tasks.slice(0, 51), tasks.slice(51)] as const;
      const [mine, theirs] = await Promise.all([placeAll(half[0]), placeAll(half[1], other)]);
      expect(sumOf([...mine, ...theirs], 'held')).toBe(100);
      expect(sumOf([...mine, ...theirs], 'backordered')).toBe(1);
      expect(await expectTotalsToAddUp()).toBe(100);
    });

    test('races with folds of the same stock, and neither takes from the other', async () => {
      await putStock('WH-001', 60);
      const folds = Array.from({ length: 15 }, (_unused, index) => countStock('WH-001', 61 + index));
      const lines = await placeAll(Array.from({ length: 60 }, () => ordered()));
      await Promise.all(folds);
      expect(sumOf(lines, 'held')).toBe(60);
      expect(await expectTotalsToAddUp()).toBe(60);
    });

    test('the same line by two processes places it once', async () => {
      const other = await startProcess();
      await putStock('WH-001', 10);
      const task = ordered({ quantity: 4 });
      await Promise.all([app.place(task), other.place(task), app.place(task)]);
      expect(await expectTotalsToAddUp()).toBe(4);
      expect((await stored(task.ordered)).allocations).toHaveLength(1);
    });

    test('a line again beside a later run of it keeps what it holds', async () => {
      await putStock('WH-001', 10);
      const task = ordered({ quantity: 4 });
      await app.place(task);
      await Promise.all([app.place(task), app.place({ key: task.key, run: 2 })]);
      expect(await expectTotalsToAddUp()).toBe(4);
      expect((await stored(task.ordered)).allocations).toHaveLength(1);
    });

    test('a newcomer of no higher priority queues behind the backorders, one of higher priority does not', async () => {
      await putStock('WH-001', 0);
      const [first] = await placeAll([ordered({}, 10)]);
      await countStock('WH-001', 1);
      const [second] = await placeAll([ordered()]);
      const [urgent] = await placeAll([ordered({ priority: 5 })]);
      expect([first, second, urgent].map((line) => line && lineFigures(line).held)).toEqual([0, 0, 1]);
      expect(told).toContain(itemId);
    });

    test('whose answer was lost is told on again, so that a backorder does not miss stock', async () => {
      await putStock('WH-001', 0);
      const task = ordered();
      busAway = true;
      await expect(app.place(task)).rejects.toBeInstanceOf(StoreUnavailable);
      busAway = false;
      await app.place(task);
      expect(told).toEqual([itemId]);
      expect(lineFigures(await stored(task.ordered)).backordered).toBe(1);
    });
  });

  describe('When ATP rises', () => {
    test('exactly what is free goes to the backorders, by priority, then age, over any number that wait', async () => {
      await putStock('WH-001', 0);
      const count = 2 * MAX_LINES_PER_CHANGE + 20;
      // The oldest comes last; every tenth is urgent.
      const tasks = Array.from({ length: count }, (_unused, index) =>
        ordered({ priority: index % 10 === 0 ? 1 : 0 }, index),
      );
      await placeAll(tasks);
      const free = MAX_LINES_PER_CHANGE + 15;
      await countStock('WH-001', free);
      expect(await app.wake()).toMatchObject({ items: 1, woken: free });
      expect(await expectTotalsToAddUp()).toBe(free);
      const rightOrder = tasks
        .map(({ ordered: line }) => line)
        .toSorted((a, b) => b.terms.priority - a.terms.priority || (a.orderedAt < b.orderedAt ? -1 : 1))
        .map(({ orderId }) => orderId);
      const served = new Set(
        (await app.store.readLinesOfItem(itemId))
          .filter(({ backordered }) => backordered === 0)
          .map(({ orderId }) => orderId),
      );
      expect(new Set(rightOrder.slice(0, free))).toEqual(served);
      expect(new Set(started)).toEqual(new Set([...served].map((orderId) => `${orderId}:1:2`)));
    });

    test('by a release of 10, the next 10 of those that wait are served', async () => {
      await putStock('WH-001', 10);
      const [big] = await placeAll([ordered({ quantity: 10 })]);
      await placeAll(Array.from({ length: 30 }, () => ordered()));
      told.splice(0);
      if (!big) throw new Error('Nothing was placed.');
      await app.updateLine({
        key: big,
        change: (line) => line && endLine(line, 'cancelled', '2024-11-18T11:00:00.000Z'),
      });
      expect(await app.wake()).toMatchObject({ woken: 0 });
      await settle(someDecision(big, { status: 'released', quantity: 0 }), app);
      expect(told).toEqual([itemId]);
      expect(await app.wake()).toMatchObject({ woken: 10 });
      expect(await app.wake()).toMatchObject({ woken: 0 });
      await expectTotalsToAddUp();
    });

    test('two wakers at the same time give it once', async () => {
      const other = await startProcess();
      await putStock('WH-001', 0);
      await placeAll(Array.from({ length: 60 }, () => ordered()));
      await countStock('WH-001', 45);
      await Promise.all([app.wake(), other.wake()]);
      expect(await expectTotalsToAddUp()).toBe(45);
      expect(new Set(started).size).toBe(45);
    });

    test('and the store fails half way, those that were served are driven all the same', async () => {
      let commits = 0;
      const failing = await startProcess((store) => ({
        ...store,
        commit: async (change) => {
          commits += 1;
          return commits === 2 ? { status: 'unavailable', detail: 'away' } : store.commit(change);
        },
      }));
      await putStock('WH-001', 0);
      await placeAll(Array.from({ length: MAX_LINES_PER_CHANGE + 10 }, () => ordered()));
      await countStock('WH-001', MAX_LINES_PER_CHANGE + 10);
      expect(await failing.wake()).toMatchObject({ failed: 1 });
      expect(started).toHaveLength(MAX_LINES_PER_CHANGE);
      await failing.wake();
      expect(new Set(started).size).toBe(MAX_LINES_PER_CHANGE + 10);
    });
  });

  describe('A stock is watched', () => {
    const watchedOf = async () =>
      Object.fromEntries(
        (await app.store.readItem(itemId)).stocks.map(({ warehouseId, watched }) => [
          warehouseId,
          watched ?? false,
        ]),
      );

    test('from the first backorder of its item on, and not before', async () => {
      await putStock('WH-001', 1);
      await placeAll([ordered()]);
      expect(await watchedOf()).toEqual({ 'WH-001': false });
      await placeAll([ordered()]);
      expect(await watchedOf()).toEqual({ 'WH-001': true });
    });

    test('though it comes into being after the backorder: whoever stores it first asks, and the waker marks it', async () => {
      await putStock('WH-001', 0);
      await placeAll([ordered()]);
      told.splice(0);
      await putStock('WH-002', 5);
      await app.follow({ picks: [], watched: [], created: [itemId] });
      expect(told).toEqual([itemId]);
      expect(await app.wake()).toMatchObject({ woken: 1 });
      expect(await watchedOf()).toEqual({ 'WH-001': true, 'WH-002': true });
    });

    test('until none waits any more and more is free', async () => {
      await putStock('WH-001', 0);
      await placeAll([ordered()]);
      await countStock('WH-001', 1);
      await app.wake();
      expect(await watchedOf()).toEqual({ 'WH-001': true });
      await countStock('WH-001', 2);
      await app.wake();
      expect(await watchedOf()).toEqual({ 'WH-001': false });
      expect((await app.store.readItem(itemId)).watch.on).toBe(false);
    });

    test('and a new stock of an item for which nobody waits is told to nobody', async () => {
      await putStock('WH-001', 5);
      await app.follow({ picks: [], watched: [], created: [itemId] });
      expect(told).toEqual([]);
    });

    test('by whoever begins to wait, who tells it himself: stock that came in between is not missed', async () => {
      await putStock('WH-001', 0);
      const late = await startProcess((store) => ({
        ...store,
        commit: async (change) => {
          const [read] = await app.stocks.read([{ itemId, warehouseId: 'WH-002' }]);
          if (read?.status === 'missing') await putStock('WH-002', 5);
          return store.commit(change);
        },
      }));
      const [line] = await placeAll([ordered()], late);
      expect(line && lineFigures(line).backordered).toBe(1);
      expect(told).toEqual([itemId]);
      expect(await app.wake()).toMatchObject({ woken: 1 });
    });
  });

  describe('A decision', () => {
    async function heldLine(quantity = 10): Promise<OrderLine> {
      await putStock('WH-001', quantity);
      const [line] = await placeAll([ordered({ quantity })]);
      if (!line) throw new Error('Nothing was placed.');
      return line;
    }

    test('settles the record first and wakes the orchestration then, each time it comes', async () => {
      const line = await heldLine();
      const decision = someDecision(line);
      for (let times = 0; times < 5; times += 1) expect(await settle(decision, app)).toBe('settled');
      expect(lineFigures(await stored(line))).toMatchObject({ confirmed: 10, held: 0 });
      expect(await expectTotalsToAddUp()).toBe(0);
      const event = decisionEvent(decision.allocationId);
      expect(raised).toEqual(Array.from({ length: 5 }, () => [`${line.orderId}:1:1`, event]));
    });

    test('five times at once is settled once', async () => {
      const other = await startProcess();
      const line = await heldLine();
      const decision = someDecision(line, { quantity: 6 });
      await Promise.all([app, other, app, other, app].map((by) => settle(decision, by)));
      expect(lineFigures(await stored(line))).toMatchObject({ confirmed: 6, open: 4 });
      await expectTotalsToAddUp();
      expect((await app.store.readItem(itemId)).stocks.map(({ confirmed }) => confirmed)).toEqual([6]);
    });

    test('that the store did not take, or whose answer was lost, is settled when it comes again', async () => {
      const faults = ['refused', 'answer lost'];
      const failing = await startProcess((store) => ({
        ...store,
        commit: async (change) => {
          const fault = faults.shift();
          if (fault !== 'refused') await store.commit(change);
          return { status: 'unavailable', detail: fault ?? 'away' };
        },
      }));
      const line = await heldLine();
      const decision = someDecision(line, { quantity: 6 });
      for (let tries = 0; tries < 2; tries += 1)
        await expect(settle(decision, failing)).rejects.toBeInstanceOf(StoreUnavailable);
      expect(raised).toEqual([]);
      await settle(decision, app);
      expect(lineFigures(await stored(line))).toMatchObject({ confirmed: 6, open: 4 });
      expect(raised).toHaveLength(1);
      expect(told).toEqual([itemId]);
      await expectTotalsToAddUp();
    });

    test('about a stock whose document is gone is not tried again and again', async () => {
      const line = await heldLine();
      let commits = 0;
      const withoutStock = await startProcess((store) => ({
        ...store,
        readItem: async (id) => ({ ...(await store.readItem(id)), stocks: [] }),
        commit: async () => {
          commits += 1;
          return { status: 'conflict' };
        },
      }));
      await expect(settle(someDecision(line), withoutStock)).rejects.toThrow(
        `The cloud knows no stock of item ${itemId} in WH-001`,
      );
      expect(commits).toBe(1);
    });

    test('of an allocation that no line knows says so', async () => {
      const line = someLine({}, { itemId });
      expect(await settle({ ...someDecision(await heldLine()), orderId: line.orderId }, app)).toBe('unknown');
    });

    test('that cuts what was confirmed starts a new run for the difference', async () => {
      const line = await heldLine(100);
      await settle(someDecision(line), app);
      await settle(
        someDecision(line, { sequence: 2, status: 'reduced', quantity: 95, reason: 'stock-fell-short' }),
        app,
      );
      expect(started).toEqual([`${line.orderId}:1:2`]);
      await countStock('WH-001', 95);
      const { line: after } = await app.place({ key: line, run: 2 });
      expect(after && lineFigures(after)).toMatchObject({ confirmed: 95, backordered: 5, open: 0 });
      await expectTotalsToAddUp();
    });
  });

  describe('A change that gives stock back', () => {
    test('is told on before it counts as done, and told again by who repeats it', async () => {
      await putStock('WH-001', 10);
      const [line] = await placeAll(
        [{ ...ordered({ quantity: 10 }), key: ordered().key }].map(({ ordered: own }) => ({
          key: own,
          ordered: own,
          run: 1,
        })),
      );
      if (!line) throw new Error('Nothing was placed.');
      const decision = someDecision(line, { status: 'rejected', quantity: 0 });
      busAway = true;
      await expect(settle(decision, app)).rejects.toBeInstanceOf(StoreUnavailable);
      expect(lineFigures(await stored(line)).open).toBe(10);
      busAway = false;
      await settle(decision, app);
      expect(told).toEqual([itemId]);
    });

    test('is not told of where nothing becomes free', async () => {
      await putStock('WH-001', 10);
      const [line] = await placeAll([ordered({ quantity: 10 })]);
      if (!line) throw new Error('Nothing was placed.');
      await settle(someDecision(line), app);
      expect(told).toEqual([]);
    });

    test('of many lines at the same time loses none of them', async () => {
      await putStock('WH-001', 100);
      const lines = await placeAll(Array.from({ length: 100 }, () => ordered()));
      const other = await startProcess();
      await Promise.all(
        lines.map((line, index) => {
          const by = index % 2 ? app : other;
          return settle(someDecision(line, index % 4 ? {} : { status: 'rejected', quantity: 0 }), by);
        }),
      );
      expect(await expectTotalsToAddUp()).toBe(0);
      expect((await app.store.readItem(itemId)).stocks.map(({ confirmed }) => confirmed)).toEqual([75]);
    });
  });

  describe('A pick', () => {
    test('of an allocation is settled on its line, in any order and again; one that is not ours is left alone', async () => {
      await putStock('WH-001', 10);
      const [line] = await placeAll([ordered({ quantity: 10 })]);
      const allocationId = line?.allocations[0]?.allocationId ?? '';
      if (!line) throw new Error('Nothing was placed.');
      for (const picked of [7, 3, 7])
        await app.follow({
          picks: [
            { itemId, allocationId, picked },
            { itemId, allocationId: 'WMS-77', picked: 2 },
          ],
          watched: [],
          created: [],
        });
      expect(lineFigures(await stored(line))).toMatchObject({ held: 3, fulfilled: 7 });
      await expectTotalsToAddUp();
    });
  });

  describe('The store', () => {
    const NOTHING = { tentative: 0, confirmed: 0, picked: 0 };
    const found = async (warehouseId: string) => {
      const [read] = await app.stocks.read([{ itemId, warehouseId }]);
      if (read?.status !== 'found') throw new Error(`No stock in ${warehouseId}.`);
      return read;
    };
    /** A line that waits for this item. */
    const waiting = (terms: Partial<LineTerms> = {}, age = 0): OrderLine => {
      const { ordered: line } = ordered(terms, age);
      return { ...line, backordered: line.terms.quantity };
    };
    const put = (lines: readonly OrderLine[]) =>
      app.store.commit({ itemId, lines: lines.map((line) => ({ line, etag: null })), totals: [] });
    const idsOf = (lines: readonly { line: OrderLine }[]) => lines.map(({ line }) => line.orderId);

    test('reads lines in the order asked, and none where there is none', async () => {
      await putStock('WH-001', 10);
      const lines = await placeAll([ordered(), ordered()]);
      const found = await app.store.readLines([...lines, someLine({}, { itemId })].toReversed());
      expect(found.map((each) => each?.line)).toEqual([undefined, lines[1], lines[0]]);
    });

    test('keeps a change whole: with too little free nothing of it is stored', async () => {
      await putStock('WH-001', 3);
      const line = someLine({}, { itemId });
      const change = {
        itemId,
        lines: [{ line, etag: null }],
        totals: [{ warehouseId: 'WH-001', tentative: 4, confirmed: 0, picked: 0, leastAtp: 4 }],
      };
      expect(await app.store.commit(change)).toEqual({ status: 'conflict' });
      expect(await app.store.readLines([line])).toEqual([undefined]);
      expect(await expectTotalsToAddUp()).toBe(0);
    });

    test('adds to totals as they are when it writes, and takes the last free piece but no more', async () => {
      await putStock('WH-001', 10);
      const { stock } = await found('WH-001');
      const take = (tentative: number) =>
        app.store.commit({
          itemId,
          lines: [],
          totals: [{ warehouseId: 'WH-001', ...NOTHING, tentative, leastAtp: tentative }],
        });
      expect(await take(7)).toEqual({ status: 'stored' });
      expect(await take(4)).toEqual({ status: 'conflict' });
      expect(await take(3)).toEqual({ status: 'stored' });
      const changes = { tentative: -10, confirmed: 8, picked: 2 };
      await app.store.commit({ itemId, lines: [], totals: [{ warehouseId: 'WH-001', ...changes }] });
      expect((await found('WH-001')).stock).toEqual({
        ...stock,
        confirmed: 8,
        picked: 2,
        version: stock.version + 3,
      });
    });

    test('writes over no stock that a fold has read: who read before meets a conflict', async () => {
      await putStock('WH-001', 10);
      const { stock, etag } = await found('WH-001');
      await app.store.commit({
        itemId,
        lines: [],
        totals: [{ warehouseId: 'WH-001', ...NOTHING, tentative: 1 }],
      });
      expect(await app.stocks.write([{ stock, etag }])).toEqual([{ status: 'conflict' }]);
      expect((await found('WH-001')).stock.tentative).toBe(1);
    });

    test('stores nothing of a change that one part of it does not allow', async () => {
      await putStock('WH-001', 10);
      const known = someLine({}, { itemId });
      await put([known]);
      const [stale] = await app.store.readLines([known]);
      const changed = { ...known, runs: 7 };
      await app.store.commit({ itemId, lines: [{ line: changed, etag: stale?.etag ?? null }], totals: [] });
      const line = someLine({}, { itemId });
      const fresh = { line, etag: null };
      const total = { warehouseId: 'WH-001', ...NOTHING, tentative: 1 };
      const before = await app.store.readItem(itemId);
      const refused: Omit<ItemChange, 'itemId'>[] = [
        { lines: [fresh, { line: known, etag: null }], totals: [total] },
        { lines: [fresh, { line: known, etag: stale?.etag ?? null }], totals: [total] },
        { lines: [fresh, { line: someLine({}, { itemId }), etag: '"gone"' }], totals: [total] },
        { lines: [fresh, fresh], totals: [total] },
        { lines: [fresh], totals: [total, { ...total, warehouseId: 'WH-404' }] },
        { lines: [fresh], totals: [total], watch: { on: true, etag: '"gone"', warehouseIds: ['WH-001'] } },
        { lines: [fresh], totals: [total], watch: { on: true, etag: null, warehouseIds: ['WH-404'] } },
      ];
      for (const change of refused)
        expect(await app.store.commit({ itemId, ...change })).toEqual({ status: 'conflict' });
      expect(await app.store.readLinesOfItem(itemId)).toEqual([changed]);
      expect(await app.store.readItem(itemId)).toEqual(before);
    });

    test('takes a change of 1 to 100 documents, and nothing of one with more, or none', async () => {
      const lines = Array.from({ length: 101 }, () => someLine({}, { itemId }));
      expect(await put([])).toMatchObject({ status: 'unavailable' });
      expect(await put(lines)).toMatchObject({ status: 'unavailable' });
      expect(await app.store.readLinesOfItem(itemId)).toEqual([]);
      expect(await put(lines.slice(1))).toEqual({ status: 'stored' });
      expect(await app.store.readLinesOfItem(itemId)).toHaveLength(100);
    });

    test('gives a line back as it was written, of orders and of carts, and what is undefined is not there', async () => {
      const { wantedDate: _none, ...terms } = waiting({ preferredWarehouses: ['WH-002'] }).terms;
      const line = { ...waiting(), terms: { ...terms, wantedDate: undefined } };
      const cart = { ...line, kind: 'hold-line' as const, backordered: 0 };
      expect(await put([line, cart])).toEqual({ status: 'stored' });
      const read = [
        ...(await app.store.readLinesOfItem(itemId)),
        ...(await app.store.readLines([line, cart])).flatMap((each) => each?.line ?? []),
      ];
      expect(read.map(({ kind }) => kind).toSorted()).toEqual([
        'hold-line',
        'hold-line',
        'order-line',
        'order-line',
      ]);
      for (const each of read)
        expect(each).toStrictEqual({ ...line, kind: each.kind, terms, backordered: each.backordered });
    });

    test('reads those that wait by rank, so many, and on from a rank', async () => {
      const lines = [
        waiting({}, 1),
        waiting({ priority: 3 }),
        waiting({}, 5),
        waiting({ priority: 3 }, 9),
        { ...waiting({}, 2), backordered: 0 },
      ];
      const [young, urgent, old, first] = lines.map(({ orderId }) => orderId);
      await put(lines);
      expect(idsOf(await app.store.readWaiting(itemId, 10))).toEqual([first, urgent, old, young]);
      const two = await app.store.readWaiting(itemId, 2);
      expect(idsOf(two)).toEqual([first, urgent]);
      const after = two[1] && backorderRank(two[1].line);
      expect(idsOf(await app.store.readWaiting(itemId, 10, after))).toEqual([old, young]);
      const [served] = await app.store.readWaiting(itemId, 1);
      if (!served) throw new Error('Four wait.');
      const { etag, line } = served;
      await app.store.commit({ itemId, lines: [{ line: { ...line, backordered: 0 }, etag }], totals: [] });
      expect(idsOf(await app.store.readWaiting(itemId, 10))).toEqual([urgent, old, young]);
      expect(idsOf(await app.store.readWaiting(`${itemId}-none`, 10))).toEqual([]);
    });

    test('reads those that have not come to rest since before an instant, so many', async () => {
      const since = (unsettledSince: string) => ({ ...someLine({}, { itemId }), unsettledSince });
      const [ten, eleven, twelve] = ['10', '11', '12'].map((hour) => since(`2024-11-18T${hour}:00:00.000Z`));
      if (!ten || !eleven || !twelve) throw new Error('There are three.');
      await put([twelve, ten, eleven, someLine({}, { itemId })]);
      const unsettled = async (before: string, limit: number) =>
        (await app.store.readUnsettled(itemId, before, limit)).map(({ orderId }) => orderId).toSorted();
      const two = [ten.orderId, eleven.orderId].toSorted();
      expect(await unsettled('2024-11-18T12:00:00.000Z', 10)).toEqual(two);
      expect(await unsettled('2024-11-18T13:00:00.000Z', 2)).toHaveLength(2);
      expect(await unsettled('2024-11-18T10:00:00.000Z', 10)).toEqual([]);
    });

    test('begins and ends a watch over what was read, on the stocks named, and tells who is watched', async () => {
      await putStock('WH-001', 1);
      await putStock('WH-002', 2);
      const never = await app.store.readItem(itemId);
      expect(never).toMatchObject({ itemId, watch: { on: false, etag: null } });
      expect(await app.store.readItem(`${itemId}-none`)).toEqual({
        itemId: `${itemId}-none`,
        stocks: [],
        watch: { on: false, etag: null },
      });
      const begin = { on: true, etag: null, warehouseIds: ['WH-001'] };
      const total = { warehouseId: 'WH-001', ...NOTHING, confirmed: 1 };
      expect(await app.store.commit({ itemId, lines: [], totals: [total], watch: begin })).toEqual({
        status: 'stored',
      });
      expect(await app.store.commit({ itemId, lines: [], totals: [], watch: begin })).toEqual({
        status: 'conflict',
      });
      const { watch, stocks } = await app.store.readItem(itemId);
      expect(watch).toEqual({ on: true, etag: expect.any(String) });
      expect(new Map(stocks.map(({ warehouseId, ...figures }) => [warehouseId, figures]))).toMatchObject(
        new Map([
          ['WH-001', { watched: true, confirmed: 1, version: 2 }],
          ['WH-002', { confirmed: 0, version: 1 }],
        ]),
      );
      expect(await app.watchedAmong([`${itemId}-none`, itemId])).toEqual([itemId]);
      const end = { ...watch, on: false, warehouseIds: ['WH-001', 'WH-002'] };
      expect(await app.store.commit({ itemId, lines: [], totals: [], watch: end })).toEqual({
        status: 'stored',
      });
      expect((await found('WH-002')).stock).toMatchObject({ watched: false, version: 2 });
      expect(await app.watchedAmong([itemId])).toEqual([]);
    });
  });

  describe('Backorders that cannot use what is free', () => {
    test('cost a newcomer nothing: those too large for any warehouse, and those that accept none that has some', async () => {
      await putStock('WH-001', 0);
      const tooLarge = Array.from({ length: 60 }, () => ordered({ quantity: 5, allowSplit: false }));
      const elsewhere = Array.from({ length: 60 }, () => ordered({ allowedWarehouses: ['WH-002'] }));
      await placeAll([...tooLarge, ...elsewhere]);
      await countStock('WH-001', 2);
      const free = { pieces: 2, warehouseIds: ['WH-001'] };
      expect(await app.store.readWaiting(itemId, 200)).toHaveLength(120);
      expect(await app.store.readWaiting(itemId, 200, '', free)).toEqual([]);
      expect(await app.store.readWaiting(itemId, 200, '', { ...free, pieces: 5 })).toHaveLength(60);
      const both = { pieces: 2, warehouseIds: ['WH-001', 'WH-002'] };
      expect(await app.store.readWaiting(itemId, 200, '', both)).toHaveLength(60);
      const [late] = await placeAll([ordered()]);
      expect(late?.allocations).toMatchObject([{ warehouseId: 'WH-001', quantity: 1 }]);
    });
  });

  test('lines are counted by state, those of carts apart, and settled ones of orders if they changed since then', async () => {
    clock.advance(3_600_000);
    const now = isoNow(clock);
    const { lines: before } = await app.openLines.count(now);
    await putStock('WH-001', 3);
    const cart = (): PlaceTask => {
      const line = { ...ordered().ordered, kind: 'hold-line' as const };
      return { key: line, ordered: line, run: 1 };
    };
    const [, , given] = await placeAll([ordered(), cart(), cart(), ordered({ quantity: 2 })]);
    if (!given) throw new Error('All are placed.');
    await app.updateLine({
      key: given,
      change: (line) => line && endLine(line, 'expired', '2024-11-18T11:00:00.000Z'),
    });
    const [cancelled] = await placeAll([ordered()]);
    if (!cancelled) throw new Error('It is placed.');
    await app.updateLine({
      key: cancelled,
      change: (line) => line && endLine(line, 'cancelled', '2024-11-18T11:00:00.000Z'),
    });
    const { lines: after, requestUnits } = await app.openLines.count(now);
    const more = [...after].map(([state, lines]) => [state, lines - (before.get(state) ?? 0)]);
    expect(Object.fromEntries(more)).toEqual({
      ...{ 'in-cart': 1, tentative: 1, releasing: 0, backordered: 1, confirmed: 0 },
      ...{ fulfilled: 0, rejected: 0, released: 1 },
    });
    expect(requestUnits).toBeLessThan(160);
    clock.advance(1);
    expect((await app.openLines.count(isoNow(clock))).lines.get('released')).toBe(0);
    const open = await app.openLines.ofItem(itemId, 10);
    const [first] = open;
    expect(open.map(({ kind }) => kind).sort()).toEqual(['hold-line', 'order-line', 'order-line']);
    expect(first && (await app.store.readLines([first])).map((stored) => stored?.line)).toEqual([first]);
    expect(await app.openLines.ofItem(itemId, 2)).toHaveLength(2);
  });

  test('a store that went away says so', async () => {
    await putStock('WH-001', 1);
    await implementation.goAway();
    const { store } = app;
    const line = someLine({}, { itemId });
    const asked = [
      store.readItem(itemId),
      store.readWaiting(itemId, 1),
      store.readUnsettled(itemId, '2025', 1),
      store.readLinesOfItem(itemId),
      store.readLines([line]),
      app.watchedAmong([itemId]),
      app.openLines.count('2024-11-18T10:00:00.000Z'),
      app.openLines.ofItem(itemId, 1),
    ];
    for (const each of await Promise.allSettled(asked))
      expect(each).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailable' } });
    expect(await store.commit({ itemId, lines: [{ line, etag: null }], totals: [] })).toEqual({
      status: 'unavailable',
      detail: expect.any(String),
    });
  });
});
