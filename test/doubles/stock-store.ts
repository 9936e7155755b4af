import type { Overflow } from '../../shared/domain/overflow.ts';
import type { Stock, StockKey } from '../../shared/domain/stock.ts';
import {
  type OverflowWrite,
  type ReadOutcome,
  type StockReader,
  type StockStore,
  type StockWrite,
  StoreUnavailable,
  type WriteOutcome,
} from '../../shared/ports/stock-store.ts';
import type { StockSweep } from '../../shared/ports/stock-sweep.ts';
import {
  type DocumentWrite,
  figuresOf,
  type ItemDocuments,
  type ItemDocumentsOptions,
  itemDocuments,
} from './item-documents.ts';
import { type AskFault, failureOf, type StoreFault, throwFault } from './store-faults.ts';

/** What is asked of one document; a call about many asks for each. `query` is asked once, about no document. */
export type StockOperation = {
  readonly kind: 'read' | 'write' | 'read-overflow' | 'write-with-overflow' | 'query';
  readonly key: StockKey;
};

export type InMemoryStock = {
  readonly store: StockStore;
  readonly reader: StockReader;
  readonly sweep: StockSweep;
  /** The documents, for the doubles of the stores beside this one. */
  readonly items: ItemDocuments;
  /** Set it to bring faults. */
  fault: AskFault<StockOperation>;
  /** Called between a caller's read and write of a document: room for somebody else to come first. */
  beforeWrite: ((key: StockKey) => void) | undefined;
  /** Every operation asked so far, unless that is not wanted. */
  readonly operations: readonly StockOperation[];
  /** What is stored, frozen, for a test to look at. */
  stock(key: StockKey): Stock | undefined;
  overflow(key: StockKey): Overflow | undefined;
  /** Stores without a condition, as somebody else would. */
  put(stock: Stock, overflow?: Overflow): void;
  /** Loses everything. */
  clear(): void;
};

export type InMemoryStockOptions = ItemDocumentsOptions & {
  /** False for a run so long that all its operations are too many to keep. */
  readonly keepOperations?: boolean;
};

/** Stock kept in memory with the semantics of the Cosmos DB adapter: etags, conflicts, a largest size, faults. */
export function inMemoryStock({
  keepOperations = true,
  ...options
}: InMemoryStockOptions = {}): InMemoryStock {
  const items = itemDocuments(options);
  const operations: StockOperation[] = [];

  const ask = (kind: StockOperation['kind'], { itemId, warehouseId }: StockKey): StoreFault | undefined => {
    if (!keepOperations && !memory.fault) return undefined;
    const operation = { kind, key: { itemId, warehouseId } };
    if (keepOperations) operations.push(operation);
    return memory.fault?.(operation);
  };
  const keptStock = ({ itemId, warehouseId }: StockKey) => items.partition(itemId)?.stocks.get(warehouseId);
  const keptOverflow = ({ itemId, warehouseId }: StockKey) =>
    items.partition(itemId)?.overflows.get(warehouseId);

  const store: StockStore = {
    read: async (keys) => keys.map(readOne),
    write: async (writes) => writes.map((write) => storing('write', write, [stockWrite(write)])),
    readOverflow: async (key) => {
      throwFault(ask('read-overflow', key));
      const kept = keptOverflow(key);
      const { itemId, warehouseId } = key;
      return kept
        ? { overflow: kept.value, etag: kept.etag }
        : { overflow: { itemId, warehouseId, positions: [] }, etag: null };
    },
    writeWithOverflow: async (write, { overflow, etag }: OverflowWrite) =>
      storing('write-with-overflow', write, [stockWrite(write), { kind: 'overflow', value: overflow, etag }]),
  };

  function readOne(key: StockKey): ReadOutcome {
    const fault = ask('read', key);
    if (fault) return failureOf(fault);
    const kept = keptStock(key);
    return kept ? { status: 'found', stock: kept.value, etag: kept.etag } : { status: 'missing' };
  }

  function storing(
    kind: StockOperation['kind'],
    { stock }: StockWrite,
    documents: readonly DocumentWrite[],
  ): WriteOutcome {
    const fault = ask(kind, stock);
    if (fault && fault !== 'answer-lost') return fault;
    memory.beforeWrite?.({ itemId: stock.itemId, warehouseId: stock.warehouseId });
    const outcome = items.write(stock.itemId, documents);
    if (fault) return failureOf(fault);
    return { status: outcome === 'stored' || outcome === 'too-large' ? outcome : 'conflict' };
  }

  const askToQuery = () => throwFault(ask('query', NO_DOCUMENT));
  const allStocks = () =>
    Iterator.from(items.partitions()).flatMap(({ stocks }) => stocks.values().map(({ value }) => value));
  const reader: StockReader = {
    readItem: async (itemId) => {
      askToQuery();
      return [...(items.partition(itemId)?.stocks.values() ?? [])].map(figuresOf);
    },
    readPairs: async (keys) =>
      keys.map(readOne).map((outcome) => {
        if (outcome.status === 'found') return outcome.stock;
        if (outcome.status === 'missing') return undefined;
        throw new StoreUnavailable(outcome.detail, outcome.retryAfterMs);
      }),
    readOpenFindings: async (limit) => {
      askToQuery();
      return allStocks()
        .filter(({ openFindings }) => openFindings > 0)
        .take(limit)
        .map(({ itemId, warehouseId, positions, findings }) => ({
          itemId,
          warehouseId,
          findings,
          positions: positions.filter(({ missing }) => missing !== undefined),
        }))
        .toArray();
    },
  };
  const sweep: StockSweep = {
    async *keys() {
      askToQuery();
      yield allStocks()
        .map(({ itemId, warehouseId }) => ({ itemId, warehouseId }))
        .toArray();
    },
  };
  const memory: InMemoryStock = {
    store,
    reader,
    sweep,
    items,
    fault: undefined,
    beforeWrite: undefined,
    operations,
    stock: (key) => keptStock(key)?.value,
    overflow: (key) => keptOverflow(key)?.value,
    put: (stock, overflow) => {
      items.write(stock.itemId, [{ kind: 'stock', value: stock }]);
      if (overflow) items.write(overflow.itemId, [{ kind: 'overflow', value: overflow }]);
    },
    clear: items.clear,
  };
  return memory;
}

const NO_DOCUMENT: StockKey = { itemId: '', warehouseId: '' };

function stockWrite({ stock, etag }: StockWrite): DocumentWrite {
  return { kind: 'stock', value: stock, etag };
}
