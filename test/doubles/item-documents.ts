import { SETTLED_TTL_SECONDS } from '../../shared/cosmos/retention.ts';
import type { AtpThresholds } from '../../shared/domain/atp-thresholds.ts';
import {
  backorderRank,
  isSettled,
  type LineKey,
  leastUseful,
  lineKey,
  type OrderLine,
} from '../../shared/domain/order-line.ts';
import type { Overflow } from '../../shared/domain/overflow.ts';
import type { Stock, StockFigures } from '../../shared/domain/stock.ts';
import { changeLog, type Written } from './change-log.ts';
import { isLongerThan, sealed } from './sealed.ts';

/** A document as it stands; `place` is where its last write is in the order of all writes. What it holds is frozen. */
export type Kept<T> = Written & {
  readonly itemId: string;
  readonly value: T;
  readonly etag: string;
  /** Warehouses whose stock or promises of the item it speaks of. */
  readonly warehouseIds: readonly string[];
};

export type KeptStock = Kept<Stock> & { figures?: StockFigures };

/** A line, with when it was written (milliseconds UTC) and what the indexes say of it while it waits. */
export type KeptLine = Kept<OrderLine> & {
  readonly writtenAt: number;
  readonly rank?: string;
  readonly leastUseful?: number;
};

/** The documents of one item; only this file changes them. */
export type ItemPartition = {
  readonly itemId: string;
  /** By warehouse. */
  readonly stocks: Map<string, KeptStock>;
  readonly overflows: Map<string, Kept<Overflow>>;
  /** By `lineKey`. */
  readonly lines: Map<string, KeptLine>;
  /** Lines that have not come to rest. */
  readonly unsettled: Map<string, KeptLine>;
  /** Lines that wait; `byRank` is absent until somebody asks. */
  readonly waiting: Map<string, KeptLine>;
  byRank: KeptLine[] | undefined;
  watch: Kept<boolean> | undefined;
  thresholds: Kept<AtpThresholds> | undefined;
};

/** A document to write: over the state that an etag names, as a new one (null), or whatever there is (absent). */
export type DocumentWrite =
  | { readonly kind: 'stock'; readonly value: Stock; readonly etag?: string | null }
  | { readonly kind: 'overflow'; readonly value: Overflow; readonly etag?: string | null }
  | { readonly kind: 'line'; readonly value: OrderLine; readonly etag?: string | null }
  | { readonly kind: 'watch'; readonly value: boolean; readonly etag?: string | null }
  | { readonly kind: 'thresholds'; readonly value: AtpThresholds; readonly etag?: string | null };

/** Changes members of a stock that nobody has to have read. */
export type StockPatch = {
  readonly kind: 'patch';
  readonly warehouseId: string;
  readonly change: (stock: Stock) => Partial<Stock>;
  /** Only when this holds of the stock as it stands. */
  readonly condition?: ((stock: Stock) => boolean) | undefined;
  /** Only over this state. */
  readonly etag?: string;
};

export type BatchOutcome = 'stored' | 'conflict' | 'missing' | 'too-large' | 'bad-request';

/** The container `stock` in memory, as the doubles of all stores over it share it. */
export type ItemDocuments = {
  /** Undefined when the item has no documents. */
  partition(itemId: string): ItemPartition | undefined;
  /** In the order in which the items became known. */
  partitions(): Iterable<ItemPartition>;
  line(key: LineKey): KeptLine | undefined;
  /** Items with lines that wait. */
  withWaiting(): Iterable<ItemPartition>;
  /** Items with lines that have not come to rest. */
  withUnsettled(): Iterable<ItemPartition>;
  /** Items that have stock in a warehouse, as ASCII sorts them. */
  itemsOf(warehouseId: string): readonly string[];
  /** The place of the newest write. */
  lastPlace(): number;
  /** Documents written since a place, oldest first, each once. */
  changesSince(place: number, limit: number): readonly Kept<unknown>[];
  /** Does all of it or, if one cannot be done, nothing; the answer is that of the first which cannot. */
  write(itemId: string, operations: readonly (DocumentWrite | StockPatch)[]): BatchOutcome;
  /** Takes a stock away, as somebody does who deletes its document by hand. The feed of changes does not tell. */
  removeStock(itemId: string, warehouseId: string): void;
  /** The same of a line. */
  removeLine(key: LineKey): void;
  /** Loses everything. */
  clear(): void;
};

