import type { Container, OperationInput } from '@azure/cosmos';
import type { Order, OrderStore, StoredOrder } from '../ports/order-store.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { bulkOf, UNANSWERED } from './bulk.ts';
import { fromOrderDocument, partitionOf, toOrderDocument } from './order-document.ts';
import { documentReader } from './point-read.ts';
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
