import type { Overflow } from '../../shared/domain/overflow.ts';
import type { Stock, StockKey } from '../../shared/domain/stock.ts';
import {
  type OverflowWrite,
  type ReadOutcome,
  type StockReader,
  type StockStore,
  type StockWrite,
  type StoreFailure,
  StoreUnavailable,
  type WriteOutcome,
} from '../../shared/ports/stock-store.ts';
import type { StockSweep } from '../../shared/ports/stock-sweep.ts';

/** What is asked of one document; a call about many asks for each. `query` is asked once, about no document. */
export type StockOperation = {
  readonly kind: 'read' | 'write' | 'read-overflow' | 'write-with-overflow' | 'query';
  readonly key: StockKey;
};

/** A fault: the store refuses, or it does what was asked and the answer is lost (only a write has such). */
export type StockFault = StoreFailure | 'answer-lost';

/** A document as it stands; `place` is where its last write is in the order of all writes. */
export type StoredDocument = {
  readonly kind: 'stock' | 'overflow';
  readonly place: number;
  readonly value: () => StockKey;
};

export type InMemoryStock = {
  readonly store: StockStore;
  readonly reader: StockReader;
  readonly sweep: StockSweep;
  /** Asked before every operation; undefined lets it pass. Set it to bring faults. */
  fault: ((operation: StockOperation) => StockFault | undefined) | undefined;
  /** Called between a caller's read and write of a document: room for somebody else to come first. */
  beforeWrite: ((key: StockKey) => void) | undefined;
  /** Every operation asked so far. */
  readonly operations: readonly StockOperation[];
  /** A copy of what is stored, for a test to look at. */
  stock(key: StockKey): Stock | undefined;
  overflow(key: StockKey): Overflow | undefined;
  /** Everything that is stored, asked as one query. @throws {StoreUnavailable} */
  documents(): readonly StoredDocument[];
  /** The next place in the order of writes, for a document that is stored beside these. */
  nextPlace(): number;
  /** Stores without a condition, as somebody else would. */
  put(stock: Stock, overflow?: Overflow): void;
  /** Loses everything. */
  clear(): void;
};

type Stored<T> = {
  readonly json: string;
  readonly etag: string;
  readonly place: number;
  readonly value: () => T;
};

