import { Hono } from 'hono';
import { itemIdSchema, orderIdSchema, warehouseIdSchema } from '../../../shared/contracts/identifiers.ts';
import type { Allocation } from '../allocation/allocation.ts';
import type { Database } from '../database.ts';
import type { AllocationAnswer } from '../openapi/schemas.ts';
import type { ApiEnvironment } from './call.ts';
import { jsonAnswer } from './json-answer.ts';
import { listed, page, pageQuerySchema, readQuery } from './pages.ts';
import { administratorsOnly } from './permissions.ts';

export const allocationQuerySchema = pageQuerySchema.extend({
  itemId: itemIdSchema.optional(),
  warehouseId: warehouseIdSchema.optional(),
  orderId: orderIdSchema.optional(),
});

/**
 * `GET /allocations` in the order in which they were first seen. `GET /ledger`: every event ever published, in commit
 * order, from the WMS's own books. Not for devices.
 */
export function bookRoutes(database: Pick<Database, 'allocations' | 'events'>): Hono<ApiEnvironment> {
  return new Hono<ApiEnvironment>()
    .get('/allocations', administratorsOnly, async (context) => {
      const query = readQuery(context, allocationQuerySchema);
      const { rows, ...next } = await page(() => database.allocations(query));
      return jsonAnswer(context, listed('allocations', { rows: rows.map(allocationAnswer), ...next }));
    })
    .get('/ledger', administratorsOnly, async (context) => {
      const query = readQuery(context, pageQuerySchema);
      return jsonAnswer(context, listed('events', await page(() => database.events(query))));
    });
}

function allocationAnswer({
  decision: { status, sequence, decidedAt },
  ...allocation
}: Allocation): AllocationAnswer {
  const { allocationId, orderId, lineId, itemId, warehouseId, requested, reserved, picked } = allocation;
  const identity = { allocationId, orderId, lineId, itemId, warehouseId };
  return { ...identity, requested, reserved, picked, status, sequence, decidedAt };
}
