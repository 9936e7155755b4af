import { chunks } from '../domain/chunks.ts';
import { compareWithWms } from '../domain/compare-with-wms.ts';
import { positionKey } from '../domain/position.ts';
import type { StockKey } from '../domain/stock.ts';
import type { WmsStock } from '../domain/wms-stock.ts';
import type { SweptStock } from '../ports/cloud-stock.ts';
import type { RowVersionRange } from '../ports/wms-sql.ts';
import { readStocks } from './read-stocks.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';
import type { Slice, SliceResult } from './slice.ts';
import { startTally, type Tally, type TallyPorts } from './slice-tally.ts';

type ComparePorts = TallyPorts & Pick<ReconciliationPorts, 'cloud' | 'stock' | 'runtime'>;

/** Positions of a window, and items compared at once by their ids. */
const WINDOW = 2_000;
const ITEMS_AT_ONCE = 500;

/** A slice ends then, so that its activity ends well within its time (`functionTimeout` in `host.json`). Milliseconds. */
const SLICE_MS = 20_000;

/**
 * Compares one piece of a warehouse: items by their ids, items whose rows changed in the WMS, and ranges of all items,
 * of which both sides are read window by window; never more than one of them is in memory, and the next is being read.
 *
 * @throws {WmsUnavailable | StoreUnavailable}
 */
export async function compareSlice(slice: Slice, ports: ComparePorts): Promise<SliceResult> {
  const { runtime } = ports;
  const { runId, warehouseId, restored } = slice;
  const begun = runtime.now();
  const tally = startTally(slice, ports);
  let rest: Rest | undefined;
  for await (const left of compareByParts(slice, tally, ports)) {
    if (runtime.now() - begun <= SLICE_MS && !tally.isFull()) continue;
    rest = left;
    break;
  }
  const itemIds = [...(rest?.itemIds ?? []), ...tally.left];
  const isDone = rest === undefined && itemIds.length === 0;
  return {
    ...tally.result(),
    durationMs: runtime.now() - begun,
    ...(!isDone && { next: { runId, warehouseId, ...rest, ...(restored && { restored }), itemIds } }),
  };
}

/** What is left of a slice. */
type Rest = Omit<Slice, 'runId' | 'warehouseId'>;

/** Yields what is left after each part but the last of its kind. */
async function* compareByParts(slice: Slice, tally: Tally, ports: ComparePorts): AsyncIterable<Rest> {
  const { runId: _runId, warehouseId, itemIds, ...others } = slice;
  for await (const left of compareNamed(warehouseId, itemIds, tally, ports))
    yield { ...others, itemIds: left };
  const { rows, ...last } = others;
  if (rows) {
    for await (const left of compareChanged(warehouseId, rows, itemIds, tally, ports))
      yield { ...last, itemIds: [], rows: left };
  }
  const { items } = last;
  if (items) {
    for await (const after of sweep(warehouseId, items, tally, ports))
      yield { itemIds: [], items: { ...items, after } };
  }
}

/** Yields the items that are left. */
async function* compareNamed(
  warehouseId: string,
  itemIds: readonly string[],
  tally: Tally,
  ports: ComparePorts,
): AsyncIterable<string[]> {
  const named = chunks([...new Set(itemIds)], ITEMS_AT_ONCE);
  for (const [index, chunk] of named.entries()) {
    await compareItems(warehouseId, chunk, tally, ports);
    if (index + 1 < named.length) yield named.slice(index + 1).flat();
  }
}

/** Yields the row versions that are left. */
async function* compareChanged(
  warehouseId: string,
  rows: RowVersionRange,
  named: readonly string[],
  tally: Tally,
  ports: ComparePorts,
): AsyncIterable<RowVersionRange> {
  const compared = new Set(named);
  for (let range = rows; ; ) {
    const { itemIds, next } = await ports.wms.changedItems(warehouseId, range, ITEMS_AT_ONCE);
    const fresh = itemIds.filter((itemId) => !compared.has(itemId));
    await compareItems(warehouseId, fresh, tally, ports);
    for (const itemId of fresh) compared.add(itemId);
    if (next === undefined) return;
    range = { ...range, after: next };
    yield range;
  }
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
    await compareWindow(warehouseId, window, tally, ports);
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

async function compareItems(
  warehouseId: string,
  itemIds: readonly string[],
  tally: Tally,
  ports: ComparePorts,
): Promise<void> {
  if (itemIds.length > 0) await compareByKey(await ports.wms.stocksOf(warehouseId, itemIds), tally, ports);
}

/** Reads the cloud's side of each by its key. */
async function compareByKey(stocks: readonly WmsStock[], tally: Tally, ports: ComparePorts): Promise<void> {
  const found = await readStocks(stocks, ports, hidesPositions);
  for (const [index, wms] of stocks.entries()) {
    const read = found[index];
    await tally.note(wms.itemId, compareWithWms(wms, read?.stock, read?.overflow.positions));
  }
}

/** What no query found is read by its key: it may have come since, or rest in the overflow document. */
async function compareWindow(
  warehouseId: string,
  { wms, cloud }: Window,
  tally: Tally,
  ports: ComparePorts,
): Promise<void> {
  const stocks = new Map(cloud.map((stock) => [stock.itemId, stock]));
  const unclear: WmsStock[] = [];
  for (const theirs of wms) {
    const ours = stocks.get(theirs.itemId);
    stocks.delete(theirs.itemId);
    if (!ours || hidesPositions(theirs, ours)) unclear.push(theirs);
    else await tally.note(theirs.itemId, compareWithWms(theirs, ours));
  }
  for (const ours of stocks.values()) {
    const { itemId } = ours;
    await tally.note(itemId, compareWithWms({ itemId, warehouseId, positions: [], reserved: 0 }, ours));
  }
  for (const chunk of chunks(unclear, ITEMS_AT_ONCE)) await compareByKey(chunk, tally, ports);
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
