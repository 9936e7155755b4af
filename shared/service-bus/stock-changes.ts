import type { ServiceBusClient } from '@azure/service-bus';
import { MAX_CHANGED_ITEMS, type StockChange } from '../contracts/stock-change.ts';
import { chunks } from '../domain/chunks.ts';
import type { Causes, StockChanges } from '../ports/stock-changes.ts';
import { batchingSender, type SendMessages } from './batching-sender.ts';
import { jsonMessage } from './json-message.ts';

/** Queue of items whose stock changed while somebody waits for it or watches it. */
export const STOCK_CHANGES_QUEUE = 'stock-changes';

/** Tells of stock changes by way of the queue `stock-changes`. */
export function serviceBusStockChanges(client: ServiceBusClient): StockChanges {
  return stockChangesBy(batchingSender(client, STOCK_CHANGES_QUEUE));
}

/** So that a message with ids of any length, and what changed each, stays below `MAX_MESSAGE_BYTES`. */
const MAX_ITEMS_WITH_CAUSES = 250;

/** Tells of them by whatever sends to that queue. */
export function stockChangesBy(send: SendMessages): StockChanges {
  return {
    tell(changed, causes) {
      const most = causes ? MAX_ITEMS_WITH_CAUSES : MAX_CHANGED_ITEMS;
      return send(chunks([...new Set(changed)], most).map((itemIds) => messageOf(itemIds, causes)));
    },
  };
}

function messageOf(itemIds: readonly string[], causes: Causes = new Map()) {
  const known = itemIds.flatMap((itemId) => {
    const cause = causes.get(itemId);
    return cause === undefined ? [] : [[itemId, cause] as const];
  });
  const change: StockChange = {
    itemIds: [...itemIds],
    ...(known.length > 0 && { causes: Object.fromEntries(known) }),
  };
  return jsonMessage(change);
}
