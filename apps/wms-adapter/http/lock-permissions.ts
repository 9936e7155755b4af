import type { User } from '../../../shared/contracts/device.ts';
import type { Database } from '../database.ts';
import { authoriseScan } from '../devices/authorise-scan.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import type { Caller } from './call.ts';
import { page } from './pages.ts';
import { checkWarehouse, refuse } from './permissions.ts';
import { ProblemException } from './problem.ts';

type Wanted = Pick<LocationLock, 'warehouseId' | 'scannerId' | 'userId'>;
type Locks = Pick<Database, 'locks' | 'user'>;

/** @throws ProblemException 403 where a device takes a lock for another, elsewhere, or for somebody who does not work there */
export async function checkLockUser(
  database: Pick<Database, 'user'>,
  caller: Caller,
  wanted: Wanted,
): Promise<User | undefined> {
  if (caller.kind !== 'device') return undefined;
  const user = await database.user(wanted.userId);
  refuse(authoriseScan(caller.device, user, wanted));
  return user;
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

/** @throws ProblemException 403 where a device takes over in the name of somebody who is no supervisor of the warehouse, 404 for no lock */
export async function checkSupervisor(
  database: Locks,
  caller: Caller,
  wanted: Pick<LocationLock, 'lockId' | 'scannerId' | 'userId'>,
  now: Date,
): Promise<void> {
  if (caller.kind !== 'device') return;
  const lock = await runningLock(database, wanted.lockId, now);
  if (lock === undefined) {
    const detail = `lock ${wanted.lockId} has ended, or there never was one`;
    throw new ProblemException(404, 'The lock does not run', { detail });
  }
  checkWarehouse(caller, lock.warehouseId);
  const user = await checkLockUser(database, caller, { ...wanted, warehouseId: lock.warehouseId });
  if (user?.role !== 'supervisor') {
    refuse([{ pointer: '/userId', detail: `user ${wanted.userId} is no supervisor` }]);
  }
}

/** Whether the caller may end anybody's lock: who is no device, and a device in the name of a supervisor of the lock's warehouse. */
export async function isSupervisorOf(
  database: Locks,
  caller: Caller,
  userId: string | undefined,
  lockId: string,
  now: Date,
): Promise<boolean> {
  if (caller.kind !== 'device') return true;
  const user = userId === undefined ? undefined : await database.user(userId);
  if (user?.role !== 'supervisor') return false;
  const lock = await runningLock(database, lockId, now);
  if (lock === undefined) return false;
  const { warehouseId } = lock;
  const { scannerId } = caller.device;
  return authoriseScan(caller.device, user, { scannerId, warehouseId, userId: user.userId }).length === 0;
}

/** Few locks run at a time: one a location that is being counted. */
async function runningLock(
  database: Pick<Database, 'locks'>,
  lockId: string,
  now: Date,
): Promise<LocationLock | undefined> {
  let after: string | undefined;
  do {
    const { rows, next } = await page(() => database.locks({ after, limit: 5_000 }, now));
    const lock = rows.find((row) => row.lockId === lockId);
    if (lock) return lock;
    after = next;
  } while (after !== undefined);
  return undefined;
}
