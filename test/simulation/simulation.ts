import { startActors } from './actors.ts';
import { type SimulatedBus, simulatedBus } from './bus/service-bus.ts';
import { callerOf } from './caller.ts';
import { type Cloud, startCloud } from './cloud/cloud.ts';
import { damagedBus } from './damage/damaged-bus.ts';
import { kindsIn, type Story, storyOf } from './damage/story.ts';
import { endAndReconcile } from './end-and-reconcile.ts';
import { type FaultKind, faultsOf } from './faults.ts';
import { checkAtRest } from './invariants/at-rest.ts';
import { checkCarts } from './invariants/carts.ts';
import { checkInvestigations } from './invariants/investigations.ts';
import { checkOrderAnswers } from './invariants/order-answers.ts';
import { checkPlans } from './invariants/plans.ts';
import { checkReconciliations } from './invariants/reconciliations.ts';
import { checkScanOrder } from './invariants/scan-order.ts';
import { Violation } from './invariants/violation.ts';
import type { Mutations } from './mutations.ts';
import { startProcess } from './process.ts';
import { emptyTally } from './tally.ts';
import type { BooksKind } from './warehouse/books.ts';
import { openWarehouse } from './warehouse/warehouse.ts';
import { openWatchers, watchedBooking, watchedCloud } from './watchers.ts';
import { BEGINNING, createWorld, type Listener, type World } from './world.ts';

export type SimulationOptions = {
  readonly seed: string;
  /** Scans after which nobody works on. */
  readonly events: number;
  /** All of them unless told otherwise. */
  readonly faults?: readonly FaultKind[] | undefined;
  /** The seed decides unless told otherwise. */
  readonly story?: Story | undefined;
  readonly listener?: Listener | undefined;
  /** A planted defect. */
  readonly mutations?: Mutations | undefined;
  /** What the WMS keeps its books in; in memory unless told otherwise. */
  readonly books?: BooksKind | undefined;
};

export type SimulationReport = {
  readonly seed: string;
  /** Hash of all steps: two runs of one trace did the same. */
  readonly trace: string;
  readonly steps: number;
  /** Inventory events that the WMS committed. */
  readonly events: number;
  /** Order lines that the OMS asked for, and decisions of the WMS on them, by status. */
  readonly lines: number;
  readonly decisions: Readonly<Record<string, number>>;
  /** What is not every run's: answers that came late or crossed, locks taken over … */
  readonly unusual: Readonly<Record<string, number>>;
  /** Runs of the reconciliation. */
  readonly reconciliations: number;
  /** Milliseconds on the virtual clock. */
  readonly virtualMs: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** What must never be, and was. */
  readonly violation?: Violation;
};

/** Events after which everything is checked that can be while things are on their way. */
const FULL_CHECK_EVENTS = 1_000;
/** A message may wait for an hour on the bus, then it comes back from the dead letters. */
const LONGEST_WAIT_MS = 2 * 3_600_000;

/** Runs the product on simulated parts until it has come to rest, or something is as it must never be. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const run = await startRun(options);
  const { world, faults, watchers, tally, oms, warehouse } = run;
  let reconciliations = 0;
  const report = (violation?: Violation): SimulationReport => ({
    ...{ seed: options.seed, trace: world.trace(), steps: world.steps(), events: watchers.books.events.size },
    ...{ lines: oms.lines(), decisions: watchers.promises.decisions(), faults: faults.counts() },
    ...{ unusual: tally.counts(), reconciliations },
    virtualMs: world.now() - BEGINNING,
    ...(violation && { violation }),
  });
  try {
    await scanAll(run);
    reconciliations = await endRun(run);
    return report();
  } catch (error) {
    if (error instanceof Violation) return report(error);
    throw error;
  } finally {
    await warehouse.close();
  }
}

type SimulationRun = Awaited<ReturnType<typeof startRun>>;

/** The product on simulated parts, whoever watches it, and whoever works with it. */
async function startRun({ seed, listener, events, mutations = {}, ...options }: SimulationOptions) {
  const world = createWorld(seed, listener);
  const story = options.story ?? storyOf(seed);
  const faults = faultsOf(world, kindsIn(story, options.faults));
  const tally = emptyTally();
  const watchers = openWatchers(world, tally);
  const soundBus = simulatedBus(world, faults);
  const bus = story === 'damaged' ? damagedBus(soundBus, world, faults, watchers.damage) : soundBus;
  const warehouse = await openWarehouse({
    ...{ world, faults, bus, mutations, books: options.books ?? 'memory' },
    onBooking: watchedBooking(watchers, world),
  });
  const cloud: Cloud = startCloud({
    ...{ world, faults, bus, mutations, wms: warehouse.reader },
    ...watchedCloud(watchers, world, () => cloud),
  });
  const product = { world, faults, tally, watchers, story, bus, warehouse, cloud };
  return { ...product, ...startActors({ ...product, soundBus, mutations, events }) };
}

