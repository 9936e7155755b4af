import { randomUUID } from 'node:crypto';
import type { WarehouseTransaction } from './transactions.ts';

/** Commands to paste: an item's ATP over all warehouses, in one, a pick of one more piece of it, and how an order stands. */
export function curlLines(
  { functions, adapter }: { functions: string; adapter: string },
  pick: WarehouseTransaction,
  now: number,
  orderId?: string,
): string[] {
  const { itemId, warehouseId, locationId, scannerId, userId } = pick;
  const body = {
    ...{ transactionId: randomUUID(), type: 'pick', itemId, warehouseId, locationId, quantity: 1 },
    ...{ scannedAt: new Date(now).toISOString(), scannerId, userId },
  };
  return [
    `curl ${functions}/api/items/${itemId}/atp`,
    `curl ${functions}/api/items/${itemId}/warehouses/${warehouseId}/atp`,
    `curl ${adapter}/api/v1/transactions -H 'content-type: application/json' -d '${JSON.stringify(body)}'`,
    ...(orderId === undefined ? [] : [`curl ${functions}/api/orders/${orderId}/allocations`]),
  ];
}
