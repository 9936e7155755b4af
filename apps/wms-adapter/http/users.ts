import { Hono } from 'hono';
import { userDetailsSchema } from '../../../shared/contracts/device.ts';
import { userIdSchema } from '../../../shared/contracts/identifiers.ts';
import type { DeviceRegistry } from '../devices/device-registry.ts';
import type { ApiEnvironment } from './call.ts';
import { jsonAnswer } from './json-answer.ts';
import { readBody } from './json-body.ts';
import { listed, page, pageQuerySchema, readQuery } from './pages.ts';
import { pathName } from './path-name.ts';
import { administratorsOnly } from './permissions.ts';
import { ProblemException } from './problem.ts';
import { unknownWarehouses } from './unknown-warehouses.ts';

/** Who may scan, where, and who is a supervisor. Every PUT replaces the whole and may be repeated. Not for devices. */
export function userRoutes(
  registry: Pick<DeviceRegistry, 'putUser' | 'user' | 'users'>,
): Hono<ApiEnvironment> {
  return new Hono<ApiEnvironment>()
    .get('/users', administratorsOnly, async (context) => {
      const query = readQuery(context, pageQuerySchema);
      return jsonAnswer(context, listed('users', await page(() => registry.users(query))));
    })
    .get('/users/:userId', administratorsOnly, async (context) => {
      const userId = pathName(context, 'userId', userIdSchema);
      const user = await registry.user(userId);
      if (user === undefined) {
        throw new ProblemException(404, 'Unknown user', { detail: `there is no user ${userId}` });
      }
      return jsonAnswer(context, user);
    })
    .put('/users/:userId', administratorsOnly, async (context) => {
      const userId = pathName(context, 'userId', userIdSchema);
      const user = { userId, ...(await readBody(context, userDetailsSchema)) };
      const unknown = await registry.putUser(user);
      if (unknown.length > 0) throw unknownWarehouses(user.warehouseIds, unknown);
      return jsonAnswer(context, user);
    });
}
