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
 * The corrected time of a scan (architecture, rule 13). Where it is known when the run of the device began that the scan
 * belongs to, it follows from the monotonic clock, and the wall clock does not matter. Else it is what the wall clock
 * said, at the latest the arrival. All scans of a run share its beginning, so that they keep their order whatever
 * the wall clock did, and in whichever call they arrive.
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
  const latest = receivedAt.toISOString();
  if (scanClock !== undefined && runBegan !== undefined) {
    const at = new Date(Math.min(runBegan + scanClock.milliseconds, receivedAt.getTime()));
    return { scannedAt: at.toISOString(), flags };
  }
  return Date.parse(scannedAt) > receivedAt.getTime()
    ? { scannedAt: latest, flags: ['clamped-scan-time', ...flags] }
    : { scannedAt, flags };
}

/** When the run that the call tells of began, in milliseconds since 1970 by the server's clock. */
export function runBeginning({ run, milliseconds }: DeviceClock, receivedAt: Date): number | undefined {
  return run === undefined || milliseconds === undefined ? undefined : receivedAt.getTime() - milliseconds;
}

/** By how many milliseconds the device's wall clock is ahead (negative: behind); undefined when the call did not tell. */
export function clockOffset({ time }: DeviceClock, receivedAt: Date): number | undefined {
  return time === undefined ? undefined : Date.parse(time) - receivedAt.getTime();
}

function isClockOff(clock: DeviceClock, receivedAt: Date): boolean {
  return Math.abs(clockOffset(clock, receivedAt) ?? 0) > MAX_CLOCK_OFFSET_MS;
}