export type ItemDocumentsOptions = {
  /** The largest document that is taken. Bytes. */
  readonly maxBytes?: number;
  /** Milliseconds UTC, for when lines are written, and leave once they are settled; without it time stands still. */
  readonly now?: () => number;
  /** How whoever reads sees a partition; as it stands unless told otherwise. */
  readonly view?: PartitionView;
};

/** What a reader sees of a partition may be behind; what is written is judged by how it stands. */
export type PartitionView = {
  seen(partition: ItemPartition): ItemPartition;
  /** Called with the partition as it stands before each write that is tried. */
  beforeWrite(partition: ItemPartition): void;
};

/** A transactional batch of Cosmos DB takes no more operations, and not none (400). */
const MAX_OPERATIONS = 100;

/** Where one document lies. */
type Slot<K> = { readonly held: K | undefined; readonly set: (kept: K | undefined) => void };

export function itemDocuments({
  maxBytes = 2 * 1024 * 1024,
  now = () => 0,
  view,
}: ItemDocumentsOptions = {}): ItemDocuments {
  const partitions = new Map<string, ItemPartition>();
  const withUnsettled = new Set<ItemPartition>();
  const withWaiting = new Set<ItemPartition>();
  const warehouses = new Map<
    string,
    { readonly itemIds: Set<string>; sorted: readonly string[] | undefined }
  >();
  const log = changeLog<Kept<unknown>>();
  const leaving = leavingLines(now, removeLine);

  function partitionFor(itemId: string): ItemPartition {
    const known = partitions.get(itemId);
    if (known) return known;
    const partition = emptyPartition(itemId);
    partitions.set(itemId, partition);
    return partition;
  }

  function seen(itemId: string): ItemPartition | undefined {
    const partition = partitions.get(itemId);
    return partition && view ? view.seen(partition) : partition;
  }

  function setStock(partition: ItemPartition, warehouseId: string, kept: KeptStock | undefined): void {
    const isKnown = partition.stocks.has(warehouseId);
    put(partition.stocks, warehouseId, kept);
    if (isKnown === (kept !== undefined)) return;
    const warehouse = warehouses.get(warehouseId) ?? { itemIds: new Set(), sorted: undefined };
    warehouses.set(warehouseId, warehouse);
    warehouse.sorted = undefined;
    if (kept) warehouse.itemIds.add(partition.itemId);
    else warehouse.itemIds.delete(partition.itemId);
  }

  function setLine(partition: ItemPartition, id: string, kept: KeptLine | undefined): void {
    const { lines, unsettled, waiting } = partition;
    put(lines, id, kept);
    put(unsettled, id, kept?.value.unsettledSince === undefined ? undefined : kept);
    const waited = waiting.get(id);
    const waits = kept?.rank === undefined ? undefined : kept;
    if (waits || waited) {
      put(waiting, id, waits);
      if (partition.byRank) exchange(partition.byRank, waited, waits);
    }
    mark(withUnsettled, partition, unsettled.size > 0);
    mark(withWaiting, partition, waiting.size > 0);
    if (kept && isSettled(kept.value)) leaving.add(kept);
  }

  function removeLine(line: KeptLine): void {
    line.superseded = true;
    const partition = partitions.get(line.itemId);
    if (partition) setLine(partition, lineKey(line.value), undefined);
  }

  /** Puts what is written where the etag says, and notes how to take it back. */
  function store<K extends Kept<unknown>>(
    { held, set }: Slot<K>,
    etag: string | null | undefined,
    written: () => K,
    undo: (() => void)[],
  ): BatchOutcome {
    if (typeof etag === 'string' && !held) return 'missing';
    if (etag !== undefined && (held?.etag ?? null) !== etag) return 'conflict';
    const kept = written();
    if (held) held.superseded = true;
    log.add(kept);
    set(kept);
    undo.push(() => {
      kept.superseded = true;
      if (held) held.superseded = false;
      set(held);
    });
    return 'stored';
  }

  function keptOf<T>(itemId: string, value: T, warehouseIds: readonly string[] = []): Kept<T> {
    const place = log.nextPlace();
    return { itemId, value: sealed(value), warehouseIds, place, etag: `"${place}"`, superseded: false };
  }

  function storeStock(
    partition: ItemPartition,
    warehouseId: string,
    stock: Stock,
    etag: string | null | undefined,
    undo: (() => void)[],
  ): BatchOutcome {
    const slot: Slot<KeptStock> = {
      held: partition.stocks.get(warehouseId),
      set: (kept) => setStock(partition, warehouseId, kept),
    };
    return store(slot, etag, () => keptOf(partition.itemId, stock, [warehouseId]), undo);
  }

  function storeDocument(partition: ItemPartition, write: DocumentWrite, undo: (() => void)[]): BatchOutcome {
    const { itemId } = partition;
    switch (write.kind) {
      case 'stock':
        return storeStock(partition, write.value.warehouseId, write.value, write.etag, undo);
      case 'overflow': {
        const { warehouseId } = write.value;
        const slot: Slot<Kept<Overflow>> = {
          held: partition.overflows.get(warehouseId),
          set: (kept) => put(partition.overflows, warehouseId, kept),
        };
        return store(slot, write.etag, () => keptOf(itemId, write.value, [warehouseId]), undo);
      }
      case 'line': {
        const id = lineKey(write.value);
        const slot: Slot<KeptLine> = {
          held: partition.lines.get(id),
          set: (kept) => setLine(partition, id, kept),
        };
        return store(slot, write.etag, () => keptLine(write.value), undo);
      }
      case 'watch': {
        const set = (kept: Kept<boolean> | undefined) => {
          partition.watch = kept;
        };
        return store({ held: partition.watch, set }, write.etag, () => keptOf(itemId, write.value), undo);
      }
      case 'thresholds': {
        const set = (kept: Kept<AtpThresholds> | undefined) => {
          partition.thresholds = kept;
        };
        return store(
          { held: partition.thresholds, set },
          write.etag,
          () => keptOf(itemId, write.value),
          undo,
        );
      }
    }
  }

  function keptLine(line: OrderLine): KeptLine {
    const rank = backorderRank(line);
    const warehouseIds =
      line.kind === 'order-line' ? line.allocations.map(({ warehouseId }) => warehouseId) : [];
    const kept = { ...keptOf(line.itemId, line, warehouseIds), writtenAt: now() };
    return rank === undefined ? kept : { ...kept, rank, leastUseful: leastUseful(line) };
  }

  function patch(
    partition: ItemPartition,
    { warehouseId, change, condition, etag }: StockPatch,
    undo: (() => void)[],
  ): BatchOutcome {
    const held = partition.stocks.get(warehouseId)?.value;
    if (!held) return 'missing';
    if (condition && !condition(held)) return 'conflict';
    return storeStock(partition, warehouseId, { ...held, ...change(held) }, etag, undo);
  }

  function write(itemId: string, operations: readonly (DocumentWrite | StockPatch)[]): BatchOutcome {
    leaving.goUpToNow();
    if (operations.length === 0 || operations.length > MAX_OPERATIONS) return 'bad-request';
    for (const operation of operations)
      if (isDocument(operation) && isLongerThan(maxBytes, operation.value)) return 'too-large';
    log.compact();
    const partition = partitionFor(itemId);
    view?.beforeWrite(partition);
    const undo: (() => void)[] = [];
    for (const operation of operations) {
      const outcome =
        operation.kind === 'patch'
          ? patch(partition, operation, undo)
          : storeDocument(partition, operation, undo);
      if (outcome === 'stored') continue;
      for (const step of undo.reverse()) step();
      return outcome;
    }
    return 'stored';
  }

  return {
    partition: (itemId) => {
      leaving.goUpToNow();
      return seen(itemId);
    },
    partitions: () => {
      leaving.goUpToNow();
      return partitions.values();
    },
    line: (key) => {
      leaving.goUpToNow();
      return seen(key.itemId)?.lines.get(lineKey(key));
    },
    withWaiting: () => {
      leaving.goUpToNow();
      return withWaiting;
    },
    withUnsettled: () => {
      leaving.goUpToNow();
      return withUnsettled;
    },
    itemsOf: (warehouseId) => {
      const warehouse = warehouses.get(warehouseId);
      if (!warehouse) return [];
      warehouse.sorted ??= [...warehouse.itemIds].sort();
      return warehouse.sorted;
    },
    lastPlace: () => log.lastPlace,
    changesSince: (place, limit) => {
      leaving.goUpToNow();
      return log.since(place, limit);
    },
    write,
    removeStock: (itemId, warehouseId) => {
      const partition = partitions.get(itemId);
      const kept = partition?.stocks.get(warehouseId);
      if (!partition || !kept) return;
      kept.superseded = true;
      setStock(partition, warehouseId, undefined);
    },
    removeLine: (key) => {
      const kept = partitions.get(key.itemId)?.lines.get(lineKey(key));
      if (kept) removeLine(kept);
    },
    clear: () => {
      partitions.clear();
      withUnsettled.clear();
      withWaiting.clear();
      warehouses.clear();
      log.clear();
      leaving.clear();
    },
  };
}

