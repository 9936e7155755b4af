import { isRunning, type LocationLock } from '../locks/location-lock.ts';
import type { ScanRequest } from './decide-scan.ts';
import { type Draft, locksIn } from './draft.ts';
import type { Movement } from './movements.ts';

/**
 * The locks under which a scan falls: of its locations, held by another scanner, running when it is booked or when it was
 * scanned. What was scanned beside a count may or may not be in its figure, whichever of them comes in first.
 */
export function locksOfOthers(
  draft: Draft,
  { transaction, scanTime }: ScanRequest,
  movements: readonly Movement[],
): LocationLock[] {
  // Most scans meet no lock, and a batch has many.
  if (draft.locks.size === 0) return [];
  const locationIds = new Set(movements.map(({ position }) => position.locationId));
  const locks = [...locationIds]
    .flatMap((locationId) => locksIn(draft, transaction.warehouseId, locationId))
    .filter(({ scannerId }) => scannerId !== transaction.scannerId);
  if (locks.length === 0) return [];
  const scannedAt = new Date(scanTime.scannedAt).toISOString();
  return locks.filter((lock) => isRunning(lock, draft.at) || wasRunningAt(lock, scannedAt));
}

function wasRunningAt(lock: LocationLock, at: string): boolean {
  return lock.startedAt <= at && isRunning(lock, at);
}
