import type { Device, User } from '../../../shared/contracts/device.ts';
import type { Database } from '../database.ts';
import { authoriseScan, wrongUser } from '../devices/authorise-scan.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import type { Caller } from './call.ts';
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
 * Whose lock the caller may change; undefined: anybody's. A device is itself, whatever it says.
 * @throws ProblemException 403 where it says otherwise
 */
export function checkHolder(caller: Caller, scannerId: string | undefined): string | undefined {
  if (caller.kind !== 'device') return scannerId;
  const own = caller.device.scannerId;
  if (scannerId !== undefined && scannerId !== own) {
    refuse([{ pointer: '/scannerId', detail: `the key is that of ${own}, not of ${scannerId}` }]);
  }
  return own;
}

/** Whose locks the caller may end, and where: who is no device, all; a device its own, and in the name of a supervisor those of others. */
export async function releasable(
  database: Users,
  caller: Caller,
  userId: string | undefined,
): Promise<{ scannerId?: string; warehouseIds?: readonly string[] }> {
  if (caller.kind !== 'device') return {};
  const user = userId === undefined ? undefined : await database.user(userId);
  return user && notSupervisor(user, user.userId) === undefined
    ? { warehouseIds: sharedWarehouses(caller.device, user) }
    : { scannerId: caller.device.scannerId };
}

/**
 * Where a caller may take locks over: undefined is everywhere, for who is no device; a device may in the name of a
 * supervisor, where both belong.
 * @throws ProblemException 403 where it is in the name of somebody else
 */
export async function checkSupervisor(
  database: Users,
  caller: Caller,
  userId: string,
): Promise<readonly string[] | undefined> {
  if (caller.kind !== 'device') return undefined;
  const user = await database.user(userId);
  const detail = notSupervisor(user, userId);
  if (detail !== undefined) refuse([{ pointer: '/userId', detail }]);
  return user && sharedWarehouses(caller.device, user);
}

function notSupervisor(user: User | undefined, userId: string): string | undefined {
  const wrong = wrongUser(user, userId);
  return wrong ?? (user?.role === 'supervisor' ? undefined : `user ${userId} is no supervisor`);
}

function sharedWarehouses(device: Device, user: User): string[] {
  return device.warehouseIds.filter((warehouseId) => user.warehouseIds.includes(warehouseId));
}