/** Goes on until all is scanned. @throws {Violation} */
async function scanAll(run: SimulationRun): Promise<void> {
  const { world, watchers, isAllScanned } = run;
  let nextCheck = FULL_CHECK_EVENTS;
  await world.run(() => {
    if (watchers.books.events.size >= nextCheck) {
      checkOnTheWay(run);
      nextCheck += FULL_CHECK_EVENTS;
    }
    return isAllScanned();
  });
}

/**
 * Nothing goes wrong any more: lets everything come to rest, and looks at it.
 *
 * @returns how often was reconciled
 * @throws {Violation}
 */
async function endRun(run: SimulationRun): Promise<number> {
  const { world, faults, tally, watchers, story, bus, warehouse, cloud } = run;
  const { books, damage, deviceScans, thresholds, promises, receipts } = watchers;
  const { oms, planner, purchaser, poison, scanners, administrator, controller } = run;
  faults.stop();
  const faultsEndedAt = world.now();
  for (const scanner of scanners) scanner.stop();
  const unsaid = () => (administrator?.unsaid() ?? 0) + controller.waiting();
  const callers = () => oms.waiting() + planner.waiting() + purchaser.waiting();
  const waitedFor = { warehouse, bus, scanners, oms: { waiting: callers }, cloud, unsaid };
  await endAndReconcile(world, waitedFor, damage, books);
  checkOnTheWay(run);
  const stores = new Map(scanners.map(({ scannerId, store }) => [scannerId, store()]));
  const booked = new Set([...run.booked, ...deviceScans.checkAtRest(stores, books.transactions)]);
  const lost = administrator?.lost ?? new Set<string>();
  const isJournalLate = administrator?.wasUnnoticed() ?? false;
  await checkAtRest({ books, cloud, bus, booked, poison, damages: damage.all(), lost, isJournalLate });
  thresholds.checkAtRest(cloud.stock.items);
  if (damage.all().length === 0) checkPlans(planner.safetyStock, cloud.stock.items);
  if (story === 'sound') receipts.checkAtRest(purchaser.deliveries, cloud.stock.items, world.now());
  tally.add('thresholds told of', thresholds.count());
  if (story === 'sound') await checkAnswers(run);
  checkCarts(cloud.orders, cloud.stock.items);
  promises.checkAtRest(cloud.stock.items, world.now());
  await administrator?.check();
  await checkInvestigations(cloud.investigations, cloud.runs);
  return checkReconciliations(cloud.runs, damage, books, faultsEndedAt);
}

/** What must hold while things are on their way, too. @throws {Violation} */
function checkOnTheWay({ watchers, cloud, bus, world }: SimulationRun): void {
  const { books, promises, damage } = watchers;
  checkScanOrder(books);
  // Totals that were edited are so until the reconciliation comes.
  if (damage.all().length === 0) promises.checkTotals(cloud.stock.items);
  checkNobodyWaitsForEver(bus, world);
}

/** Asks for every order line once more, as the OMS may at any time. */
async function checkAnswers({ world, faults, cloud, tally }: SimulationRun): Promise<void> {
  const reader = startProcess(world, 'reader');
  const { ask } = callerOf(reader, world.chance.stream('reader'), faults, cloud);
  let isDone = false;
  world.spawn(async () => {
    const counts = await checkOrderAnswers(cloud.orders, (call) => ask(({ ports }) => call(ports)));
    for (const [status, count] of Object.entries(counts)) tally.add(`lines ${status} in the end`, count);
    isDone = true;
  });
  await world.run(() => isDone);
}

function checkNobodyWaitsForEver(bus: SimulatedBus, world: World): void {
  const oldest = bus.oldest();
  if (!oldest || world.now() - oldest.since <= LONGEST_WAIT_MS) return;
  const minutes = Math.round((world.now() - oldest.since) / 60_000);
  throw new Violation(
    'No message waits for ever',
    `${oldest.messageId} has been at ${oldest.place} for ${minutes} minutes`,
    [oldest.messageId],
  );
}
