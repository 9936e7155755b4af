import type { Container, SqlQuerySpec } from '@azure/cosmos';
import { OPEN_STATES, SETTLED_STATES } from '../contracts/allocation-counts.ts';
import type { OpenLines } from '../ports/open-lines.ts';
import { unavailable } from './failure.ts';
import { fromLineDocument } from './line-document.ts';
import { query } from './query.ts';

const COUNT_OPEN = 'SELECT VALUE COUNT(1) FROM c WHERE c.openState = @state';
const COUNT_SETTLED = 'SELECT VALUE COUNT(1) FROM c WHERE c.settled >= @from AND c.settled < @to';
const OF_ITEM = 'SELECT TOP @limit * FROM c WHERE IS_DEFINED(c.openState)';

/** Sorts after every time. */
const LATEST = '~';

/**
 * By the sparse indexes of `openState` and `settled`. Counting asks state by state: an equality, or a range, on one indexed path is
 * counted without loading a document. It costs by the number of lines that are counted, which is why who asks often keeps the answer.
 */
export function cosmosOpenLines(container: Container): OpenLines {
  async function count(spec: SqlQuerySpec) {
    const { resources, requestCharge } = await container.items.query<number>(spec).fetchAll();
    return { lines: resources[0] ?? 0, requestCharge };
  }

  return {
    count: async (settledSince) => {
      const open = OPEN_STATES.map(async (state) => {
        const parameters = [{ name: '@state', value: state }];
        return { state, ...(await count({ query: COUNT_OPEN, parameters })) };
      });
      const settled = SETTLED_STATES.map(async (state) => {
        const parameters = [
          { name: '@from', value: `${state}|${settledSince}` },
          { name: '@to', value: `${state}|${LATEST}` },
        ];
        return { state, ...(await count({ query: COUNT_SETTLED, parameters })) };
      });
      try {
        const answers = await Promise.all([...open, ...settled]);
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
