import type { ServiceBusClient } from '@azure/service-bus';
import { MAX_CHANGED_ITEMS } from '../contracts/stock-change.ts';
import type { StockChanges } from '../ports/stock-changes.ts';
import { batchingSender } from './batching-sender.ts';

/** Queue of items whose stock changed while somebody waits for it or watches it. */
export const STOCK_CHANGES_QUEUE = 'stock-changes';

/** Tells of stock changes by way of the queue `stock-changes`. */
export function serviceBusStockChanges(client: ServiceBusClient): StockChanges {
  const send = batchingSender(client, STOCK_CHANGES_QUEUE);
  return {
    tell: (itemIds) => {
      const unique = [...new Set(itemIds)];
      const starts = Array.from(
        { length: Math.ceil(unique.length / MAX_CHANGED_ITEMS) },
        (_, index) => index * MAX_CHANGED_ITEMS,
      );
      return send(
        starts.map((start) => ({
          body: Buffer.from(
            JSON.stringify({ itemIds: unique.slice(start, start + MAX_CHANGED_ITEMS) }),
            'utf8',
          ),
          contentType: 'application/json',
        })),
      );
    },
  };
}
