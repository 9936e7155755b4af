import type { TraceContext } from '../contracts/trace-context.ts';
import { type LineKey, lineFigures, lineKey, type OrderLine, queuePlace } from '../domain/order-line.ts';
import { freeIn, type Placement, placeLines } from '../domain/placement.ts';
import {
  type AllocationStore,
  type FreeStock,
  type ItemState,
  MAX_LINES_PER_CHANGE,
  type StoredLine,
} from '../ports/allocation-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { StockChanges } from '../ports/stock-changes.ts';
import { beginWatch, endWatch } from '../ports/watch.ts';
import { type Attempt, changeOf, commitChange, type StoredChange } from './commit-change.ts';
import { groupByItem } from './group-by-item.ts';

/** A line whose open pieces are to be placed: held where they are free, else backordered or rejected. */
export type PlaceTask = {
  readonly key: LineKey;
  /** The line as ordered, used when none is stored yet; absent: a line that is not there stays so. */
  readonly ordered?: OrderLine;
  /** The run that asks the warehouses for what it places. */
  readonly run: number;
  /** The line's from then on, if it has none. */
  readonly trace?: TraceContext | undefined;
};

/** The line as it stands, undefined when there is none. */
export type Placed = { readonly line: OrderLine | undefined };

type Ports = {
  readonly store: AllocationStore;
  readonly stockChanges: StockChanges;
  readonly runtime: Runtime;
};

export type WakePorts = Ports & {
  /** True when somebody wants to hear of the item's ATP. @throws {StoreUnavailable} */
  readonly hasThresholds: (itemId: string) => Promise<boolean>;
};

/**
 * Places lines; those of one item that wait at the same time are decided on one reading and stored in one batch, so
 * that a hot item is no slower than others. Placing again changes nothing. `onShort` is told of lines that were not given all they
 * want.
 */
export function linePlacer(
  ports: Ports & { readonly onShort?: (lines: number) => void },
): (task: PlaceTask) => Promise<Placed> {
  return groupByItem<PlaceTask, Placed>(
    ({ key }) => key.itemId,
    MAX_LINES_PER_CHANGE,
    async (itemId, tasks) => {
      const { placed, tell, short } = await commitChange(ports, itemId, (race) =>
        attemptPlacing(ports, itemId, tasks, race > 0),
      );
      if (short > 0) ports.onShort?.(short);
      if (tell) await ports.stockChanges.tell([itemId]);
      return placed;
    },
  );
}

/**
 * Gives what is free of an item to its backorders, by priority, then age, exactly as many as it covers. Yields the
 * lines that were given something as soon as that is stored; their warehouses have to be asked. When none waits any
 * more, the watch over the item ends, unless it is needed for more.
 *
 * @param item as it was just read
 * @throws {StoreUnavailable}
 */
export async function* wakeBackorders(
  ports: WakePorts,
  item: ItemState,
  isWatchNeeded: boolean,
): AsyncGenerator<OrderLine[], void> {
  const { itemId } = item;
  let known: ItemState | undefined = item;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rank: string = after;
    const { woken, next } = await commitChange(ports, itemId, async () => {
      const current = known ?? (await ports.store.readItem(itemId));
      known = undefined;
      return attemptWaking(ports, current, rank, isWatchNeeded);
    });
    yield woken;
    after = next;
  }
}

async function attemptPlacing(
  { store, runtime }: Ports,
  itemId: string,
  tasks: readonly PlaceTask[],
  lookAll: boolean,
): Promise<Attempt<{ placed: Placed[]; tell: boolean; short: number }>> {
  const [item, stored] = await Promise.all([store.readItem(itemId), storedLines(store, tasks, lookAll)]);
  const lines = tasks.map(({ ordered, trace }, index) => inTrace(stored[index]?.line ?? ordered, trace));
  const unplaced = new Map(
    tasks.flatMap(({ run }, index) => {
      const line = lines[index];
      const etag = stored[index]?.etag ?? null;
      return line && isUnplaced(line) ? [[lineKey(line), { line, run, etag }] as const] : [];
    }),
  );
  const placing = [...unplaced.values()];
  const waiting = await waitingBefore(
    store,
    item,
    placing.map(({ line }) => line),
    runtime.now(),
  );
  const others = (waiting ?? []).filter((line) => !unplaced.has(lineKey(line)));
  // Behind more backorders than can be looked through nothing is free: they are served first.
  const placements = placeLines(waiting ? item.stocks : [], others, placing, runtime.now());
  const own = placements.filter(({ before }) => unplaced.has(lineKey(before)));
  // Of the state that was placed: the same line can be among the tasks twice, looked for and not.
  const etags = new Map([...unplaced].map(([name, { etag }]) => [name, etag]));
  const after = new Map(own.map((placement) => [lineKey(placement.before), placement.after]));
  const backordered = own.some(isMoreBackordered);
  const short = own.filter(
    (one) => isMoreBackordered(one) || one.after.rejected > one.before.rejected,
  ).length;
  const placed = lines.map((line) => ({ line: line && (after.get(lineKey(line)) ?? line) }));
  // Backorders that could be served wait for the waker; a new one may have missed stock that came meanwhile; and
  // whoever watches the ATP wants to hear of what was held.
  const tell = backordered || item.watch.on;
  const change = changeOf(itemId, withEtags(own, etags));
  return {
    change: change && backordered ? { ...change, watch: beginWatch(item) } : change,
    result: { placed, tell, short },
  };
}

