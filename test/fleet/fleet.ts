import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from '../../shared/contracts/transaction.ts';
import type { Finding } from '../chaos/checks/finding.ts';
import { type Chance, chanceOf } from '../simulation/chance.ts';
import { checkKnownStock } from './check-known-stock.ts';
import { checkLedger } from './check-ledger.ts';
import { checkScanTimes } from './check-scan-times.ts';
import { checkStock } from './check-stock.ts';
import { type FleetAdapter, startFleetAdapter } from './fleet-adapter.ts';
import { type FleetClock, fleetClock } from './fleet-clock.ts';
import { type Handheld, openHandheld } from './handheld.ts';
import { aisleOf, badgeOf, PIN, SUPERVISORS, scannerOf, workerOf } from './layout.ts';
import { goOffline, killAdapter, sufferMishaps, wander } from './mishaps.ts';
import { openWarehouse, putUser } from './open-warehouse.ts';
import type { FleetOptions } from './options.ts';
import { openScanBook, type ScanBook } from './scan-book.ts';
import { openTally, type Tally } from './tally.ts';
import { readWmsBooks } from './wms-books.ts';
import { startWorker, type Worker } from './worker.ts';

export type FleetResult = {
  readonly options: FleetOptions;
  readonly tally: Tally;
  readonly scans: number;
  readonly dropped: number;
  /** Uploads of scans that had been uploaded before. */
  readonly repeats: number;
  /** Milliseconds of the fleet, all devices together. */
  readonly offlineMs: number;
  readonly drain: Drain;
  /** Scans that are ordered by the run of their device, and by its wall clock. */
  readonly byRun: number;
  readonly byWall: number;
  readonly events: number;
  readonly findings: readonly Finding[];
};

/** From the Wi-Fi being back. Milliseconds of the machine. */
export type Drain = {
  /** Scans that waited then. */
  readonly waiting: number;
  /** Until every queue had been empty once, and until nothing was queued or red. */
  readonly queuesEmptyMs: number;
  readonly allSettledMs: number;
};

export type FleetRun = FleetOptions & {
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly progress: (state: () => string) => void;
};

type Member = {
  readonly handheld: Handheld;
  readonly book: ScanBook;
  readonly worker: Worker;
  readonly chance: Chance;
};

/** Of the shift, at its end: everybody is without Wi-Fi. */
const LAST_DARKNESS = 0.05;
/** One worker of so many leaves during the shift. */
const LEAVERS = 6;
/** One device of so many is without Wi-Fi all the shift. */
const FAR_AWAY = 3;
const LOOK_EVERY = 10;
const LONGEST_COUNT_MS = 10 * 60_000;
const HOUR_MS = 3_600_000;
/** Milliseconds of the machine without any progress after which a fleet that does not drain is given up. */
const PATIENCE = 60_000;

/** Plays one shift and compares. @throws when the signal says stop, or something breaks that is none of the fleet's faults */
export async function runFleet(run: FleetRun): Promise<FleetResult> {
  const clock = fleetClock(run.speed);
  const chance = chanceOf(run.seed);
  const tally = openTally();
  const adapter = await startFleetAdapter(join(run.folder, 'adapter'), clock.shift);
  const members: Member[] = [];
  try {
    const { keys, opening } = await openWarehouse(
      { adapter, clock, chance: chance.stream('warehouse') },
      run.devices,
    );
    const parts = { run, adapter, clock, tally, chance, inTurn: takingTurns() };
    const enrolled = keys.map((key, device) => enrol(parts, device, key));
    members.push(...(await Promise.all(enrolled)));
    run.say(`${run.devices} devices are enrolled; the shift begins.`);
    await playShift(parts, members);
    const drain = await drainAll(run, members);
    return await compare({ run, tally, adapter, opening, drain }, members);
  } finally {
    for (const { handheld } of members) handheld.stop();
    await adapter.end('SIGKILL');
  }
}

