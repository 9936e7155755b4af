import { chunks } from '../domain/chunks.ts';
import { type Comparison, compareWithWms, isCloudOlder } from '../domain/compare-with-wms.ts';
import { positionKey } from '../domain/position.ts';
import type { StockKey } from '../domain/stock.ts';
import type { WmsStock } from '../domain/wms-stock.ts';
import type { SweptStock } from '../ports/cloud-stock.ts';
import { lookAtWay, mayBeOnTheWay } from './on-the-way.ts';
import { readStocks } from './read-stocks.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';
import { lookAtPromises } from './settle-reservations.ts';
import { type Slice, type SliceResult, type Suspect, suspectPosition, type Way } from './slice.ts';

type ComparePorts = Pick<
  ReconciliationPorts,
  'wms' | 'cloud' | 'stock' | 'lines' | 'eventsOnTheWay' | 'runtime'
>;

/** Positions of a window, and items compared at once by their ids. */
const WINDOW = 2_000;
const ITEMS_AT_ONCE = 500;

/** A slice ends then, so that its activity ends well within its time (`functionTimeout` in `host.json`). Milliseconds. */
const SLICE_MS = 20_000;

/** Suspects of a slice, and their positions; all of them are looked at again together. */
const MAX_SUSPECTS = 1_000;
const MAX_SUSPECT_POSITIONS = 2_000;

/** While the bus is away every change is a suspect: from so many on, what may be on its way is late without a second look. */
const SUSPECTS_BEFORE_LATE = 200;

/**
 * Compares one piece of a warehouse: items by their ids, items whose rows changed in the WMS, and ranges of all items,
 * of which both sides are read window by window; never more than one of them is in memory, and the next is being read.
 *
 * @throws {WmsUnavailable | StoreUnavailable}
 */
export async function compareSlice(slice: Slice, ports: ComparePorts): Promise<SliceResult> {
  const { runtime } = ports;
  const begun = runtime.now();
  const tally = startTally(slice.warehouseId, ports);
  const isOver = () => runtime.now() - begun > SLICE_MS || tally.isFull();
  const result = (next?: Omit<Slice, 'runId' | 'warehouseId'>): SliceResult => {
    const { runId, warehouseId } = slice;
    const itemIds = [...(next?.itemIds ?? []), ...tally.left];
    const isDone = next === undefined && itemIds.length === 0;
    return {
      ...tally.result(),
      durationMs: runtime.now() - begun,
      ...(!isDone && { next: { runId, warehouseId, ...next, itemIds } }),
    };
  };
  const { rows, items } = slice;
  const named = chunks([...new Set(slice.itemIds)], ITEMS_AT_ONCE);
  for (const [index, itemIds] of named.entries()) {
    await tally.compareItems(itemIds);
    const left = named.slice(index + 1).flat();
    if (isOver() && left.length > 0)
      return result({ itemIds: left, ...(rows && { rows }), ...(items && { items }) });
  }
  if (rows) {
    const compared = new Set(slice.itemIds);
    for (let range = rows; ; ) {
      const { itemIds, next } = await ports.wms.changedItems(slice.warehouseId, range, ITEMS_AT_ONCE);
      await tally.compareItems(itemIds.filter((itemId) => !compared.has(itemId)));
      for (const itemId of itemIds) compared.add(itemId);
      if (next === undefined) break;
      range = { ...range, after: next };
      if (isOver()) return result({ itemIds: [], rows: range, ...(items && { items }) });
    }
  }
  if (items) {
    const { upTo } = items;
    for await (const after of sweep(slice.warehouseId, items, tally, ports)) {
      if (isOver()) return result({ itemIds: [], items: { after, ...(upTo !== undefined && { upTo }) } });
    }
  }
  return result();
}

/** Compares window after window; yields the item that was the last of each but the last one. */
async function* sweep(
  warehouseId: string,
  { after, upTo }: NonNullable<Slice['items']>,
  tally: Tally,
  ports: ComparePorts,
): AsyncIterable<string> {
  let reading = readWindow(warehouseId, after, upTo, ports);
  for (;;) {
    const window = await reading;
    const { last } = window;
    if (last !== undefined) reading = readWindow(warehouseId, last, upTo, ports);
    // Whoever stops here does not wait for the next window; its failure is nobody's then.
    reading.catch(() => {});
    await tally.compareWindow(window);
    if (last === undefined) return;
    yield last;
  }
}

type Window = {
  readonly wms: readonly WmsStock[];
  readonly cloud: readonly SweptStock[];
  /** Its last item; undefined when nothing comes after the window. */
  readonly last: string | undefined;
};

