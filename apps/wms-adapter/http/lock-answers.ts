import type { RunningLock } from '../../../shared/contracts/location-lock.ts';
import { problemType } from '../../../shared/contracts/problem-type.ts';
import { countedByAnother } from '../booking/problems.ts';
import type { LocationLock } from '../locks/location-lock.ts';
import type { LockResult } from '../locks/lock-order.ts';
import { ProblemException } from './problem.ts';

/** A lock as it is answered. */
export function lockAnswer(lock: LocationLock): RunningLock {
  const { lockId, warehouseId, locationId, scannerId, userId, startedAt, until, takenOver } = lock;
  return {
    lockId,
    warehouseId,
    locationId,
    scannerId,
    userId,
    startedAt,
    until,
    ...(takenOver && { takenOver: { lockId: takenOver.lockId, reason: takenOver.reason } }),
  };
}

/**
 * Why a lock was not changed.
 * @param what was asked for, such as `lock 3f…`
 */
export function refusedLock(result: LockResult, what: string): ProblemException {
  if (result.kind === 'held-by-another') {
    const { status, title, ...rest } = countedByAnother([result.lock]);
    return new ProblemException(status, title, rest);
  }
  if (result.kind === 'elsewhere') {
    const detail = `${what} is in ${result.lock.warehouseId}, where device or user does not belong`;
    return new ProblemException(403, 'Another warehouse', { type: problemType('another-warehouse'), detail });
  }
  return result.kind === 'unknown-location'
    ? new ProblemException(404, 'Unknown location', {
        type: problemType('unknown-location'),
        detail: `there is no ${what}`,
      })
    : new ProblemException(404, 'The lock does not run', {
        type: problemType('lock-not-running'),
        detail: `${what} has ended, or there never was one; take a new one`,
      });
}
