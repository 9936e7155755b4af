import { availableToPromise } from '../../shared/domain/atp.ts';
import type { Stock } from '../../shared/domain/stock.ts';
import type {
  AllocationStore,
  CommitOutcome,
  FreeStock,
  ItemChange,
  StoredLine,
  TotalsChange,
} from '../../shared/ports/allocation-store.ts';
import {
  type DocumentWrite,
  figuresOf,
  type ItemDocuments,
  type KeptLine,
  type StockPatch,
  waitingAfter,
} from './item-documents.ts';
import { type AskFault, failureOf, throwFault } from './store-faults.ts';

/** A call, and the items that it is about. */
export type AllocationOperation = {
  readonly kind: keyof AllocationStore;
  readonly itemIds: readonly string[];
};

export type InMemoryAllocation = {
  readonly store: AllocationStore;
  /** Set it to bring faults. */
  fault: AskFault<AllocationOperation>;
  /** Called before a change is judged and stored: room for somebody else to come first. */
  beforeCommit: ((change: ItemChange) => void) | undefined;
};

/** Lines, totals and the watch in memory, beside the stock of the same documents, with the semantics of the Cosmos DB adapter. */
export function inMemoryAllocation(items: ItemDocuments): InMemoryAllocation {
  const ask = (kind: AllocationOperation['kind'], itemId: string) =>
    memory.fault?.({ kind, itemIds: [itemId] });
  const store: AllocationStore = {
    readItem: async (itemId) => {
      throwFault(ask('readItem', itemId));
      const { stocks, watch } = items.partition(itemId) ?? NOTHING;
      return {
        itemId,
        stocks: [...stocks.values()].map(figuresOf),
        watch: { on: watch?.value ?? false, etag: watch?.etag ?? null },
      };
    },
    readWaiting: async (itemId, limit, after = '', free) => {
      throwFault(ask('readWaiting', itemId));
      const found: StoredLine[] = [];
      const partition = items.partition(itemId);
      for (const line of partition ? waitingAfter(partition, after) : []) {
        if (found.length >= limit) break;
        if (!free || couldUse(line, free)) found.push(storedLine(line));
      }
      return found;
    },
    readUnsettled: async (itemId, before, limit) => {
      throwFault(ask('readUnsettled', itemId));
      return [...(items.partition(itemId)?.unsettled.values() ?? [])]
        .map(({ value }) => value)
        .filter(({ unsettledSince = '' }) => unsettledSince < before)
        .slice(0, limit);
    },
    readLinesOfItem: async (itemId) => {
      throwFault(ask('readLinesOfItem', itemId));
      return [...(items.partition(itemId)?.lines.values() ?? [])].map(({ value }) => value);
    },
    readLines: async (keys) => {
      throwFault(memory.fault?.({ kind: 'readLines', itemIds: keys.map(({ itemId }) => itemId) }));
      return keys.map((key) => {
        const kept = items.line(key);
        return kept && storedLine(kept);
      });
    },
    commit: async (change) => {
      const fault = ask('commit', change.itemId);
      if (fault && fault !== 'answer-lost') return fault;
      memory.beforeCommit?.(change);
      const outcome = commit(items, change);
      return fault ? failureOf(fault) : outcome;
    },
  };
  const memory: InMemoryAllocation = { store, fault: undefined, beforeCommit: undefined };
  return memory;
}

const NOTHING = { stocks: new Map<string, never>(), watch: undefined };

function storedLine({ value, etag }: KeptLine): StoredLine {
  return { line: value, etag };
}

/** Some warehouse has enough for it, and it accepts one that has any. */
function couldUse({ value, leastUseful = 0 }: KeptLine, { pieces, warehouseIds }: FreeStock): boolean {
  const { allowedWarehouses } = value.terms;
  return (
    leastUseful <= pieces &&
    (allowedWarehouses === undefined || allowedWarehouses.some((id) => warehouseIds.includes(id)))
  );
}

function commit(items: ItemDocuments, change: ItemChange): CommitOutcome {
  const outcome = items.write(change.itemId, operationsOf(change));
  switch (outcome) {
    case 'stored':
      return { status: 'stored' };
    case 'conflict':
    case 'missing':
      return { status: 'conflict' };
    case 'too-large':
      return { status: 'unavailable', detail: 'Cosmos DB answered 413' };
    case 'bad-request':
      return { status: 'unavailable', detail: 'Cosmos DB answered 400' };
  }
}

function operationsOf({ lines, totals, watch }: ItemChange): (DocumentWrite | StockPatch)[] {
  const watched = new Set(watch?.warehouseIds);
  const changed = new Set(totals.map(({ warehouseId }) => warehouseId));
  const untouched = [...watched].filter((warehouseId) => !changed.has(warehouseId));
  return [
    ...totals.map((total) => totalsPatch(total, watched.has(total.warehouseId) ? watch?.on : undefined)),
    ...untouched.map((warehouseId) => totalsPatch({ warehouseId, ...NO_PIECES }, watch?.on)),
    ...(watch ? [{ kind: 'watch', value: watch.on, etag: watch.etag } as const] : []),
    ...lines.map(({ line, etag }) => ({ kind: 'line', value: line, etag }) as const),
  ];
}

const NO_PIECES = { tentative: 0, confirmed: 0, picked: 0 };

function totalsPatch(
  { warehouseId, leastAtp, tentative, confirmed, picked }: TotalsChange,
  watched: boolean | undefined,
): StockPatch {
  return {
    kind: 'patch',
    warehouseId,
    change: (stock: Stock) => ({
      tentative: stock.tentative + tentative,
      confirmed: stock.confirmed + confirmed,
      picked: stock.picked + picked,
      version: stock.version + 1,
      ...(watched !== undefined && { watched }),
    }),
    condition:
      leastAtp === undefined ? undefined : (stock) => availableToPromise(stock) >= Math.trunc(leastAtp),
  };
}