/** The lines of an item that wait after a rank, by rank. */
export function waitingAfter(partition: ItemPartition, rank: string): readonly KeptLine[] {
  partition.byRank ??= [...partition.waiting.values()].sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
  const { byRank } = partition;
  const first = firstFrom(byRank, rank);
  const next = byRank[first];
  return byRank.slice(next && rankOf(next) === rank ? first + 1 : first);
}

/** Takes a line out of those sorted by rank, and puts one in. */
function exchange(byRank: KeptLine[], out: KeptLine | undefined, into: KeptLine | undefined): void {
  if (out) {
    const at = byRank.indexOf(out, firstFrom(byRank, rankOf(out)));
    if (at >= 0) byRank.splice(at, 1);
  }
  if (into) byRank.splice(firstFrom(byRank, rankOf(into)), 0, into);
}

/** Where the first line of that rank or a later one stands. */
function firstFrom(byRank: readonly KeptLine[], rank: string): number {
  let low = 0;
  let high = byRank.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const line = byRank[middle];
    if (line && rankOf(line) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rankOf({ rank = '' }: KeptLine): string {
  return rank;
}

/** A stock without its positions, findings and times. */
export function figuresOf(kept: KeptStock): StockFigures {
  if (!kept.figures) {
    const { positions: _p, overflowed: _o, openFindings: _n, findings: _f, ...others } = kept.value;
    const { projectedTimes: _t, ...figures } = others;
    kept.figures = sealed(figures);
  }
  return kept.figures;
}

/** Settled lines, which leave a set time after they were written last; all stay for as long, so the first to come is the first to go. */
function leavingLines(now: () => number, remove: (line: KeptLine) => void) {
  let queue: KeptLine[] = [];
  let gone = 0;
  return {
    add: (line: KeptLine) => {
      queue.push(line);
    },
    goUpToNow: () => {
      const writtenBy = now() - SETTLED_TTL_SECONDS * 1000;
      for (let next = queue[gone]; next && next.writtenAt <= writtenBy; next = queue[gone]) {
        gone += 1;
        if (!next.superseded) remove(next);
      }
      if (gone < 1024) return;
      queue = queue.slice(gone);
      gone = 0;
    },
    clear: () => {
      queue = [];
      gone = 0;
    },
  };
}

function emptyPartition(itemId: string): ItemPartition {
  return {
    itemId,
    stocks: new Map(),
    overflows: new Map(),
    lines: new Map(),
    unsettled: new Map(),
    waiting: new Map(),
    byRank: undefined,
    watch: undefined,
    thresholds: undefined,
  };
}

type Large = Extract<DocumentWrite, { readonly value: object }>;

function isDocument(operation: DocumentWrite | StockPatch): operation is Large {
  return 'value' in operation && typeof operation.value === 'object';
}

function put<T>(map: Map<string, T>, id: string, value: T | undefined): void {
  if (value === undefined) map.delete(id);
  else map.set(id, value);
}

function mark<T>(set: Set<T>, member: T, isMember: boolean): void {
  if (isMember) set.add(member);
  else set.delete(member);
}
