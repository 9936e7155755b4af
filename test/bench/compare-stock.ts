import { CosmosClient } from '@azure/cosmos';
import { z } from 'zod';
import { positionKey } from '../../shared/domain/position.ts';
import type { App } from './bench-stack.ts';
import type { Truth } from './loads.ts';

const stockSchema = z.object({
  itemId: z.string(),
  warehouseId: z.string(),
  kind: z.literal('stock'),
  onHand: z.number(),
  positions: z.array(
    z.object({
      locationId: z.string(),
      lotNumber: z.string().nullable(),
      onHand: z.number(),
      version: z.number().optional(),
    }),
  ),
});
const sampleSchema = z.object({ itemId: z.string(), warehouseId: z.string(), quantity: z.number() });

/** What is wrong in the cloud, of what there is. `piecesOff` sums the differences without their signs. */
export type Comparison = { readonly compared: number; readonly wrong: number; readonly piecesOff: number };

/**
 * Compares the container `stock` with the WMS: every position of the pipeline's documents with figure and version;
 * the sample's documents, which hold no positions, by their total.
 */
export async function compareStock(connectionString: string, app: App, truth: Truth): Promise<Comparison> {
  const documents = await readDocuments(connectionString);
  return app === 'pipeline' ? comparePositions(documents, truth) : compareTotals(documents, truth);
}

async function readDocuments(connectionString: string): Promise<object[]> {
  const client = new CosmosClient(connectionString);
  try {
    const container = client.database('stockbridge').container('stock');
    return (await container.items.readAll<object>().fetchAll()).resources;
  } finally {
    client.dispose();
  }
}

function comparePositions(documents: readonly object[], truth: Truth): Comparison {
  const stocks = new Map(
    documents.map((document) => {
      const stock = stockSchema.parse(document);
      const positions = new Map(stock.positions.map((position) => [positionKey(position), position]));
      return [`${stock.itemId}|${stock.warehouseId}`, positions];
    }),
  );
  const sum = { compared: 0, wrong: 0, piecesOff: 0 };
  for (const [name, positions] of truth) {
    for (const [key, { onHand, version }] of positions) {
      const found = stocks.get(name)?.get(key);
      const isRight = found?.onHand === onHand && found.version === version;
      sum.compared += 1;
      sum.wrong += isRight ? 0 : 1;
      sum.piecesOff += Math.abs((found?.onHand ?? 0) - onHand);
    }
  }
  return sum;
}

function compareTotals(documents: readonly object[], truth: Truth): Comparison {
  const totals = new Map(
    documents.map((document) => {
      const { itemId, warehouseId, quantity } = sampleSchema.parse(document);
      return [`${itemId}|${warehouseId}`, quantity];
    }),
  );
  const sum = { compared: 0, wrong: 0, piecesOff: 0 };
  for (const [name, positions] of truth) {
    const expected = [...positions.values()].reduce((total, { onHand }) => total + onHand, 0);
    const found = totals.get(name);
    sum.compared += 1;
    sum.wrong += found === expected ? 0 : 1;
    sum.piecesOff += Math.abs((found ?? 0) - expected);
  }
  return sum;
}
