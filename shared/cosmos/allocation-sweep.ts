import type { Container } from '@azure/cosmos';
import type { AllocationSweep } from '../ports/allocation-sweep.ts';
import { unavailable } from './failure.ts';
import { fromLineDocument } from './line-document.ts';

const PAGE = 500;

/** Queries over all partitions, on the sparse indexes of `unsettledSince` and `rank`. */
export function cosmosAllocationSweep(container: Container): AllocationSweep {
  return {
    unsettledLines: async (after, before, limit) => {
      const query = {
        query:
          'SELECT TOP @limit * FROM c WHERE c.unsettledSince > @after AND c.unsettledSince < @before ORDER BY c.unsettledSince',
        parameters: [
          { name: '@after', value: after },
          { name: '@before', value: before },
          { name: '@limit', value: limit },
        ],
      };
      try {
        const { resources } = await container.items.query<object>(query).fetchAll();
        return resources.map((document) => fromLineDocument(document).line);
      } catch (error) {
        throw unavailable(error);
      }
    },
    async *waitingItems() {
      const query = 'SELECT DISTINCT VALUE c.itemId FROM c WHERE IS_DEFINED(c.rank)';
      const pages = container.items.query<string>(query, { maxItemCount: PAGE }).getAsyncIterator();
      try {
        for await (const { resources } of pages) if (resources.length > 0) yield resources;
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}
