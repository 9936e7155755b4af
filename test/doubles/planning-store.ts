import { lineKey } from '../../shared/domain/order-line.ts';
import type { Stock } from '../../shared/domain/stock.ts';
import type { PlanningStore, QueuedLine } from '../../shared/ports/planning-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import {
  type DocumentWrite,
  figuresOf,
  type ItemDocuments,
  type KeptLine,
  type StockPatch,
  waitingAfter,
} from './item-documents.ts';
import { sealed } from './sealed.ts';
import { type AskFault, throwFault, writeUnder } from './store-faults.ts';

/**
 * A call, and the item that it is about; a list of backorders may be about all. To create a stock is two: first it is
 * looked whether its item is watched.
 */
export type PlanningOperation = {
  readonly kind: keyof PlanningStore | 'readWatch';
  readonly itemId: string | undefined;
};

export type InMemoryPlanning = {
  readonly store: PlanningStore;
  /** Set it to bring faults. */
  fault: AskFault<PlanningOperation>;
};

/** Plans in memory, in the documents of the stock they are about, with the semantics of the Cosmos DB adapter. */
export function inMemoryPlanning(items: ItemDocuments): InMemoryPlanning {
  const askToRead = (kind: PlanningOperation['kind'], itemId: string | undefined) =>
    throwFault(memory.fault?.({ kind, itemId }));
  const write = (
    kind: keyof PlanningStore,
    itemId: string,
    operations: readonly (DocumentWrite | StockPatch)[],
  ): 'stored' | 'missing' | 'conflict' =>
    writeUnder(memory.fault?.({ kind, itemId }), () => {
      const outcome = items.write(itemId, operations);
      if (outcome === 'too-large' || outcome === 'bad-request')
        throw new StoreUnavailable(`Cosmos DB answered ${outcome === 'too-large' ? 413 : 400}`);
      return outcome;
    });

  const store: PlanningStore = {
    readStock: async ({ itemId, warehouseId }) => {
      askToRead('readStock', itemId);
      const kept = items.partition(itemId)?.stocks.get(warehouseId);
      return kept && { stock: figuresOf(kept), etag: kept.etag };
    },
    setSafetyStock: async ({ itemId, warehouseId }, safetyStock) => {
      const outcome = write('setSafetyStock', itemId, [stockPatch(warehouseId, { safetyStock })]);
      return outcome === 'missing' ? 'missing' : 'stored';
    },
    setExpectedReceipts: async ({ itemId, warehouseId }, expectedReceipts, etag) =>
      orConflict(
        write('setExpectedReceipts', itemId, [{ ...stockPatch(warehouseId, { expectedReceipts }), etag }]),
      ),
    createStock: async (stock) => {
      const { itemId } = stock;
      askToRead('readWatch', itemId);
      const watch = items.partition(itemId)?.watch;
      const watched = watch?.value === true;
      // Others may come between the read and the write.
      await Promise.resolve();
      return orConflict(
        write('createStock', itemId, [
          { kind: 'stock', value: watched ? { ...stock, watched } : stock, etag: null },
          { kind: 'watch', value: watched, etag: watch?.etag ?? null },
        ]),
      );
    },
    listBackorders: async ({ itemId, orderId, limit, after = '' }) => {
      askToRead('listBackorders', itemId);
      return waitingLines(items, itemId)
        .filter(
          ({ rank = '', value }) => rank > after && (orderId === undefined || value.orderId === orderId),
        )
        .slice(0, limit)
        .map(queuedLine);
    },
    readDemand: async (itemId) => {
      askToRead('readDemand', itemId);
      return waitingLines(items, itemId).map(({ value: { backordered, terms } }) => {
        const { wantedDate, allowedWarehouses } = terms;
        return sealed({ quantity: backordered, wantedDate, allowedWarehouses });
      });
    },
    readThresholds: async (itemId) => {
      askToRead('readThresholds', itemId);
      const kept = items.partition(itemId)?.thresholds;
      return kept && { thresholds: kept.value, etag: kept.etag };
    },
    writeThresholds: async ({ thresholds, etag, watch }) =>
      orConflict(
        write('writeThresholds', thresholds.itemId, [
          ...(watch?.warehouseIds ?? []).map((id) => stockPatch(id, { watched: watch?.on === true })),
          ...(watch ? [{ kind: 'watch', value: watch.on, etag: watch.etag } as const] : []),
          { kind: 'thresholds', value: thresholds, etag },
        ]),
      ),
  };
  const memory: InMemoryPlanning = { store, fault: undefined };
  return memory;
}

function stockPatch(warehouseId: string, members: Partial<Stock>): StockPatch {
  return { kind: 'patch', warehouseId, change: ({ version }) => ({ ...members, version: version + 1 }) };
}

function orConflict(outcome: 'stored' | 'missing' | 'conflict'): 'stored' | 'conflict' {
  return outcome === 'stored' ? outcome : 'conflict';
}

/** Lines that wait, by rank, for an item or for any. */
function waitingLines(items: ItemDocuments, itemId: string | undefined): readonly KeptLine[] {
  if (itemId === undefined) {
    const all = [...items.withWaiting()].flatMap(({ waiting }) => [...waiting.values()]);
    return all.sort((a, b) => ((a.rank ?? '') < (b.rank ?? '') ? -1 : 1));
  }
  const partition = items.partition(itemId);
  return partition ? waitingAfter(partition, '') : [];
}

function queuedLine({ value, rank }: KeptLine): QueuedLine {
  const { kind, orderId, lineId, itemId, orderedAt, terms, backordered, allocations } = value;
  if (rank === undefined) throw new Error(`${lineKey(value)} does not wait.`);
  return sealed({ kind, orderId, lineId, itemId, orderedAt, terms, backordered, allocations, rank });
}
