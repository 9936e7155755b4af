import type { DeviceClock } from '../contracts/device-clock.ts';
import type { Transaction, TransactionFlag } from '../contracts/transaction.ts';

/** A device whose wall clock is off by more than this many milliseconds is flagged. */
export const MAX_CLOCK_OFFSET_MS = 5 * 60_000;

/** No scan is older: an earlier time is that of a clock that was never set. */
export const EARLIEST_SCAN = '2000-01-01T00:00:00.000Z';

/** When a scan happened, as the warehouse orders by it: UTC. */
export interface ScanTime {
  readonly scannedAt: string;
  readonly flags: readonly TransactionFlag[];
}

/**
 * A monotonic clock that has fallen behind by more than this many milliseconds since its run was first told of stood still
 * for a while, as that of a browser does while its device sleeps. Drift stays well below, and so does how late a run is that a slow
 * first call told of.
 */
export const MAX_STANDSTILL_MS = 30_000;

/**
 * The corrected time of a scan (architecture, rule 13). Where it is known when the run of the device began that the scan
 * belongs to, it follows from the monotonic clock, and the wall clock does not matter. Else it is what the wall clock
 * said, at the latest the arrival. All scans of a run share its beginning, so that they keep their order whatever
 * the wall clock did, and in whichever call they arrive. Where the call shows that the monotonic clock stood still, before the scan or
 * after it, the wall clock decides between the two.
 *
 * @param clock of the call that brought it
 * @param receivedAt when the call arrived, by the server's clock
 * @param runBegan `runBeginning` of the first call that told of the scan's run, in milliseconds since 1970
 */
export function scanTimeOf(
  { scannedAt, scanClock }: Pick<Transaction, 'scannedAt' | 'scanClock'>,
  clock: DeviceClock,
  receivedAt: Date,
  runBegan: number | undefined,
): ScanTime {
  const flags: TransactionFlag[] = isClockOff(clock, receivedAt) ? ['device-clock-off'] : [];
  const arrival = receivedAt.getTime();
  if (scanClock === undefined || runBegan === undefined) {
    return Date.parse(scannedAt) > arrival ? clamped(arrival, flags) : { scannedAt, flags };
  }
  const byRun = runBegan + scanClock.milliseconds;
  const began = clock.run === scanClock.run ? runBeginning(clock, receivedAt) : undefined;
  const stoodStill = began === undefined ? 0 : began - runBegan;
  if (stoodStill > MAX_STANDSTILL_MS) {
    const latest = Math.min(byRun + stoodStill, arrival);
    const at = Math.min(Math.max(Date.parse(scannedAt), byRun), latest);
    return { scannedAt: new Date(at).toISOString(), flags: ['device-clock-off'] };
  }
  // A run whose first call was slow is late as a whole: its scans keep their order, be it a little beyond their arrival.
  const latest = arrival + Math.min(Math.max(-stoodStill, 0), MAX_STANDSTILL_MS);
  return byRun > latest ? clamped(latest, flags) : { scannedAt: new Date(byRun).toISOString(), flags };
}

/** Why a scan is not taken whose corrected time is that of a clock which was never set; undefined for any other. */
export function neverSet(
  { scannedAt }: Pick<Transaction, 'scannedAt'>,
  scanTime: ScanTime,
): string | undefined {
  if (Date.parse(scanTime.scannedAt) >= Date.parse(EARLIEST_SCAN)) return undefined;
  return `${scannedAt} is before ${EARLIEST_SCAN}: the clock of the device was never set, and its run does not tell the time either`;
}

function clamped(latest: number, flags: readonly TransactionFlag[]): ScanTime {
  return { scannedAt: new Date(latest).toISOString(), flags: ['clamped-scan-time', ...flags] };
}

/** When the run that the call tells of began, in milliseconds since 1970 by the server's clock; undefined for a reading that no device can have. */
export function runBeginning({ run, milliseconds }: DeviceClock, receivedAt: Date): number | undefined {
  if (run === undefined || milliseconds === undefined) return undefined;
  const began = receivedAt.getTime() - milliseconds;
  return began < Date.parse(EARLIEST_SCAN) ? undefined : began;
}

/** By how many milliseconds the device's wall clock is ahead (negative: behind); undefined when the call did not tell. */
export function clockOffset({ time }: DeviceClock, receivedAt: Date): number | undefined {
  return time === undefined ? undefined : Date.parse(time) - receivedAt.getTime();
}

function isClockOff(clock: DeviceClock, receivedAt: Date): boolean {
  return Math.abs(clockOffset(clock, receivedAt) ?? 0) > MAX_CLOCK_OFFSET_MS;
}
