import { CosmosClient } from '@azure/cosmos';

/** A position as the cloud holds it. */
export type CloudPosition = {
  itemId: string;
  warehouseId: string;
  locationId: string;
  lotNumber: string | null;
  onHand: number;
  version: number | null;
};

/** What the cloud counts of an item in a warehouse, in pieces. `confirmed` includes those already picked. */
export type CloudStock = {
  itemId: string;
  warehouseId: string;
  onHand: number;
  tentative: number;
  confirmed: number;
  picked: number;
};

type PositionsDocument = {
  itemId: string;
  warehouseId: string;
  positions?: { locationId: string; lotNumber: string | null; onHand: number; version?: number }[];
};

/** Every position in the container `stock`, those that rest in overflow documents included. */
export async function* cloudPositions(connectionString: string): AsyncGenerator<CloudPosition> {
  const query = "SELECT c.itemId, c.warehouseId, c.positions FROM c WHERE c.kind IN ('stock', 'overflow')";
  for await (const document of documents<PositionsDocument>(connectionString, query)) {
    const { itemId, warehouseId, positions = [] } = document;
    for (const { locationId, lotNumber, onHand, version } of positions) {
      yield { itemId, warehouseId, locationId, lotNumber, onHand, version: version ?? null };
    }
  }
}

/** The totals of every item in every warehouse. */
export async function* cloudStock(connectionString: string): AsyncGenerator<CloudStock> {
  const figures = 'c.itemId, c.warehouseId, c.onHand, c.tentative, c.confirmed, c.picked';
  const query = `SELECT ${figures} FROM c WHERE c.kind = 'stock'`;
  for await (const document of documents<Partial<CloudStock>>(connectionString, query)) {
    const { itemId = '', warehouseId = '', onHand = 0, tentative = 0, confirmed = 0, picked = 0 } = document;
    yield { itemId, warehouseId, onHand, tentative, confirmed, picked };
  }
}

async function* documents<Document>(connectionString: string, query: string): AsyncGenerator<Document> {
  const client = new CosmosClient(connectionString);
  try {
    const container = client.database('stockbridge').container('stock');
    const pages = container.items.query<Document>(query, { maxItemCount: 1_000 }).getAsyncIterator();
    for await (const { resources } of pages) yield* resources;
  } finally {
    client.dispose();
  }
}
