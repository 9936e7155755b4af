import { patientCall } from './patient-call.ts';
import type { WarehouseTransaction } from './transactions.ts';

export const MAX_PER_CALL = 500;

/** What the adapter answers to a transaction. */
export type TransactionResult = {
  transactionId: string;
  outcome: 'applied' | 'duplicate' | 'conflict' | 'warning' | 'rejected' | 'exception';
  problem?: { title: string; detail?: string };
};

export type WmsPosition = {
  itemId: string;
  warehouseId: string;
  locationId: string;
  lotNumber: string | null;
  onHand: number;
  version: number;
};

/** What the WMS keeps for an allocation. `reserved` counts pieces already picked too. */
export type WmsAllocation = {
  allocationId: string;
  itemId: string;
  warehouseId: string;
  reserved: number;
  picked: number;
};

export type AdapterClient = {
  putItems: (items: readonly { itemId: string; description?: string }[]) => Promise<void>;
  putLocations: (locations: readonly { warehouseId: string; locationId: string }[]) => Promise<void>;
  /** Results in the order of the transactions. */
  postTransactions: (transactions: readonly WarehouseTransaction[]) => Promise<TransactionResult[]>;
  positions: () => AsyncGenerator<WmsPosition>;
  /** Where an item stands in a warehouse; at most 1,000 positions. */
  positionsOf: (itemId: string, warehouseId: string) => Promise<WmsPosition[]>;
  /** Every allocation the WMS ever decided about. */
  allocations: () => AsyncGenerator<WmsAllocation>;
};

/**
 * The adapter's REST API, with patience (see `patientCall`). All calls are idempotent.
 *
 * @param url base address, such as `http://127.0.0.1:7080`
 * @param waiting told what is not answered, and undefined when it is again
 */
export function adapterClient(
  url: string,
  waiting: (reason: string | undefined) => void = () => {},
): AdapterClient {
  const call = patientCall({ url: `${url}/api/v1`, who: 'the adapter', waiting });
  async function* pages<Page extends { next?: string }>(path: string): AsyncGenerator<Page> {
    let after = '';
    for (;;) {
      const page = await call<Page>('GET', `${path}?limit=5000${after}`);
      yield page;
      if (page.next === undefined) return;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  }
  return {
    putItems: (items) => inChunks(items, (chunk) => call('PUT', '/items', chunk)),
    putLocations: (locations) => inChunks(locations, (chunk) => call('PUT', '/locations', chunk)),
    async postTransactions(transactions) {
      const { results } = await call<{ results: TransactionResult[] }>('POST', '/transactions', transactions);
      return results;
    },
    async *positions() {
      for await (const page of pages<{ positions: WmsPosition[]; next?: string }>('/positions'))
        yield* page.positions;
    },
    async positionsOf(itemId, warehouseId) {
      const query = new URLSearchParams({ itemId, warehouseId });
      return (await call<{ positions: WmsPosition[] }>('GET', `/positions?${query}`)).positions;
    },
    async *allocations() {
      for await (const page of pages<{ allocations: WmsAllocation[]; next?: string }>('/allocations'))
        yield* page.allocations;
    },
  };
}

async function inChunks<Entry>(
  entries: readonly Entry[],
  put: (chunk: Entry[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < entries.length; start += MAX_PER_CALL)
    await put(entries.slice(start, start + MAX_PER_CALL));
}