type Parts = {
  readonly run: FleetRun;
  readonly adapter: FleetAdapter;
  readonly clock: FleetClock;
  readonly tally: Tally;
  readonly chance: Chance;
  /** One after the other: the hash of a PIN is slow on purpose, and forty at once are given up by all who wait. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
};

/** A device that knows its warehouse, and whom worker and supervisor may sign in on without Wi-Fi. */
async function enrol(parts: Parts, device: number, key: string): Promise<Member> {
  const { run, adapter, clock, tally } = parts;
  const chance = parts.chance.stream(`device ${device}`);
  const scannerId = scannerOf(device);
  const book = openScanBook(scannerId);
  const handheld = openHandheld({
    ...{ scannerId, clock, chance, tally, folder: join(run.folder, scannerId), origin: adapter.origin },
    onStart: ({ store }) => book.look(store),
  });
  handheld.start();
  const people = {
    worker: workerOf(device),
    supervisor: SUPERVISORS[device % SUPERVISORS.length] ?? 'sup-1',
  };
  const { device: app } = await handheld.running();
  await patiently(async () => (await app.enrol({ scannerId, key })).kind === 'enrolled');
  for (const userId of [people.supervisor, people.worker])
    await parts.inTurn(() =>
      patiently(async () => (await app.signIn(badgeOf(userId), PIN)).kind === 'signed-in'),
    );
  await patiently(async () => {
    await app.syncNow();
    const { store } = await handheld.running();
    return store.masterData().locations > 0;
  });
  const worker = startWorker({
    ...{ handheld, book, clock, tally, aisle: aisleOf(device), ...people },
    chance: chance.stream('worker'),
    longestCountMs: Math.min(LONGEST_COUNT_MS, run.offlineMs / 20),
  });
  return { handheld, book, worker, chance };
}

function takingTurns(): Parts['inTurn'] {
  let last = Promise.resolve();
  return (work) => {
    last = last.then(work);
    return last;
  };
}

/** The Wi-Fi is not good in the morning either. */
async function patiently(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await sleep(LOOK_EVERY);
}

async function playShift(parts: Parts, members: readonly Member[]): Promise<void> {
  const { run, clock, adapter } = parts;
  const ends = clock.now() + run.offlineMs;
  const isOver = () => clock.now() >= ends || run.signal.aborted;
  const darkFrom = ends - run.offlineMs * LAST_DARKNESS;
  const leftMs = () => (run.signal.aborted ? 0 : Math.max(0, darkFrom - clock.now()));
  const shift = { clock, tally: parts.tally, shiftMs: run.offlineMs, leftMs };
  run.progress(() => {
    const left = Math.max(0, ends - clock.now()) / HOUR_MS;
    return `${left.toFixed(2)} h of the shift left, ${scansOf(members)} scans, ${waitingOf(members)} wait`;
  });
  const mishaps = members.flatMap(({ handheld, chance }, device) => [
    wander({ ...shift, chance: chance.stream('ways') }, handheld, device % FAR_AWAY === FAR_AWAY - 1),
    sufferMishaps({ ...shift, chance: chance.stream('mishaps') }, handheld),
  ]);
  const outages = killAdapter({ ...shift, chance: parts.chance.stream('adapter') }, adapter);
  const leaving = clock.sleep(run.offlineMs / 3).then(() => someLeave(parts));
  const work = members.map(({ worker }) => worker.work(HOUR_MS / run.scansPerHour, isOver));
  void clock.sleep(leftMs()).then(() => {
    for (const { handheld, chance } of members) goOffline(handheld, true, chance);
  });
  await Promise.all([...work, leaving]);
  // Who sleeps in a dead zone is not waited for.
  for (const { handheld } of members) handheld.radio.behave();
  void Promise.all(mishaps);
  await outages;
  run.signal.throwIfAborted();
}

/** Their scans are refused from then on, also those that wait. */
async function someLeave({ run, adapter }: Parts): Promise<void> {
  for (let device = 1; device < run.devices; device += LEAVERS) {
    const leave = async () => {
      await putUser(adapter, workerOf(device), 'worker', false);
      return true;
    };
    await patiently(() => leave().catch(() => false));
  }
}

/** The Wi-Fi is back for everybody, and stays. */
async function drainAll(run: FleetRun, members: readonly Member[]): Promise<Drain> {
  const waiting = waitingOf(members);
  run.say(`The Wi-Fi is back; ${waiting} scans wait.`);
  run.progress(() => `${waitingOf(members)} scans wait`);
  const began = performance.now();
  const emptied = new Set<Member>();
  let isSettled = false;
  let queuesEmptyMs = 0;
  let [left, movedAt] = [waiting, began];
  const isGivenUp = () => run.signal.aborted || performance.now() - movedAt > PATIENCE;
  for (const { handheld, chance } of members) {
    handheld.killAfter(Number.POSITIVE_INFINITY);
    goOffline(handheld, false, chance);
  }
  const all = Promise.all(members.map(({ worker }) => worker.finish(isGivenUp))).finally(() => {
    isSettled = true;
  });
  while (!isSettled || emptied.size < members.length) {
    for (const member of members) if (member.handheld.counts()?.queued === 0) emptied.add(member);
    if (emptied.size === members.length) queuesEmptyMs ||= performance.now() - began;
    const now = waitingOf(members);
    if (now !== left) [left, movedAt] = [now, performance.now()];
    if (isGivenUp()) break;
    await sleep(LOOK_EVERY);
  }
  await all;
  const allSettledMs = performance.now() - began;
  for (const { handheld } of members) await handheld.radio.settled();
  run.signal.throwIfAborted();
  return { waiting, queuesEmptyMs, allSettledMs };
}

type End = Pick<Parts, 'run' | 'tally' | 'adapter'> & {
  readonly opening: readonly Transaction[];
  readonly drain: Drain;
};

async function compare(end: End, members: readonly Member[]): Promise<FleetResult> {
  const { run, tally, adapter, opening, drain } = end;
  run.say('Comparing.');
  const books = members.map(({ book }) => book);
  for (const { handheld, book } of members) book.look((await handheld.running()).store);
  const wms = await readWmsBooks(adapter.origin);
  const known: Finding[] = [];
  // One after the other: all at once are too slow for the three seconds that a device waits for an answer.
  for (const [device, { handheld }] of members.entries())
    known.push(...(await checkKnownStock(handheld, aisleOf(device), wms)));
  const devices = members.map(({ handheld: { radio, clock }, book }) => ({
    ...{ book, calls: radio.calls, runs: clock.runs },
  }));
  const { findings: wrongTimes, ...times } = checkScanTimes(devices, wms, run.speed);
  const uploaded = members.flatMap(({ handheld }) =>
    handheld.radio.calls.flatMap((call) => call.transactionIds),
  );
  const states = books.flatMap(({ scans }) => [...scans.values()].map(({ state }) => state));
  return {
    ...{ options: run, tally, drain, ...times, events: wms.events.length },
    scans: scansOf(members),
    dropped: states.filter((state) => state === 'dropped').length,
    repeats: uploaded.length - new Set(uploaded).size,
    offlineMs: tally.of('offline'),
    findings: [
      ...checkLedger(books, opening, wms),
      ...wrongTimes,
      ...checkStock(books, opening, wms),
      ...known,
    ],
  };
}

function scansOf(members: readonly Member[]): number {
  return members.reduce((sum, { book }) => sum + book.scans.size, 0);
}

function waitingOf(members: readonly Member[]): number {
  return members.reduce((sum, { handheld }) => {
    const { queued = 0, refused = 0 } = handheld.counts() ?? {};
    return sum + queued + refused;
  }, 0);
}
