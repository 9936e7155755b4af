import type { AllocationSweep } from '../../shared/ports/allocation-sweep.ts';
import type { ItemDocuments } from './item-documents.ts';
import type { InMemoryOrders } from './order-store.ts';
import { type AskFault, throwFault } from './store-faults.ts';

const PAGE = 500;

export type InMemoryAllocationSweep = {
  readonly sweep: AllocationSweep;
  /** Set it to bring faults. */
  fault: AskFault<keyof AllocationSweep>;
};

/** Looks over all lines and orders in memory. */
export function inMemoryAllocationSweep(
  items: ItemDocuments,
  orders: Pick<InMemoryOrders, 'due' | 'all'>,
): InMemoryAllocationSweep {
  const memory: InMemoryAllocationSweep = {
    fault: undefined,
    sweep: {
      unsettledLines: async (after, before, limit) => {
        throwFault(memory.fault?.('unsettledLines'));
        const sinceOf = ({ unsettledSince = '' }) => unsettledSince;
        return [...items.withUnsettled()]
          .flatMap(({ unsettled }) => [...unsettled.values()].map(({ value }) => value))
          .filter((line) => sinceOf(line) > after && sinceOf(line) < before)
          .sort((a, b) => (sinceOf(a) === sinceOf(b) ? 0 : sinceOf(a) < sinceOf(b) ? -1 : 1))
          .slice(0, limit);
      },
      dueOrders: async (after, before, limit) => {
        throwFault(memory.fault?.('dueOrders'));
        return [...orders.due()]
          .filter(({ dueAt }) => dueAt > after && dueAt < before)
          .map(({ order: { kind, orderId }, dueAt }) => ({ kind, orderId, dueAt }))
          .sort((a, b) => (a.dueAt === b.dueAt ? 0 : a.dueAt < b.dueAt ? -1 : 1))
          .slice(0, limit);
      },
      ordersAskedFor: async (after, before, limit) => {
        throwFault(memory.fault?.('ordersAskedFor'));
        return [...orders.all()]
          .filter(({ kind, createdAt }) => kind === 'order' && createdAt > after && createdAt < before)
          .sort((a, b) => (a.createdAt === b.createdAt ? 0 : a.createdAt < b.createdAt ? -1 : 1))
          .slice(0, limit);
      },
      async *waitingItems() {
        throwFault(memory.fault?.('waitingItems'));
        yield* pagesOf([...items.withWaiting()].map(({ itemId }) => itemId));
        const withThresholds = [...items.partitions()].filter(({ thresholds }) => thresholds !== undefined);
        yield* pagesOf(withThresholds.map(({ itemId }) => itemId));
      },
    },
  };
  return memory;
}

function* pagesOf(itemIds: readonly string[]): Generator<readonly string[]> {
  for (let from = 0; from < itemIds.length; from += PAGE) yield itemIds.slice(from, from + PAGE);
}
