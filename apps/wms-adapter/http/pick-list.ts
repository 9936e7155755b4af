import { Hono } from 'hono';
import { warehouseIdSchema } from '../../../shared/contracts/identifiers.ts';
import type { PickTaskAnswer } from '../../../shared/contracts/pick-list.ts';
import { type Allocation, openPieces } from '../allocation/allocation.ts';
import type { Database } from '../database.ts';
import type { ApiEnvironment } from './call.ts';
import { jsonAnswer } from './json-answer.ts';
import { limitSchema, listed, page, pageQuerySchema, readQuery } from './pages.ts';
import { warehouseAsked } from './permissions.ts';

export const pickListQuerySchema = pageQuerySchema.extend({
  limit: limitSchema(100, 1_000),
  warehouseId: warehouseIdSchema.optional(),
});

/** `GET /pick-list`: what is to be picked for orders, by priority, then age. */
export function pickListRoutes(database: Pick<Database, 'openAllocations'>): Hono<ApiEnvironment> {
  return new Hono<ApiEnvironment>().get('/pick-list', async (context) => {
    const query = readQuery(context, pickListQuerySchema);
    const warehouseId = warehouseAsked(context.get('caller'), query.warehouseId);
    const { rows, ...next } = await page(() => database.openAllocations({ ...query, warehouseId }));
    return jsonAnswer(context, listed('picks', { rows: rows.map(pickTaskAnswer), ...next }));
  });
}

/** A task as it is told. */
export function pickTaskAnswer(allocation: Allocation): PickTaskAnswer {
  const { allocationId, orderId, lineId, itemId, warehouseId, priority, orderedAt } = allocation;
  const identity = { allocationId, orderId, lineId, itemId, warehouseId };
  return { ...identity, open: openPieces(allocation), priority, orderedAt };
}
