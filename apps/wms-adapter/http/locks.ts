import { Hono } from 'hono';
import { z } from 'zod';
import { referenceSchema, warehouseIdSchema } from '../../../shared/contracts/identifiers.ts';
import {
  lockExtensionSchema,
  lockRequestSchema,
  lockTakeOverSchema,
} from '../../../shared/contracts/location-lock.ts';
import type { GroupCommit } from '../booking/group-commit.ts';
import type { Database } from '../database.ts';
import type { LockCommand, LockResult } from '../locks/lock-order.ts';
import { type ApiEnvironment, type Call, traceOfCall } from './call.ts';
import { jsonAnswer } from './json-answer.ts';
import { readBody, readOptionalBody } from './json-body.ts';
import { lockAnswer, refusedLock } from './lock-answers.ts';
import { actorExtending, actorReleasing, actorTakingOver, checkLockUser } from './lock-permissions.ts';
import { listed, page, pageQuerySchema, readQuery } from './pages.ts';
import { pathName } from './path-name.ts';
import { warehouseAsked } from './permissions.ts';

export const lockQuerySchema = pageQuerySchema.extend({ warehouseId: warehouseIdSchema.optional() });
export const lockReleaseQuerySchema = z.object({ userId: lockRequestSchema.shape.userId.optional() });

export interface LockParts {
  readonly database: Pick<Database, 'locks' | 'user'>;
  readonly groupCommit: Pick<GroupCommit, 'changeLock'>;
  readonly newId: () => string;
}

/**
 * `POST /locks`: a scanner begins to count a location, for 30 minutes; asked again by the same scanner, its lock runs anew.
 * `POST /locks/{lockId}/extend`, `DELETE /locks/{lockId}`, `POST /locks/{lockId}/take-over`, and `GET /locks`: those that run.
 */
export function lockRoutes({ database, groupCommit, newId }: LockParts): Hono<ApiEnvironment> {
  const change = (context: Call, lock: LockCommand): Promise<LockResult> =>
    groupCommit.changeLock({ lock, trace: traceOfCall(context) });

  return new Hono<ApiEnvironment>()
    .post('/locks', async (context) => {
      const wanted = await readBody(context, lockRequestSchema);
      await checkLockUser(database, context.get('caller'), wanted);
      const result = await change(context, { kind: 'take', lockId: newId(), ...wanted });
      if (result.kind !== 'running')
        throw refusedLock(result, `location ${wanted.locationId} in ${wanted.warehouseId}`);
      return jsonAnswer(context, lockAnswer(result.lock), 201);
    })
    .get('/locks', async (context) => {
      const query = readQuery(context, lockQuerySchema);
      const warehouseId = warehouseAsked(context.get('caller'), query.warehouseId);
      const { rows, ...next } = await page(() =>
        database.locks({ ...query, warehouseId }, context.get('receivedAt')),
      );
      return jsonAnswer(context, listed('locks', { rows: rows.map(lockAnswer), ...next }));
    })
    .post('/locks/:lockId/extend', async (context) => {
      const lockId = pathName(context, 'lockId', referenceSchema);
      const { scannerId } = await readOptionalBody(context, lockExtensionSchema);
      const by = actorExtending(context.get('caller'), scannerId);
      const result = await change(context, { kind: 'extend', lockId, by });
      if (result.kind !== 'running') throw refusedLock(result, `lock ${lockId}`);
      return jsonAnswer(context, lockAnswer(result.lock));
    })
    .delete('/locks/:lockId', async (context) => {
      const lockId = pathName(context, 'lockId', referenceSchema);
      const { userId } = readQuery(context, lockReleaseQuerySchema);
      const by = await actorReleasing(database, context.get('caller'), userId);
      const result = await change(context, { kind: 'release', lockId, by });
      if (result.kind !== 'ended') throw refusedLock(result, `lock ${lockId}`);
      return context.body(null, 204);
    })
    .post('/locks/:lockId/take-over', async (context) => {
      const lockId = pathName(context, 'lockId', referenceSchema);
      const wanted = await readBody(context, lockTakeOverSchema);
      const by = await actorTakingOver(database, context.get('caller'), wanted);
      const result = await change(context, { kind: 'take-over', lockId, newLockId: newId(), ...wanted, by });
      if (result.kind !== 'running') throw refusedLock(result, `lock ${lockId}`);
      return jsonAnswer(context, lockAnswer(result.lock), 201);
    });
}
