/** A location that a scanner is counting. It warns, it does not block. */
export interface LocationLock {
  readonly lockId: string;
  readonly warehouseId: string;
  readonly locationId: string;
  readonly scannerId: string;
  readonly userId: string;
  /** When it ends by itself: UTC with milliseconds. */
  readonly until: string;
}

/** A lock runs for 30 minutes, or until its count is posted. */
export const LOCK_DURATION_MS = 30 * 60_000;
