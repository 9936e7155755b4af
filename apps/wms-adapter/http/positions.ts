import { Hono } from 'hono';
import { itemIdSchema, locationIdSchema, warehouseIdSchema } from '../../../shared/contracts/identifiers.ts';
import type { Database } from '../database.ts';
import type { ApiEnvironment } from './call.ts';
import { jsonAnswer } from './json-answer.ts';
import { listed, page, pageQuerySchema, readQuery } from './pages.ts';
import { warehouseAsked } from './permissions.ts';
import { positionIdOf } from './position-id.ts';

export const positionQuerySchema = pageQuerySchema.extend({
  itemId: itemIdSchema.optional(),
  warehouseId: warehouseIdSchema.optional(),
  locationId: locationIdSchema.optional(),
});

/**
 * `GET /positions` in the order (warehouse, item, location, lot); what is reserved of an item in a warehouse is spread
 * over its positions in that order.
 */
export function positionRoutes(database: Pick<Database, 'positions'>): Hono<ApiEnvironment> {
  return new Hono<ApiEnvironment>().get('/positions', async (context) => {
    const query = readQuery(context, positionQuerySchema);
    const warehouseId = warehouseAsked(context.get('caller'), query.warehouseId);
    const { rows, ...next } = await page(() => database.positions({ ...query, warehouseId }));
    const positions = rows.map((position) => ({ positionId: positionIdOf(position), ...position }));
    return jsonAnswer(context, listed('positions', { rows: positions, ...next }));
  });
}
