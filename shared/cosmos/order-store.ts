import type { Container, JSONObject, OperationInput } from '@azure/cosmos';
import type { Order, OrderStore, StoredOrder } from '../ports/order-store.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { bulkOf, UNANSWERED } from './bulk.ts';
import { documentReader } from './point-read.ts';
import { SETTLED_TTL_SECONDS } from './retention.ts';
import { withoutSystemProperties } from './system-properties.ts';
import { outcomeOf, storedOrNot } from './write-outcome.ts';

/** Orders in the container `orders`: partition key `/orderId`, of a cart `hold|{holdId}`, one document each. */
export function cosmosOrderStore(container: Container): OrderStore {
  const runBulk = bulkOf(container);
  const readDocuments = documentReader(container);
  const read = async (kind: Order['kind'], orderId: string): Promise<StoredOrder | undefined> => {
    const [document] = await readDocuments([{ partitionKey: partitionOf(kind, orderId), id: kind }]);
    return document && fromOrderDocument(document);
  };
  const write = async (operation: OperationInput) => {
    const [response = UNANSWERED] = await runBulk([operation]);
    return storedOrNot(outcomeOf(response));
  };
  return {
    read,
    async create(order) {
      const partitionKey = partitionOf(order.kind, order.orderId);
      const resourceBody = toOrderDocument(order);
      const outcome = await write({ operationType: 'Create', partitionKey, resourceBody });
      if (outcome === 'stored') return 'created';
      const known = await read(order.kind, order.orderId);
      if (known) return known;
      throw new StoreUnavailable(`Cosmos DB neither took ${order.kind} ${order.orderId} nor has it.`);
    },
    async replace(order, ifMatch) {
      const outcome = await write({
        operationType: 'Replace',
        partitionKey: partitionOf(order.kind, order.orderId),
        id: order.kind,
        resourceBody: toOrderDocument(order),
        ifMatch,
      });
      return outcome === 'stored' ? outcome : 'conflict';
    },
  };
}

/** `|` cannot occur in an order id, so that a cart and an order of the same id are two. */
function partitionOf(kind: Order['kind'], orderId: string): string {
  return kind === 'order' ? orderId : `hold|${orderId}`;
}

function toOrderDocument(order: Order): JSONObject {
  const { orderId, ...rest } = order;
  const document: object = {
    ...rest,
    id: order.kind,
    orderId: partitionOf(order.kind, orderId),
    ttl: SETTLED_TTL_SECONDS,
  };
  return document as JSONObject;
}

/** Only this file writes such documents, so the shape is trusted. */
function fromOrderDocument(document: object): StoredOrder {
  const { own, etag } = withoutSystemProperties(document);
  const { id: _id, ttl: _ttl, orderId, ...rest } = own;
  const order = { ...rest, orderId: String(orderId).replace(/^hold\|/, '') };
  return { order: order as Order, etag };
}
