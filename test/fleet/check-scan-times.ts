import { type Finding, findingAbout } from '../chaos/checks/finding.ts';
import { mostDrift } from './handheld-clock.ts';
import type { RadioCall } from './radio.ts';
import type { BookedScan, ScanBook } from './scan-book.ts';
import type { WmsBooks } from './wms-books.ts';

/** What is known of a device: its calls, and when its runs began in truth. */
export type DeviceTimes = {
  readonly book: ScanBook;
  readonly calls: readonly RadioCall[];
  readonly runs: ReadonlyMap<string, number>;
};

/** Adapter and fleet read the clock of one machine in different grains. Milliseconds of the machine. */
const GRAIN_MS = 40;

/**
 * The WMS ordered each scan by when it happened in truth, whatever the clocks of the devices said: as late at most as the calls took that told of
 * the run and brought the scan. Of a run in which no call ever went out, nobody knows more than the wall clock: it counts as it is,
 * or, where it lies in the future, as the arrival.
 */
export function checkScanTimes(
  devices: readonly DeviceTimes[],
  { events }: WmsBooks,
  speed: number,
): { readonly findings: readonly Finding[]; readonly byRun: number; readonly byWall: number } {
  const times = new Map(
    events.map((one) => [one.transactionId.toLowerCase(), Date.parse(one.scannedAt ?? '')]),
  );
  const slack = GRAIN_MS * speed;
  const wrong: string[] = [];
  let [byRun, byWall] = [0, 0];
  for (const { book, calls, runs } of devices) {
    const ofRun = Map.groupBy(calls, ({ run }) => run);
    const carried = carriedBy(calls);
    for (const [id, scan] of book.scans) {
      const at = times.get(id);
      if (at === undefined) continue;
      const { run = '' } = scan.transaction.scanClock ?? {};
      const told = ofRun.get(run);
      const late = (told ? firstCallTook(told) : 0) + (carried.get(id)?.longest ?? 0);
      const drift = mostDrift((scan.transaction.scanClock?.milliseconds ?? 0) + at - (runs.get(run) ?? at));
      const [from, to] = scan.madeAt;
      const isRight = at >= from - slack - drift && at <= to + late + slack + drift;
      if (told && isRight) byRun += 1;
      // What went out in a later run may have come before the first call of its own, if that arrived at all.
      else if (carried.get(id)?.runs.some((one) => one !== run) && isByWall(scan, at, slack)) byWall += 1;
      else wrong.push(textOf(book, id, scan, at));
    }
  }
  return {
    findings: findingAbout('wrong', 'scans whose time is not when they were made', wrong),
    byRun,
    byWall,
  };
}

function isByWall({ transaction, madeAt }: BookedScan, at: number, slack: number): boolean {
  const wall = Date.parse(transaction.scannedAt);
  return at === wall || (at < wall && at >= madeAt[0] - slack);
}

/** The one that told the server of the run first is among those that were sent before any was answered. */
function firstCallTook(calls: readonly RadioCall[]): number {
  const firstAnswer = Math.min(...calls.filter(({ wasTaken }) => wasTaken).map(({ endedAt }) => endedAt));
  const candidates = calls.filter(({ sentAt }) => sentAt <= firstAnswer);
  return Math.max(...candidates.map(({ sentAt, endedAt }) => endedAt - sentAt));
}

/** How long the slowest call took that brought a scan, and in which runs that was, by the scan's id. */
function carriedBy(calls: readonly RadioCall[]) {
  const carried = new Map<string, { longest: number; readonly runs: string[] }>();
  for (const { run, sentAt, endedAt, transactionIds } of calls)
    for (const id of transactionIds) {
      const known = carried.get(id) ?? { longest: 0, runs: [] };
      known.longest = Math.max(known.longest, endedAt - sentAt);
      known.runs.push(run);
      carried.set(id, known);
    }
  return carried;
}

function textOf({ scannerId }: ScanBook, id: string, { madeAt }: BookedScan, at: number): string {
  return `${id} of ${scannerId} was made at ${new Date(madeAt[0]).toISOString()}, the WMS has ${new Date(at).toISOString()}`;
}
