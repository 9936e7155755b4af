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
  const now = draft.now.toISOString();
  const scannedAt = new Date(scanTime.scannedAt).toISOString();
  const locationIds = new Set(movements.map(({ position }) => position.locationId));
  return [...locationIds]
    .flatMap((locationId) => locksIn(draft, transaction.warehouseId, locationId))
    .filter(({ scannerId }) => scannerId !== transaction.scannerId)
    .filter((lock) => isRunning(lock, now) || wasRunningAt(lock, scannedAt));
}

function wasRunningAt(lock: LocationLock, at: string): boolean {
  return lock.startedAt <= at && isRunning(lock, at);
}