/** Stock kept in memory with the semantics of the Cosmos DB adapter: etags, conflicts, a largest size, faults. */
export function inMemoryStock({ maxBytes = 2 * 1024 * 1024 } = {}): InMemoryStock {
  const stocks = new Map<string, Stored<Stock>>();
  const overflows = new Map<string, Stored<Overflow>>();
  const operations: StockOperation[] = [];
  let places = 0;

  const seal = <T>(value: T): Stored<T> => {
    const json = JSON.stringify(value);
    places += 1;
    return { json, etag: `"${places}"`, place: places, value: () => JSON.parse(json) as T };
  };
  const ask = (kind: StockOperation['kind'], { itemId, warehouseId }: StockKey): StockFault | undefined => {
    const operation = { kind, key: { itemId, warehouseId } };
    operations.push(operation);
    return memory.fault?.(operation);
  };
  const askToRead = (kind: StockOperation['kind'], key: StockKey): StoreFailure | undefined => {
    const fault = ask(kind, key);
    return fault === 'answer-lost' ? LOST : fault;
  };
  const store: StockStore = {
    read: async (keys) => keys.map(readOne),
    write: async (writes) =>
      writes.map((write) =>
        storing('write', write, () => {
          const refusal = refuse(stocks, write.stock, write.etag, maxBytes);
          if (!refusal) stocks.set(nameOf(write.stock), seal(write.stock));
          return refusal;
        }),
      ),
    readOverflow: async (key) => {
      const failure = askToRead('read-overflow', key);
      if (failure) throw new StoreUnavailable(failure.detail, failure.retryAfterMs);
      const stored = overflows.get(nameOf(key));
      const { itemId, warehouseId } = key;
      return stored
        ? { overflow: stored.value(), etag: stored.etag }
        : { overflow: { itemId, warehouseId, positions: [] }, etag: null };
    },
    writeWithOverflow: async (write, resting) =>
      storing('write-with-overflow', write, () => writeBoth(write, resting)),
  };

  function readOne(key: StockKey): ReadOutcome {
    const failure = askToRead('read', key);
    if (failure) return failure;
    const stored = stocks.get(nameOf(key));
    return stored ? { status: 'found', stock: stored.value(), etag: stored.etag } : { status: 'missing' };
  }

  function storing(
    kind: StockOperation['kind'],
    { stock }: StockWrite,
    write: () => WriteOutcome | undefined,
  ): WriteOutcome {
    const fault = ask(kind, stock);
    if (fault && fault !== 'answer-lost') return fault;
    memory.beforeWrite?.({ itemId: stock.itemId, warehouseId: stock.warehouseId });
    const refusal = write();
    return fault === 'answer-lost' ? LOST : (refusal ?? { status: 'stored' });
  }

  function writeBoth({ stock, etag }: StockWrite, resting: OverflowWrite): WriteOutcome | undefined {
    const refusal =
      refuse(stocks, stock, etag, maxBytes) ?? refuse(overflows, resting.overflow, resting.etag, maxBytes);
    if (refusal) return refusal;
    stocks.set(nameOf(stock), seal(stock));
    overflows.set(nameOf(stock), seal(resting.overflow));
    return undefined;
  }

  const askToQuery = () => {
    const failure = askToRead('query', { itemId: '', warehouseId: '' });
    if (failure) throw new StoreUnavailable(failure.detail, failure.retryAfterMs);
  };
  const query = (): Stock[] => {
    askToQuery();
    return [...stocks.values()].map((stored) => stored.value());
  };
  const reader: StockReader = {
    readItem: async (itemId) =>
      query()
        .filter((stock) => stock.itemId === itemId)
        .map(({ positions: _p, overflowed: _o, openFindings: _n, findings: _f, ...totals }) => totals),
    readPairs: async (keys) =>
      keys.map(readOne).map((outcome) => {
        if (outcome.status === 'found') return outcome.stock;
        if (outcome.status === 'missing') return undefined;
        throw new StoreUnavailable(outcome.detail, outcome.retryAfterMs);
      }),
    readOpenFindings: async (limit) =>
      query()
        .filter(({ openFindings }) => openFindings > 0)
        .slice(0, limit)
        .map(({ itemId, warehouseId, positions, findings }) => ({
          itemId,
          warehouseId,
          findings,
          positions: positions.filter(({ missing }) => missing !== undefined),
        })),
  };
  const sweep: StockSweep = {
    async *keys() {
      yield query().map(({ itemId, warehouseId }) => ({ itemId, warehouseId }));
    },
  };
  const memory: InMemoryStock = {
    store,
    reader,
    sweep,
    fault: undefined,
    beforeWrite: undefined,
    operations,
    stock: (key) => stocks.get(nameOf(key))?.value(),
    overflow: (key) => overflows.get(nameOf(key))?.value(),
    documents: () => {
      askToQuery();
      const all = (kind: StoredDocument['kind'], stored: ReadonlyMap<string, Stored<StockKey>>) =>
        [...stored.values()].map(({ place, value }) => ({ kind, place, value }));
      return [...all('stock', stocks), ...all('overflow', overflows)];
    },
    nextPlace: () => {
      places += 1;
      return places;
    },
    put: (stock, overflow) => {
      stocks.set(nameOf(stock), seal(stock));
      if (overflow) overflows.set(nameOf(overflow), seal(overflow));
    },
    clear: () => {
      stocks.clear();
      overflows.clear();
    },
  };
  return memory;
}

const LOST: StoreFailure = { status: 'unavailable', detail: 'the answer was lost on its way' };

/** Why a conditional write may not be done; undefined when it may. */
function refuse<T extends StockKey>(
  stored: ReadonlyMap<string, Stored<T>>,
  value: T,
  etag: string | null,
  maxBytes: number,
): WriteOutcome | undefined {
  if (Buffer.byteLength(JSON.stringify(value)) > maxBytes) return { status: 'too-large' };
  const held = stored.get(nameOf(value))?.etag ?? null;
  return held === etag ? undefined : { status: 'conflict' };
}

function nameOf({ itemId, warehouseId }: StockKey): string {
  return `${itemId}|${warehouseId}`;
}
