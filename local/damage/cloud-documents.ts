import {
  type Container,
  CosmosClient,
  type ItemResponse,
  type JSONObject,
  type OperationInput,
} from '@azure/cosmos';

export type CloudPosition = {
  locationId: string;
  lotNumber: string | null;
  onHand: number;
  version?: number;
  changedAt: string;
};

/** What is used of a document of an item in a warehouse; it goes back with everything else that is in it. */
export type StockDocument = {
  id: string;
  itemId: string;
  warehouseId: string;
  positions: CloudPosition[];
  overflowed?: number;
  onHand: number;
  tentative: number;
  confirmed: number;
  picked: number;
  safetyStock: number;
  expectedReceipts?: object[];
  counts?: object[];
  watched?: boolean;
  version: number;
};

/** What is used of the document of an order's line. */
export type LineDocument = {
  id: string;
  itemId: string;
  allocations: {
    allocationId: string;
    warehouseId: string;
    state: string;
    picked: number;
    decided?: { quantity: number };
  }[];
};

type Found<Document> = { document: Document; etag: string };

export type CloudDocuments = {
  stock: (itemId: string, warehouseId: string) => Promise<Found<StockDocument> | undefined>;
  line: (itemId: string, orderId: string, lineId: string) => Promise<LineDocument | undefined>;
  /** Replaces the document if nobody else has written it since; false: somebody has. */
  replace: (document: StockDocument, etag: string) => Promise<boolean>;
  /** Deletes it if nobody else has written it since; false: somebody has. */
  remove: (document: StockDocument, etag: string) => Promise<boolean>;
  /** Deletes the line and replaces the stock, both or none, if nobody else has written the stock since. */
  removeLine: (line: LineDocument, stock: Found<StockDocument>) => Promise<boolean>;
  close: () => void;
};

/** The documents of the container `stock`, past the product: what somebody with the account's key could do. */
export function openCloudDocuments(connectionString: string): CloudDocuments {
  const client = new CosmosClient(connectionString);
  const container = client.database('stockbridge').container('stock');
  return {
    stock: (itemId, warehouseId) => read<StockDocument>(container, itemId, warehouseId),
    line: async (itemId, orderId, lineId) =>
      (await read<LineDocument>(container, itemId, `order-line|${orderId}|${lineId}`))?.document,
    replace: (document, etag) =>
      unlessWritten(container.item(document.id, document.itemId).replace(document, ifMatch(etag))),
    remove: ({ id, itemId }, etag) => unlessWritten(container.item(id, itemId).delete(ifMatch(etag))),
    async removeLine(line, { document, etag }) {
      const operations: OperationInput[] = [
        { operationType: 'Delete', id: line.id },
        { operationType: 'Replace', id: document.id, resourceBody: asJson(document), ifMatch: etag },
      ];
      const { result = [] } = await container.items.batch(operations, document.itemId);
      return result.length > 0 && result.every(({ statusCode }) => statusCode < 300);
    },
    close: () => client.dispose(),
  };
}

async function read<Document>(
  container: Container,
  itemId: string,
  id: string,
): Promise<Found<Document> | undefined> {
  const { resource, etag } = await container.item(id, itemId).read<Document & object>();
  return resource && { document: withoutSystemProperties(resource), etag };
}

function withoutSystemProperties<Document extends object>(document: Document): Document {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !name.startsWith('_'))) as Document;
}

/** The SDK wants an index signature; all of it is plain JSON. */
function asJson(document: object): JSONObject {
  return document as JSONObject;
}

function ifMatch(etag: string) {
  return { accessCondition: { type: 'IfMatch', condition: etag } };
}

async function unlessWritten(write: Promise<ItemResponse<object>>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    // Gone counts as written: a fold or a correction was faster.
    if (error instanceof Error && 'code' in error && (error.code === 412 || error.code === 404)) return false;
    throw error;
  }
}
