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

type StockDocument = {
  id: string;
  itemId: string;
  warehouseId: string;
  positions?: { locationId: string; lotNumber: string | null; onHand: number; version?: number }[];
};

/** Every position in the container `stock`, those that rest in overflow documents included. */
export async function* cloudPositions(connectionString: string): AsyncGenerator<CloudPosition> {
  const client = new CosmosClient(connectionString);
  try {
    const container = client.database('stockbridge').container('stock');
    const query = 'SELECT c.id, c.itemId, c.warehouseId, c.positions FROM c';
    const pages = container.items.query<StockDocument>(query, { maxItemCount: 1_000 }).getAsyncIterator();
    for await (const { resources } of pages) {
      for (const { itemId, warehouseId, positions = [] } of resources) {
        for (const { locationId, lotNumber, onHand, version } of positions) {
          yield { itemId, warehouseId, locationId, lotNumber, onHand, version: version ?? null };
        }
      }
    }
  } finally {
    client.dispose();
  }
}
