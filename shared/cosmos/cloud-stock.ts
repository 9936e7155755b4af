import type { Container } from '@azure/cosmos';
import type { CloudStock, SweptStock } from '../ports/cloud-stock.ts';
import { changesSince, presentPlace } from './change-feed.ts';
import { unavailable } from './failure.ts';
import { sweepKey } from './stock-document.ts';

/** The members of `SweptStock`, for a query over `c`. */
const SWEPT_STOCK = [
  'itemId',
  'warehouseId',
  'positions',
  'overflowed',
  'onHand',
  'tentative',
  'confirmed',
  'picked',
  'openFindings',
]
  .map((name) => `c.${name}`)
  .join(', ');

/** The service gives no more items a page, and no more than 4 MB. */
const PAGE = 1_000;

/**
 * The container `stock` as a whole: ranges by the index on `sweepKey`, changes by the change feed. A document that was stored before there
 * was a `sweepKey`, and not written since, is in no range: who acts on a stock that is missing there reads it by its key before.
 * To be opened with the patience of a sweep (`openContainers`), which waits when the container is busy.
 */
export function cosmosCloudStock(container: Container): CloudStock {
  return {
    inRange: (warehouseId, range) => stocksInRange(container, warehouseId, range),
    now: () => presentPlace(container),
    changes: (since, limit) => changesSince(container, since, limit),
  };
}

/**
 * Asks every partition at the same time and sorts nothing. With a query plan asked for at once, since without one the
 * gateway goes through the partitions one after the other (@azure/cosmos 4.10, `queryIterator.js`).
 */
async function* stocksInRange(
  container: Container,
  warehouseId: string,
  range: Parameters<CloudStock['inRange']>[1],
): AsyncGenerator<readonly SweptStock[]> {
  const { from, upTo } = sweepKeys(warehouseId, range);
  const spec = {
    query: `SELECT ${SWEPT_STOCK} FROM c WHERE c.sweepKey > @from AND c.sweepKey <= @upTo`,
    parameters: [
      { name: '@from', value: from },
      { name: '@upTo', value: upTo },
    ],
  };
  const options = { maxItemCount: PAGE, forceQueryPlan: true, maxDegreeOfParallelism: -1 };
  const pages = container.items.query<SweptStock>(spec, options).getAsyncIterator();
  try {
    for await (const { resources } of pages) if (resources.length > 0) yield resources;
  } catch (error) {
    throw unavailable(error);
  }
}

/** What comes right after `|`: above the keys of all items of a warehouse, and below those of the next one. */
const AFTER_SEPARATOR = '}';

/** The range of keys (`from` excluded, `upTo` included) of the items of a warehouse in a range. */
export function sweepKeys(
  warehouseId: string,
  { after = '', upTo }: Parameters<CloudStock['inRange']>[1],
): { from: string; upTo: string } {
  return {
    from: sweepKey({ warehouseId, itemId: after }),
    upTo: upTo === undefined ? `${warehouseId}${AFTER_SEPARATOR}` : sweepKey({ warehouseId, itemId: upTo }),
  };
}
