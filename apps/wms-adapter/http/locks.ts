import { type Context, Hono } from 'hono';
import { z } from 'zod';
import {
  locationIdSchema,
  scannerIdSchema,
  userIdSchema,
  warehouseIdSchema,
} from '../../../shared/contracts/identifiers.ts';
import type { Database } from '../database.ts';
import { LOCK_DURATION_MS } from '../locks/location-lock.ts';
import { traceOf } from '../trace-context.ts';
import { readBody } from './json-body.ts';
import { ProblemException } from './problem.ts';
import { page, pageQuerySchema, readQuery } from './queries.ts';

const lockBodySchema = z.object({
  warehouseId: warehouseIdSchema,
  locationId: locationIdSchema,
  scannerId: scannerIdSchema,
  userId: userIdSchema,
});

/**
 * `POST /locks`: a scanner begins to count a location. Until its count is posted, at most 30 minutes, nothing in the
 * location is promised. Asked again by the same scanner, its lock runs anew. `GET /locks`: those that run.
 * `DELETE /locks/{lockId}` ends one; it may be repeated. The cloud is told of each; `onCommit` is called when there is
 * something to send.
 */
export function lockRoutes(
  database: Pick<Database, 'location' | 'putLock' | 'endLock' | 'locks'>,
  now: () => Date,
  newId: () => string,
  onCommit: () => void,
): Hono {
  return new Hono()
    .post('/locks', async (context) => {
      const wanted = await readBody(context, lockBodySchema);
      const { warehouseId, locationId } = wanted;
      if (!(await database.location(warehouseId, locationId))) {
        const detail = `there is no location ${locationId} in warehouse ${warehouseId}`;
        throw new ProblemException(404, 'Unknown location', { detail });
      }
      const at = now();
      const end = new Date(at.getTime() + LOCK_DURATION_MS).toISOString();
      const lock = { ...wanted, lockId: newId(), until: end };
      const { lockId, until } = await database.putLock(lock, at, traceOfCall(context));
      onCommit();
      return context.json({ lockId, until }, 201);
    })
    .get('/locks', async (context) => {
      const query = readQuery(context, pageQuerySchema);
      const { rows, ...next } = await page(() => database.locks(query, now()));
      return context.json({ locks: rows, ...next });
    })
    .delete('/locks/:lockId', async (context) => {
      await database.endLock(context.req.param('lockId'), now(), traceOfCall(context));
      onCommit();
      return context.body(null, 204);
    });
}

function traceOfCall({ req }: Context): ReturnType<typeof traceOf> {
  return traceOf(req.header('traceparent'), req.header('tracestate'));
}
