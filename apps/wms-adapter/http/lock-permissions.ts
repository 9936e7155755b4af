import type { Device, User } from '../../../shared/contracts/device.ts';
import type { ToldFault } from '../../../shared/contracts/field-fault.ts';
import type { Database } from '../database.ts';
import { authoriseScan, otherDevice, wrongUser } from '../devices/authorise-scan.ts';
import type { Caller } from '../devices/caller.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import type { LockActor } from '../locks/lock-order.ts';
import { refuse } from './permissions.ts';

type Users = Pick<Database, 'user'>;

/** @throws ProblemException 403 where a device takes a lock for another, elsewhere, or for somebody who does not work there */
export async function checkLockUser(
  database: Users,
  caller: Caller,
  wanted: Pick<LocationLock, 'warehouseId' | 'scannerId' | 'userId'>,
): Promise<void> {
  if (caller.kind !== 'device') return;
  refuse(authoriseScan(caller.device, await database.user(wanted.userId), wanted));
}

/**
 * Who extends a lock: a device is itself, whatever it says; of others, who they say, if anybody.
 * @throws ProblemException 403 where a device says otherwise
 */
export function actorExtending(caller: Caller, scannerId: string | undefined): LockActor | undefined {
  if (caller.kind !== 'device') return scannerId === undefined ? undefined : { scannerId };
  const { scannerId: own, warehouseIds } = caller.device;
  if (scannerId !== undefined && scannerId !== own) {
    refuse([otherDevice(own, scannerId)]);
  }
  return { scannerId: own, warehouseIds };
}

/** Who releases a lock: whoever is no device may release all; a device its own, and those of others in the name of a supervisor. */
export async function actorReleasing(
  database: Users,
  caller: Caller,
  userId: string | undefined,
): Promise<LockActor | undefined> {
  if (caller.kind !== 'device') return undefined;
  const user = userId === undefined ? undefined : await database.user(userId);
  return actorFor(caller.device, user && notSupervisor(user, user.userId) === undefined ? user : undefined);
}

/**
 * Who takes a lock over: whoever is no device may take over all; a device in the name of a supervisor.
 * @throws ProblemException 403 where it is in the name of somebody else, or where a device says that it is another
 */
export async function actorTakingOver(
  database: Users,
  caller: Caller,
  { scannerId, userId }: Pick<LocationLock, 'scannerId' | 'userId'>,
): Promise<LockActor | undefined> {
  actorExtending(caller, scannerId);
  if (caller.kind !== 'device') return undefined;
  const user = await database.user(userId);
  const fault = notSupervisor(user, userId);
  if (fault !== undefined) refuse([{ pointer: '/userId', ...fault }]);
  return actorFor(caller.device, user);
}

function actorFor({ scannerId, warehouseIds }: Device, supervisor: User | undefined): LockActor {
  const supervises = warehouseIds.filter((warehouseId) => supervisor?.warehouseIds.includes(warehouseId));
  return { scannerId, warehouseIds, supervises };
}

function notSupervisor(user: User | undefined, userId: string): Omit<ToldFault, 'pointer'> | undefined {
  const wrong = wrongUser(user, userId);
  if (wrong !== undefined || user?.role === 'supervisor') return wrong;
  return { detail: `user ${userId} is no supervisor`, code: 'not-a-supervisor' };
}
