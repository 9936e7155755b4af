import { CosmosClient } from '@azure/cosmos';
import { expect } from 'vitest';
import { z } from 'zod';
import { type OrderLine, promisedOf } from '../../shared/domain/order-line.ts';
import type { Stock } from '../../shared/domain/stock.ts';
import type { Fabric } from './fabric.ts';

const wmsAllocationSchema = z.object({
  allocationId: z.string(),
  orderId: z.string(),
  itemId: z.string(),
  warehouseId: z.string(),
  reserved: z.number(),
  picked: z.number(),
  status: z.string(),
});

/** What the WMS keeps for the cloud. */
export type WmsAllocation = z.infer<typeof wmsAllocationSchema>;

const pageSchema = z.object({ allocations: z.array(wmsAllocationSchema), next: z.string().optional() });

/** The allocations in the WMS's own books. */
export async function wmsAllocations(
  fabric: Fabric,
  filter: { itemId?: string } = {},
): Promise<WmsAllocation[]> {
  const allocations: WmsAllocation[] = [];
  let after: string | undefined;
  do {
    const query = new URLSearchParams({ limit: '1000', ...filter, ...(after !== undefined && { after }) });
    const response = await fetch(`${fabric.stack.urls.adapter}/api/v1/allocations?${query}`);
    const page = pageSchema.parse(await response.json());
    allocations.push(...page.allocations);
    after = page.next;
  } while (after !== undefined);
  return allocations;
}

/**
 * Both sides say the same, and the cloud's totals are those of its lines: what the cloud counts as confirmed and not
 * picked is reserved in the WMS, piece by piece. Nothing is oversold then.
 */
export async function expectSidesAgree(fabric: Fabric): Promise<void> {
  const { stocks, lines } = await cloudDocuments(fabric);
  const fromLines = new Map<string, { tentative: number; open: number }>();
  for (const line of lines) {
    for (const [warehouseId, { tentative, confirmed, picked }] of promisedOf(line)) {
      const key = `${line.itemId}|${warehouseId}`;
      const sum = fromLines.get(key) ?? { tentative: 0, open: 0 };
      fromLines.set(key, { tentative: sum.tentative + tentative, open: sum.open + confirmed - picked });
    }
  }
  const inWms = new Map<string, number>();
  for (const { itemId, warehouseId, reserved, picked } of await wmsAllocations(fabric)) {
    const key = `${itemId}|${warehouseId}`;
    inWms.set(key, (inWms.get(key) ?? 0) + reserved - picked);
  }
  const totals = stocks.map(({ itemId, warehouseId, tentative, confirmed, picked }) => {
    return { key: `${itemId}|${warehouseId}`, tentative, open: confirmed - picked };
  });
  expect(totals).toEqual(
    totals.map(({ key }) => ({ key, ...(fromLines.get(key) ?? { tentative: 0, open: 0 }) })),
  );
  expect(totals.map(({ key, open }) => ({ key, open }))).toEqual(
    totals.map(({ key }) => ({ key, open: inWms.get(key) ?? 0 })),
  );
}

async function cloudDocuments({ stack }: Fabric): Promise<{ stocks: Stock[]; lines: OrderLine[] }> {
  const client = new CosmosClient(stack.connections.cosmos);
  const { items } = client.database('stockbridge').container('stock');
  const stocks = await items.query<Stock>("SELECT * FROM c WHERE c.kind = 'stock'").fetchAll();
  const lines = await items
    .query<OrderLine>("SELECT * FROM c WHERE c.kind IN ('order-line', 'hold-line')")
    .fetchAll();
  client.dispose();
  return { stocks: stocks.resources, lines: lines.resources };
}
