import { Hono } from 'hono';
import { itemIdSchema, warehouseIdSchema } from '../../../shared/contracts/identifiers.ts';
import type { RecountTaskAnswer } from '../../../shared/contracts/recount-task.ts';
import type { RecountTask, RecountTasks } from '../recounts/recount-tasks.ts';
import type { ApiEnvironment } from './call.ts';
import { jsonAnswer } from './json-answer.ts';
import { limitSchema, listed, page, pageQuerySchema, readQuery } from './pages.ts';
import { warehouseAsked } from './permissions.ts';
import { positionIdOf } from './position-id.ts';

export const recountTasksQuerySchema = pageQuerySchema.extend({
  limit: limitSchema(100, 1_000),
  warehouseId: warehouseIdSchema.optional(),
  itemId: itemIdSchema.optional(),
});

/** `GET /recount-tasks`: positions that investigations of the cloud ask to be counted, until they are. */
export function recountTaskRoutes(database: Pick<RecountTasks, 'recountTasks'>): Hono<ApiEnvironment> {
  return new Hono<ApiEnvironment>().get('/recount-tasks', async (context) => {
    const query = readQuery(context, recountTasksQuerySchema);
    const warehouseId = warehouseAsked(context.get('caller'), query.warehouseId);
    const { rows, ...next } = await page(() => database.recountTasks({ ...query, warehouseId }));
    return jsonAnswer(context, listed('recountTasks', { rows: rows.map(recountTaskAnswer), ...next }));
  });
}

/** A task as it is told. */
export function recountTaskAnswer(task: RecountTask): RecountTaskAnswer {
  const { position, investigationId, askedAt, askedBy, reason } = task;
  const { itemId, warehouseId, locationId, lotNumber } = position;
  const identity = { positionId: positionIdOf(position), itemId, warehouseId, locationId, lotNumber };
  return { ...identity, investigationId, askedAt, askedBy, reason };
}
