import type { User } from '../../../shared/contracts/device.ts';
import type { DeviceClock } from '../../../shared/contracts/device-clock.ts';
import type { ToldFault } from '../../../shared/contracts/field-fault.ts';
import type { Transaction, TransactionResult } from '../../../shared/contracts/transaction.ts';
import { neverSet, runBeginning, scanTimeOf } from '../../../shared/domain/scan-time.ts';
import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';
import type { ScanRequest } from '../booking/decide-scan.ts';
import { rejectedFields } from '../booking/problems.ts';
import { authoriseScan } from './authorise-scan.ts';
import type { Caller } from './caller.ts';
import { type DeviceRegistry, type DeviceRun, deviceRunText } from './device-registry.ts';
import type { RunBeginnings } from './known-runs.ts';

export interface ScanCheckParts {
  readonly registry: Pick<DeviceRegistry, 'user'>;
  readonly runBeginnings: RunBeginnings;
}

/** What the scans of a call have in common. */
export interface ScanCall {
  readonly caller: Caller;
  readonly clock: DeviceClock;
  readonly receivedAt: Date;
  readonly trace: TraceContext;
}

type Scan = Pick<ScanRequest, 'transaction' | 'refusals'>;
/** A scan, or the result of what is none. */
export type ScanEntry = Scan | TransactionResult;

/**
 * Makes of each transaction of a call a request to book, with its corrected scan time, or the result `rejected`: where the device may
 * not say so, and where it was scanned before any clock was set. Entries that have a result keep it.
 */
export async function checkScans(
  { registry, runBeginnings }: ScanCheckParts,
  entries: readonly ScanEntry[],
  call: ScanCall,
): Promise<(ScanRequest | TransactionResult)[]> {
  const users = await usersOf(registry, entries, call);
  const authorised = entries.map((entry) => authorise(entry, users, call));
  const scans = authorised.flatMap((entry) => ('transaction' in entry ? [entry.transaction] : []));
  const beginnings = await runBeginnings(runsOf(scans, call));
  return authorised.map((entry) => ('transaction' in entry ? withScanTime(entry, beginnings, call) : entry));
}

/** Who scanned, by id; only where a device says so. */
async function usersOf(
  registry: Pick<DeviceRegistry, 'user'>,
  entries: readonly ScanEntry[],
  { caller }: ScanCall,
): Promise<ReadonlyMap<string, User | undefined>> {
  const scans = caller.kind === 'device' ? entries : [];
  const userIds = new Set(scans.flatMap((scan) => ('transaction' in scan ? [scan.transaction.userId] : [])));
  return new Map(
    await Promise.all([...userIds].map(async (userId) => [userId, await registry.user(userId)] as const)),
  );
}

/** Another's scan is refused at once; what else the device may not say, by the booking, unless it was booked before. */
function authorise(
  entry: ScanEntry,
  users: ReadonlyMap<string, User | undefined>,
  { caller }: ScanCall,
): ScanEntry {
  if (caller.kind !== 'device' || !('transaction' in entry)) return entry;
  const { transaction } = entry;
  const refusals = authoriseScan(caller.device, users.get(transaction.userId), transaction);
  return transaction.scannerId === caller.device.scannerId
    ? { transaction, refusals }
    : rejected(transaction, refusals);
}

/**
 * The runs that the scans name, and the run of the call, of each scanner in it. Its beginning is proposed even where no scan of it came
 * yet, so that those which come later are measured by the earliest call.
 */
function runsOf(scans: readonly Transaction[], { clock, receivedAt }: ScanCall): DeviceRun[] {
  const named = scans.flatMap(({ scannerId, scanClock }): DeviceRun[] =>
    scanClock ? [{ scannerId, run: scanClock.run }] : [],
  );
  const { run } = clock;
  const proposed = runBeginning(clock, receivedAt);
  const told =
    run === undefined || proposed === undefined
      ? []
      : scans.map(({ scannerId }): DeviceRun => ({ scannerId, run, proposed }));
  return [...new Map([...named, ...told].map((one) => [deviceRunText(one), one])).values()];
}

function withScanTime(
  { transaction, refusals = [] }: Scan,
  beginnings: ReadonlyMap<string, number>,
  { clock, receivedAt, trace }: ScanCall,
): ScanRequest {
  const { scannerId, scanClock } = transaction;
  const run = scanClock && deviceRunText({ scannerId, run: scanClock.run });
  const began = run === undefined ? undefined : beginnings.get(run);
  const scanTime = scanTimeOf(transaction, clock, receivedAt, began);
  const detail = neverSet(transaction, scanTime);
  const tooEarly: ToldFault[] =
    detail === undefined ? [] : [{ pointer: '/scannedAt', detail, code: 'clock-never-set' }];
  const { call } = clock;
  return {
    ...{ transaction, scanTime, trace, refusals: [...refusals, ...tooEarly] },
    ...(call !== undefined && { call }),
  };
}

function rejected({ transactionId }: Transaction, errors: ToldFault[]): TransactionResult {
  return { transactionId, outcome: 'rejected', problem: rejectedFields(errors) };
}
