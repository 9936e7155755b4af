import { setTimeout as sleep } from 'node:timers/promises';
import { CosmosClient } from '@azure/cosmos';
import { adapterClient } from '../../local/replay/adapter-client.ts';
import { cloudStock } from '../../local/replay/cloud-stock.ts';
import { comparePromises, type PromisesComparison } from '../../local/replay/compare-promises.ts';
import { fromLineDocument } from '../../shared/cosmos/line-document.ts';
import { allocationStatus, standing } from '../../shared/domain/order-line.ts';
import type { BenchStack } from './bench-stack.ts';

/** Both sides at rest, and how many order lines the cloud keeps that no warehouse has answered for. */
export type AllocationCheck = PromisesComparison & { readonly lines: number; readonly unsettled: number };

/** What is under way ends long before. Milliseconds. */
const PATIENCE = 120_000;
const LOOK_EVERY = 1_000;

/** Compares every promise of the cloud with the WMS, when nothing moves any more. */
export async function checkAllocations({ urls, connections }: BenchStack): Promise<AllocationCheck> {
  const deadline = performance.now() + PATIENCE;
  const client = adapterClient(urls.adapter);
  for (;;) {
    const { promises, lines, unsettled } = await promisesOf(connections.cosmos);
    const comparison = await comparePromises({
      ...{ wmsPositions: client.positions(), wmsAllocations: client.allocations() },
      ...{ cloud: cloudStock(connections.cosmos), promises },
    });
    const wrong = unsettled + comparison.different + comparison.oversold;
    if (wrong === 0 || performance.now() > deadline) return { ...comparison, lines, unsettled };
    await sleep(LOOK_EVERY);
  }
}

/** What the cloud's own records promise: of every allocation that a warehouse confirmed, the pieces that stand. */
async function promisesOf(connectionString: string) {
  const client = new CosmosClient(connectionString);
  try {
    const container = client.database('stockbridge').container('stock');
    const query = "SELECT * FROM c WHERE c.kind = 'order-line'";
    const promises = new Map<string, { orderId: string; quantity: number }>();
    let lines = 0;
    let unsettled = 0;
    for await (const { resources } of container.items.query<object>(query).getAsyncIterator()) {
      for (const document of resources) {
        const { line } = fromLineDocument(document);
        lines += 1;
        unsettled += line.unsettledSince === undefined ? 0 : 1;
        for (const allocation of line.allocations) {
          const status = allocationStatus(allocation);
          if (status !== 'confirmed' && status !== 'fulfilled') continue;
          promises.set(allocation.allocationId, { orderId: line.orderId, quantity: standing(allocation) });
        }
      }
    }
    return { promises, lines, unsettled };
  } finally {
    client.dispose();
  }
}
