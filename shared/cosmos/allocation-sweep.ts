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

/** Documents by one of their times: those between two instants (UTC, both excluded), oldest first, at most `limit`. */
async function between<Document>(
  container: Container,
  time: 'unsettledSince' | 'dueAt' | 'createdAt',
  [after, before, limit]: readonly [string, string, number],
  condition = '',
): Promise<Document[]> {
  const text = `SELECT TOP @limit * FROM c WHERE c.${time} > @after AND c.${time} < @before${condition} ORDER BY c.${time}`;
  const parameters = [
    { name: '@after', value: after },
    { name: '@before', value: before },
    { name: '@limit', value: limit },
  ];
  return query<Document>(container, { query: text, parameters });
}

/** Queries over all partitions, on the sparse indexes of `unsettledSince`, `rank` and `dueAt`, and the index of `createdAt`. */
export function cosmosAllocationSweep(container: Container, orders: Container): AllocationSweep {
  return {
    unsettledLines: async (...range) => {
      const documents = await between<object>(container, 'unsettledSince', range);
      return documents.map((document) => fromLineDocument(document).line);
    },
    dueOrders: async (...range) => {
      const documents = await between<{ dueAt: string }>(orders, 'dueAt', range);
      return documents.map((document) => {
        const { kind, orderId } = fromOrderDocument(document).order;
        return { kind, orderId, dueAt: document.dueAt };
      });
    },
    ordersAskedFor: async (...range) => {
      const documents = await between<object>(orders, 'createdAt', range, " AND c.kind = 'order'");
      return documents.map((document) => fromOrderDocument(document).order);
    },
    async *waitingItems() {
      yield* itemIds(container, 'IS_DEFINED(c.rank)');
      yield* itemIds(container, "c.kind = 'thresholds'");
    },
  };
}
