import type { Container } from '@azure/cosmos';
import { OPEN_STATES } from '../contracts/allocation-counts.ts';
import type { OpenLines } from '../ports/open-lines.ts';
import { unavailable } from './failure.ts';
import { fromLineDocument } from './line-document.ts';
import { query } from './query.ts';

const COUNT = 'SELECT VALUE COUNT(1) FROM c WHERE c.openState = @state';
const OF_ITEM = 'SELECT TOP @limit * FROM c WHERE IS_DEFINED(c.openState)';

/**
 * By the sparse index of `openState`. Counting asks state by state: an equality on an indexed path is counted without loading
 * a document. It costs by the number of lines that are open, which is why who asks often keeps the answer.
 */
export function cosmosOpenLines(container: Container): OpenLines {
  return {
    count: async () => {
      try {
        const answers = await Promise.all(
          OPEN_STATES.map(async (state) => {
            const spec = { query: COUNT, parameters: [{ name: '@state', value: state }] };
            const { resources, requestCharge } = await container.items.query<number>(spec).fetchAll();
            return { state, lines: resources[0] ?? 0, requestCharge };
          }),
        );
        return {
          lines: new Map(answers.map(({ state, lines }) => [state, lines])),
          requestUnits: answers.reduce((sum, { requestCharge }) => sum + requestCharge, 0),
        };
      } catch (error) {
        throw unavailable(error);
      }
    },
    ofItem: async (itemId, limit) => {
      const spec = { query: OF_ITEM, parameters: [{ name: '@limit', value: limit }] };
      const documents = await query<object>(container, spec, itemId);
      return documents.map((document) => fromLineDocument(document).line);
    },
  };
}
