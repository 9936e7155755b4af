import type { ServiceBusClient } from '@azure/service-bus';
import { MAX_CHANGED_ITEMS } from '../contracts/stock-change.ts';
import { chunks } from '../domain/chunks.ts';
import type { StockChanges } from '../ports/stock-changes.ts';
import { batchingSender, type SendMessages } from './batching-sender.ts';
import { jsonMessage } from './json-message.ts';

/** Queue of items whose stock changed while somebody waits for it or watches it. */
export const STOCK_CHANGES_QUEUE = 'stock-changes';

/** Tells of stock changes by way of the queue `stock-changes`. */
export function serviceBusStockChanges(client: ServiceBusClient): StockChanges {
  return stockChangesBy(batchingSender(client, STOCK_CHANGES_QUEUE));
}

/** Tells of them by whatever sends to that queue. */
export function stockChangesBy(send: SendMessages): StockChanges {
  return {
    tell: (changed) =>
      send(chunks([...new Set(changed)], MAX_CHANGED_ITEMS).map((itemIds) => jsonMessage({ itemIds }))),
  };
}
