import { randomUUID } from 'node:crypto';
import { adapterClient } from '../../local/replay/adapter-client.ts';
import type { BenchStack } from './bench-stack.ts';
import { warehouseOf } from './loads.ts';
import { drained, withServiceBus } from './service-bus-client.ts';

const LOCATION = 'A-05-02';
/** More than any measurement orders. */
const PIECES = 1_000_000;
const PER_CALL = 500;

/** Items to order from, each with plenty of pieces in one warehouse. */
export type ItemSet = { readonly name: string; readonly count: number };

/** The item that an order of this number asks for: one after the other. */
export function itemOf({ name, count }: ItemSet, number: number): string {
  return `${name}-${String(number % count).padStart(5, '0')}`;
}

/** Receives the items in the WMS, and returns when the cloud knows of them. */
export async function receiveItems(
  { urls, connections }: BenchStack,
  sets: readonly ItemSet[],
): Promise<void> {
  const client = adapterClient(urls.adapter);
  const stocks = sets.flatMap((set) =>
    Array.from({ length: set.count }, (_, index) => ({
      itemId: itemOf(set, index),
      warehouseId: warehouseOf(index),
    })),
  );
  const warehouses = Array.from({ length: 8 }, (_, index) => warehouseOf(index));
  await client.putLocations(warehouses.map((warehouseId) => ({ warehouseId, locationId: LOCATION })));
  await client.putItems(stocks.map(({ itemId }) => ({ itemId })));
  for (let start = 0; start < stocks.length; start += PER_CALL) {
    const results = await client.postTransactions(stocks.slice(start, start + PER_CALL).map(receiptOf));
    const refused = results.find(({ outcome }) => outcome !== 'applied');
    if (refused) throw new Error(`the adapter answered ${JSON.stringify(refused)}`);
  }
  await withServiceBus(connections.serviceBus, (client) =>
    drained(
      client,
      { subscription: 'atp-projection' },
      { queue: 'projection-retry' },
      { queue: 'stock-changes' },
    ),
  );
}

function receiptOf(stock: { itemId: string; warehouseId: string }, index: number) {
  return {
    ...{ transactionId: randomUUID(), type: 'receipt' as const, ...stock, locationId: LOCATION },
    ...{ quantity: PIECES, scannedAt: new Date().toISOString(), sequence: index },
    ...{ scannerId: 'SCANNER-08', userId: 'warehouse_user_23' },
  };
}
