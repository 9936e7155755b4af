import type { Container } from '@azure/cosmos';
import type { AllocationSweep } from '../ports/allocation-sweep.ts';
import { unavailable } from './failure.ts';
import { fromLineDocument } from './line-document.ts';
import { fromOrderDocument } from './order-document.ts';
import { query } from './query.ts';

const PAGE = 500;

async function* itemIds(container: Container, condition: string): AsyncIterable<readonly string[]> {
  const text = `SELECT DISTINCT VALUE c.itemId FROM c WHERE ${condition}`;
  const pages = container.items.query<string>(text, { maxItemCount: PAGE }).getAsyncIterator();
  try {
    for await (const { resources } of pages) if (resources.length > 0) yield resources;
  } catch (error) {
    throw unavailable(error);
  }
}

/** Queries over all partitions, on the sparse indexes of `unsettledSince`, `rank` and `dueAt`, and the index of `createdAt`. */
export function cosmosAllocationSweep(container: Container, orders: Container): AllocationSweep {
  return {
    unsettledLines: async (after, before, limit) => {
      const text =
        'SELECT TOP @limit * FROM c WHERE c.unsettledSince > @after AND c.unsettledSince < @before ORDER BY c.unsettledSince';
      const parameters = [
        { name: '@after', value: after },
        { name: '@before', value: before },
        { name: '@limit', value: limit },
      ];
      const documents = await query<object>(container, { query: text, parameters });
      return documents.map((document) => fromLineDocument(document).line);
    },
    dueOrders: async (after, before, limit) => {
      const text = 'SELECT TOP @limit * FROM c WHERE c.dueAt > @after AND c.dueAt < @before ORDER BY c.dueAt';
      const parameters = [
        { name: '@after', value: after },
        { name: '@before', value: before },
        { name: '@limit', value: limit },
      ];
      const documents = await query<{ dueAt: string }>(orders, { query: text, parameters });
      return documents.map((document) => {
        const { kind, orderId } = fromOrderDocument(document).order;
        return { kind, orderId, dueAt: document.dueAt };
      });
    },
    ordersAskedFor: async (after, before, limit) => {
      const text =
        "SELECT TOP @limit * FROM c WHERE c.createdAt > @after AND c.createdAt < @before AND c.kind = 'order' ORDER BY c.createdAt";
      const parameters = [
        { name: '@after', value: after },
        { name: '@before', value: before },
        { name: '@limit', value: limit },
      ];
      const documents = await query<object>(orders, { query: text, parameters });
      return documents.map((document) => fromOrderDocument(document).order);
    },
    async *waitingItems() {
      yield* itemIds(container, 'IS_DEFINED(c.rank)');
      yield* itemIds(container, "c.kind = 'thresholds'");
    },
  };
}
