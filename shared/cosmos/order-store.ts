import type { Container, JSONObject, OperationInput } from '@azure/cosmos';
import type { Order, OrderStore, StoredOrder } from '../ports/order-store.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { bulkOf } from './bulk.ts';

/** Seconds that an order stays after it was last changed: 400 days, as long as its settled lines. */
const ORDER_TTL_SECONDS = 400 * 24 * 3600;

/** Orders in the container `orders`: partition key `/orderId`, of a cart `hold|{holdId}`, one document each. */
export function cosmosOrderStore(container: Container): OrderStore {
  const runBulk = bulkOf(container);
  const run = async (operation: OperationInput) => {
    const [response] = await runBulk([operation]);
    if (!response) throw new StoreUnavailable('Cosmos DB did not answer.');
    if ('failure' in response)
      throw new StoreUnavailable(response.failure.detail, response.failure.retryAfterMs);
    return response;
  };
  const read = async (kind: Order['kind'], orderId: string): Promise<StoredOrder | undefined> => {
    const { statusCode, resourceBody } = await run({
      operationType: 'Read',
      partitionKey: partitionOf(kind, orderId),
      id: kind,
    });
    if (statusCode === 200 && resourceBody) return fromOrderDocument(resourceBody);
    if (statusCode === 404) return undefined;
    throw new StoreUnavailable(`Cosmos DB answered ${statusCode}`);
  };
  return {
    read,
    async create(order) {
      const partitionKey = partitionOf(order.kind, order.orderId);
      const { statusCode } = await run({
        operationType: 'Create',
        partitionKey,
        resourceBody: toOrderDocument(order),
      });
      if (statusCode < 300) return 'created';
      const known = statusCode === 409 ? await read(order.kind, order.orderId) : undefined;
      if (known) return known;
      throw new StoreUnavailable(`Cosmos DB answered ${statusCode}`);
    },
    async replace(order, etag) {
      const { statusCode } = await run({
        operationType: 'Replace',
        partitionKey: partitionOf(order.kind, order.orderId),
        id: order.kind,
        resourceBody: toOrderDocument(order),
        ifMatch: etag,
      });
      if (statusCode < 300) return 'stored';
      if (statusCode === 412 || statusCode === 404) return 'conflict';
      throw new StoreUnavailable(`Cosmos DB answered ${statusCode}`);
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
    ttl: ORDER_TTL_SECONDS,
  };
  return document as JSONObject;
}

/** Only this file writes such documents, so the shape is trusted. */
function fromOrderDocument(document: object): StoredOrder {
  const {
    id: _id,
    ttl: _ttl,
    _rid,
    _self,
    _etag,
    _ts,
    _attachments,
    ...rest
  } = document as Record<string, unknown> & { orderId: string };
  const order = { ...rest, orderId: rest.orderId.replace(/^hold\|/, '') };
  return { order: order as Order, etag: String(_etag) };
}