/** An ordered line is new nearly always, so it is looked for only when storing it as a new one has failed. */
async function storedLines(
  store: AllocationStore,
  tasks: readonly PlaceTask[],
  lookAll: boolean,
): Promise<(StoredLine | undefined)[]> {
  const sought = tasks.filter(({ ordered }) => lookAll || !ordered);
  const found = (await store.readLines(sought.map(({ key }) => key))).values();
  return tasks.map((task) => (sought.includes(task) ? found.next().value : undefined));
}

/** Rank of the last line looked at, when more may be served after it. */
type Woken = { readonly woken: OrderLine[]; readonly next: string | undefined };

async function attemptWaking(
  ports: WakePorts,
  item: ItemState,
  after: string,
  isWatchNeeded: boolean,
): Promise<Attempt<Woken>> {
  const { store, runtime } = ports;
  const { itemId } = item;
  const now = runtime.now();
  const free = freeOf(item, now);
  if (!free) return { change: undefined, result: { woken: [], next: undefined } };
  const waiting = await store.readWaiting(itemId, MAX_LINES_PER_CHANGE, after, free);
  if (waiting.length === 0) {
    const stays = isWatchNeeded || after !== '' || !item.watch.on || (await isAnybodyWatching(itemId, ports));
    return {
      change: stays ? undefined : { itemId, lines: [], totals: [], watch: endWatch(item) },
      result: { woken: [], next: undefined },
    };
  }
  const placements = placeLines(item.stocks, lineOf(waiting), [], now);
  const etags = new Map(waiting.map(({ line, etag }) => [lineKey(line), etag]));
  const last = waiting.at(-1)?.line;
  const next = last && waiting.length === MAX_LINES_PER_CHANGE ? queuePlace(last) : undefined;
  const woken = placements.map((placement) => placement.after);
  const change = changeOf(itemId, withEtags(placements, etags)) ?? { itemId, lines: [], totals: [] };
  const unmarked = item.stocks.some(({ watched }) => !watched);
  if (unmarked) return { change: { ...change, watch: beginWatch(item) }, result: { woken, next } };
  return { change: placements.length > 0 ? change : undefined, result: { woken, next } };
}

async function isAnybodyWatching(
  itemId: string,
  { store, hasThresholds }: Pick<WakePorts, 'store' | 'hasThresholds'>,
): Promise<boolean> {
  return (await store.readWaiting(itemId, 1)).length > 0 || hasThresholds(itemId);
}

/** Pages of backorders looked through for a new order; whoever waits and is refused for now may be many. */
const MAX_PAGES = 10;

/**
 * Backorders that go before the last of these lines and could take what is free; none when nothing is free, undefined
 * when there are too many to look through.
 */
async function waitingBefore(
  store: AllocationStore,
  item: ItemState,
  lines: readonly OrderLine[],
  now: number,
): Promise<OrderLine[] | undefined> {
  const free = freeOf(item, now);
  if (!item.watch.on || lines.length === 0 || !free) return [];
  const lastPlace = lines.map(queuePlace).reduce((a, b) => (a > b ? a : b));
  const waiting: OrderLine[] = [];
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const last = waiting.at(-1);
    const page = lineOf(
      await store.readWaiting(item.itemId, MAX_LINES_PER_CHANGE, last && queuePlace(last), free),
    );
    waiting.push(...page.filter((line) => queuePlace(line) < lastPlace));
    if (waiting.length === 0 || page.length < MAX_LINES_PER_CHANGE || page.at(-1) !== waiting.at(-1))
      return waiting;
    if (takesAll(item, waiting, now)) return waiting;
  }
  return undefined;
}

function takesAll(item: ItemState, waiting: readonly OrderLine[], now: number): boolean {
  const free = item.stocks.reduce((sum, stock) => sum + freeIn(stock, now).atp, 0);
  const taken = placeLines(item.stocks, waiting, [], now).reduce(
    (sum, { before, after }) => sum + before.backordered - after.backordered,
    0,
  );
  return taken >= free;
}

function inTrace(line: OrderLine | undefined, trace: TraceContext | undefined): OrderLine | undefined {
  return line && trace && !line.trace ? { ...line, trace } : line;
}

function withEtags(
  placements: readonly Placement[],
  etags: ReadonlyMap<string, string | null>,
): StoredChange[] {
  return placements.map((placement) => ({
    ...placement,
    etag: etags.get(lineKey(placement.before)) ?? null,
  }));
}

function isMoreBackordered({ before, after }: Placement): boolean {
  return after.backordered > before.backordered;
}

function isUnplaced(line: OrderLine): boolean {
  return lineFigures(line).open > 0;
}

/** Undefined when nothing is free. */
function freeOf({ stocks }: ItemState, now: number): FreeStock | undefined {
  const free = stocks.map((stock) => freeIn(stock, now)).filter(({ atp }) => atp > 0);
  if (free.length === 0) return undefined;
  return {
    pieces: Math.max(...free.map(({ atp }) => atp)),
    warehouseIds: free.map(({ warehouseId }) => warehouseId),
  };
}

function lineOf(stored: readonly StoredLine[]): OrderLine[] {
  return stored.map(({ line }) => line);
}
