import { Hono } from 'hono';
import { type User, type UserDetails, userDetailsSchema } from '../../../shared/contracts/device.ts';
import { userIdSchema } from '../../../shared/contracts/identifiers.ts';
import type { DeviceRegistry, UserRefusal } from '../devices/device-registry.ts';
import type { TakeTurn } from '../sign-in/few-at-a-time.ts';
import { hashOfPin } from '../sign-in/pin.ts';
import { hashOfBadge } from '../sign-in/sign-in.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import type { ApiEnvironment } from './call.ts';
import { jsonAnswer } from './json-answer.ts';
import { readSecretBody } from './json-body.ts';
import { listed, page, pageQuerySchema, readQuery } from './pages.ts';
import { pathName } from './path-name.ts';
import { administratorsOnly } from './permissions.ts';
import { ProblemException } from './problem.ts';
import { unknownWarehouses } from './unknown-warehouses.ts';

type Users = Pick<DeviceRegistry, 'putUser' | 'user' | 'users'> & Pick<SignIns, 'forgetSignIns'>;

/**
 * Who may scan, where, who is a supervisor, and what they sign in with. Every PUT replaces the whole, but for a PIN that it leaves out, and
 * may be repeated. A new PIN ends what holds up the badge. Not for devices.
 */
export function userRoutes(registry: Users, takeTurn: TakeTurn): Hono<ApiEnvironment> {
  async function put(userId: string, { pin, ...details }: UserDetails): Promise<User> {
    const pinHash = typeof pin === 'string' ? await takeTurn(() => hashOfPin(pin)) : pin;
    const refused = await registry.putUser({ userId, ...details }, pinHash);
    if (refused !== undefined) throw refusalOf(details, refused);
    if (pin !== undefined && details.badge !== undefined) {
      await registry.forgetSignIns(hashOfBadge(details.badge));
    }
    return (await registry.user(userId)) ?? unknownUser(userId);
  }

  return new Hono<ApiEnvironment>()
    .get('/users', administratorsOnly, async (context) => {
      const query = readQuery(context, pageQuerySchema);
      return jsonAnswer(context, listed('users', await page(() => registry.users(query))));
    })
    .get('/users/:userId', administratorsOnly, async (context) => {
      const userId = pathName(context, 'userId', userIdSchema);
      return jsonAnswer(context, (await registry.user(userId)) ?? unknownUser(userId));
    })
    .put('/users/:userId', administratorsOnly, async (context) => {
      const userId = pathName(context, 'userId', userIdSchema);
      const details = await readSecretBody(context, userDetailsSchema, 'pin');
      return jsonAnswer(context, await put(userId, details));
    });
}

function refusalOf({ warehouseIds, badge }: UserDetails, refused: UserRefusal): ProblemException {
  switch (refused.kind) {
    case 'unknown-warehouses':
      return unknownWarehouses(warehouseIds, refused.warehouseIds);
    case 'badge-taken': {
      const detail = `badge ${badge} is that of user ${refused.userId}`;
      return new ProblemException(409, 'Another has this badge', {
        detail,
        errors: [{ pointer: '/badge', detail }],
      });
    }
  }
}

function unknownUser(userId: string): never {
  throw new ProblemException(404, 'Unknown user', { detail: `there is no user ${userId}` });
}