async function readWindow(
  warehouseId: string,
  after: string | undefined,
  upTo: string | undefined,
  { wms, cloud }: ComparePorts,
): Promise<Window> {
  const { stocks, more } = await wms.stocksFrom(warehouseId, { after, upTo }, WINDOW);
  const last = more ? stocks.at(-1)?.itemId : undefined;
  const found: SweptStock[] = [];
  for await (const page of cloud.inRange(warehouseId, { after, upTo: last ?? upTo })) found.push(...page);
  return { wms: stocks, cloud: found, last };
}

type Tally = ReturnType<typeof startTally>;

/** Counts what was compared and collects what did not agree. */
function startTally(warehouseId: string, ports: ComparePorts) {
  const suspects: Suspect[] = [];
  const pending = new Set<string>();
  /** Items that did not agree either, and are compared again after the suspects were settled. */
  const left: string[] = [];
  const isFull = () => suspects.length >= MAX_SUSPECTS || suspectPositions >= MAX_SUSPECT_POSITIONS;
  let compared = 0;
  let late = 0;
  let suspectPositions = 0;
  let way: Way | undefined;

  async function note(itemId: string, comparison: Comparison): Promise<void> {
    const isAgreed = agrees(comparison);
    if (!isAgreed && isFull()) {
      left.push(itemId);
      return;
    }
    compared += comparison.compared;
    if (isAgreed) return;
    way ??= await lookAtWay(ports);
    const { differences } = comparison;
    const first = way;
    if (suspects.length >= SUSPECTS_BEFORE_LATE && differences.length > 0) {
      const isLate = differences.every(
        (difference) =>
          isCloudOlder(difference) && mayBeOnTheWay(difference.wms?.changedAt ?? null, first, first),
      );
      if (isLate) {
        late += differences.length;
        pending.add(itemId);
        return;
      }
    }
    const promises = comparison.reservationsDiffer
      ? await lookAtPromises({ itemId, warehouseId }, ports)
      : undefined;
    suspects.push({ itemId, positions: differences.map(suspectPosition), ...(promises && { promises }) });
    suspectPositions += differences.length;
  }

  async function compareItems(itemIds: readonly string[]): Promise<void> {
    if (itemIds.length === 0) return;
    const stocks = await ports.wms.stocksOf(warehouseId, itemIds);
    await compareByKey(stocks);
  }

  /** Reads the cloud's side of each by its key. */
  async function compareByKey(stocks: readonly WmsStock[]): Promise<void> {
    const found = await readStocks(stocks, ports, hidesPositions);
    for (const [index, wms] of stocks.entries()) {
      const read = found[index];
      await note(wms.itemId, compareWithWms(wms, read?.stock, read?.overflow.positions));
    }
  }

  /** What no query found is read by its key: it may have come since, or rest in the overflow document. */
  async function compareWindow({ wms, cloud }: Window): Promise<void> {
    const stocks = new Map(cloud.map((stock) => [stock.itemId, stock]));
    const unclear: WmsStock[] = [];
    for (const theirs of wms) {
      const ours = stocks.get(theirs.itemId);
      stocks.delete(theirs.itemId);
      if (!ours || hidesPositions(theirs, ours)) unclear.push(theirs);
      else await note(theirs.itemId, compareWithWms(theirs, ours));
    }
    for (const ours of stocks.values()) {
      const { itemId } = ours;
      await note(itemId, compareWithWms({ itemId, warehouseId, positions: [], reserved: 0 }, ours));
    }
    for (const chunk of chunks(unclear, ITEMS_AT_ONCE)) await compareByKey(chunk);
  }

  return {
    isFull,
    left,
    compareItems,
    compareWindow,
    result: () => ({
      compared,
      late,
      suspects,
      pending: [...pending],
      way: way ?? ({ oldest: null } as const),
    }),
  };
}

function agrees({ differences, totalIsWrong, hasFindings, reservationsDiffer }: Comparison): boolean {
  return differences.length === 0 && !totalIsWrong && !hasFindings && !reservationsDiffer;
}

/** True when positions that the WMS knows are not in the stock document, and may rest in its overflow document. */
function hidesPositions(
  { positions }: Pick<WmsStock, keyof StockKey | 'positions'>,
  stock: Pick<SweptStock, 'positions' | 'overflowed'>,
): boolean {
  if ((stock.overflowed ?? 0) === 0) return false;
  const known = new Set(stock.positions.map(positionKey));
  return positions.some((position) => !known.has(positionKey(position)));
}
