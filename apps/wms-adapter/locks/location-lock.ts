/** A location that a scanner is counting. It warns, it does not block. Times are UTC with milliseconds. */
export interface LocationLock {
  readonly lockId: string;
  readonly warehouseId: string;
  readonly locationId: string;
  readonly scannerId: string;
  readonly userId: string;
  readonly startedAt: string;
  /** When it ends by itself. */
  readonly until: string;
  /** When and why it was ended before that. */
  readonly ended?: { readonly at: string; readonly because: 'counted' | 'released' | 'taken-over' };
  /** The lock that this one took over, and why. */
  readonly takenOver?: { readonly lockId: string; readonly reason: string };
}

/** A lock runs for 30 minutes after it was taken or extended, unless it is ended. */
export const LOCK_DURATION_MS = 30 * 60_000;

/** When the lock ended or will end by itself. */
export function endOf({ until, ended }: LocationLock): string {
  return ended === undefined || ended.at > until ? until : ended.at;
}

/** Whether the lock runs at that time (UTC with milliseconds). */
export function isRunning(lock: LocationLock, at: string): boolean {
  return at < endOf(lock);
}
