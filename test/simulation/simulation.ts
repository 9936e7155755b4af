import { positionKeyText } from '../../apps/wms-adapter/database.ts';
import type { TransactionResult } from '../../shared/contracts/transaction.ts';
import { ATP_CHANGES_TOPIC } from '../../shared/service-bus/atp-changes.ts';
import { openAisles } from './aisles.ts';
import { type SimulatedBus, simulatedBus } from './bus/service-bus.ts';
import { callerOf } from './caller.ts';
import { type Cloud, startCloud } from './cloud/cloud.ts';
import { type ControllerParts, startController } from './controller.ts';
import { startAdministrator } from './damage/administrator.ts';
import { damageLog } from './damage/damage-log.ts';
import { damagedBus } from './damage/damaged-bus.ts';
import { kindsIn, type Story, storyOf } from './damage/story.ts';
import { startVandal } from './damage/vandal.ts';
import { endAndReconcile } from './end-and-reconcile.ts';
import { type FaultKind, faultsOf } from './faults.ts';
import { watchAskings } from './invariants/askings.ts';
import { checkAtRest } from './invariants/at-rest.ts';
import { checkAsked, checkCarts, checkTakenOver } from './invariants/carts.ts';
import { watchStock } from './invariants/cloud-stock.ts';
import { watchDeviceScans } from './invariants/device-scans.ts';
import { checkInvestigations } from './invariants/investigations.ts';
import { checkOrderAnswers } from './invariants/order-answers.ts';
import { checkPlans } from './invariants/plans.ts';
import { watchWindow } from './invariants/promise-window.ts';
import { watchPromises } from './invariants/promises.ts';
import { checkReconciliations } from './invariants/reconciliations.ts';
import { checkScanOrder } from './invariants/scan-order.ts';
import { watchThresholds } from './invariants/thresholds.ts';
import { Violation } from './invariants/violation.ts';
import { watchBooks } from './invariants/wms-books.ts';
import { WAREHOUSES } from './layout.ts';
import type { Mutations } from './mutations.ts';
import { noteBooking, noteLines, noteStock } from './notes.ts';
import { type Oms, type OmsParts, startOms } from './oms.ts';
import { drawPace } from './pace.ts';
import { type Planner, startPlanner } from './planner.ts';
import { startProcess } from './process.ts';
import { startScanners } from './scanner/scanners.ts';
import { startStranger } from './stranger.ts';
import { emptyTally } from './tally.ts';
import type { BooksKind } from './warehouse/books.ts';
import { openWarehouse } from './warehouse/warehouse.ts';
import { createWorld, type Listener, type World } from './world.ts';

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

/** One order line for so many scans. */
const EVENTS_A_LINE = 20;
/** Where an OMS hears of thresholds. */
const ATP_CHANGES = `${ATP_CHANGES_TOPIC}/oms`;
const ATP_CHANGES_AT_ONCE = 50;
/** Events after which everything is checked that can be while things are on their way. */
const FULL_CHECK_EVENTS = 1_000;
/** A message may wait for an hour on the bus, then it comes back from the dead letters. */
const LONGEST_WAIT_MS = 2 * 3_600_000;

/** Runs the product on simulated parts until it has come to rest, or something is as it must never be. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { seed, listener, events, mutations = {} } = options;
  const world = createWorld(seed, listener);
  const begun = world.now();
  const story = options.story ?? storyOf(seed);
  const faults = faultsOf(world, kindsIn(story, options.faults));
  const soundBus = simulatedBus(world, faults);
  const [books, promises, booked] = [watchBooks(), watchPromises(), new Set<string>()];
  const tally = emptyTally();
  const askings = watchAskings(tally);
  const window = watchWindow();
  const isSound = story === 'sound';
  const thresholds = watchThresholds();
  const deviceScans = watchDeviceScans();
  const turnMs = drawPace(world.chance.stream('pace'));
  const damage = damageLog(world, ({ itemId, warehouseId, place }) => {
    if (place) stocks.forget(positionKeyText({ itemId, warehouseId, ...place }));
  });
  const bus = story === 'damaged' ? damagedBus(soundBus, world, faults, damage) : soundBus;
  const stocks = watchStock(books, damage.excuses);
  let scans = 0;
  let runs = 0;
  const mayScan = () => {
    scans += 1;
    return scans <= events;
  };

  const noteAnswer: ControllerParts['onAnswer'] = ({ transactionId }, { outcome }) => {
    if (isBooked(outcome)) booked.add(transactionId.toLowerCase());
  };

  const warehouse = await openWarehouse({
    ...{ world, faults, bus, mutations, books: options.books ?? 'memory' },
    onBooking: guarded(world, (writes) => {
      noteBooking(world, writes);
      books.add(writes);
      promises.booked(writes);
      window.booked(writes);
    }),
  });
  const cloud: Cloud = startCloud({
    ...{ world, faults, bus, mutations, wms: warehouse.reader },
    onStockWrite: guarded(world, (stock) => {
      noteStock(world, stock);
      stocks.written(stock);
    }),
    onAsk: (asked, attempt) => {
      askings.asked(asked, attempt, world.now());
      guarded(world, () => checkAsked(asked, cloud.orders))(undefined);
    },
    onThresholds: thresholds.written,
    onSettled: guarded(world, (decisions) => {
      window.settled(decisions, cloud.stock.items);
    }),
    onDecision: (decision) => askings.heard(decision, cloud.stock.items, world.now()),
    onCommit: (change, before) =>
      guarded(world, () => {
        noteLines(world, change, cloud.stock.items);
        promises.committed(change, cloud.stock.items, before?.free);
        window.committed(change, cloud.stock.items);
        if (before) checkTakenOver(change, before.lines);
      })(undefined),
  });
  const mayOrder = (lines: number) => scans < events && lines * EVENTS_A_LINE <= scans;
  const oms = startOms({ world, faults, cloud, tally, turnMs, mayOrder });
  const planner = startPlanner({ world, faults, cloud, tally, turnMs });
  bus.receive(ATP_CHANGES, startProcess(world, 'subscriber'), ATP_CHANGES_AT_ONCE, async (deliveries) => {
    for (const { message } of deliveries) guarded(world, thresholds.heard)(message.body);
  });
  const poison = startStranger(world, faults, soundBus, turnMs);
  if (story === 'damaged') startVandal({ world, faults, cloud, log: damage, turnMs });
  const controller = startController({
    ...{ world, bus: soundBus, cloud, warehouse, damage },
    onAnswer: noteAnswer,
  });
  const administrator =
    story === 'restored'
      ? startAdministrator({ world, faults, warehouse, cloud, books, promises, window, log: damage, turnMs })
      : undefined;
  const scanners = startScanners({
    ...{ world, faults, warehouse, turnMs, mayScan, mutations, tally, events },
    aisles: openAisles(world, faults, WAREHOUSES),
    openAllocations: promises.openIn,
    scans: deviceScans,
  });

  const report = (violation?: Violation): SimulationReport => ({
    ...{ seed, trace: world.trace(), steps: world.steps(), events: books.events.size },
    ...{ lines: oms.lines(), decisions: promises.decisions(), faults: faults.counts() },
    ...{ unusual: tally.counts(), reconciliations: runs },
    virtualMs: world.now() - begun,
    ...(violation && { violation }),
  });
  const checkOnTheWay = () => {
    checkScanOrder(books);
    // Totals that were edited are so until the reconciliation comes.
    if (damage.all().length === 0) promises.checkTotals(cloud.stock.items);
    checkNobodyWaitsForEver(bus, world);
  };
  let nextCheck = FULL_CHECK_EVENTS;
  try {
    await world.run(() => {
      if (books.events.size >= nextCheck) {
        checkOnTheWay();
        nextCheck += FULL_CHECK_EVENTS;
      }
      return scans >= events;
    });
    faults.stop();
    const faultsEndedAt = world.now();
    for (const scanner of scanners) scanner.stop();
    const unsaid = () => (administrator?.unsaid() ?? 0) + controller.waiting();
    await endAndReconcile(
      world,
      { warehouse, bus, scanners, oms: busyTogether(oms, planner), cloud, unsaid },
      damage,
      books,
    );
    checkOnTheWay();
    const stores = new Map(scanners.map(({ scannerId, store }) => [scannerId, store()]));
    for (const id of deviceScans.checkAtRest(stores, books.transactions)) booked.add(id);
    const lost = administrator?.lost ?? new Set<string>();
    const isJournalLate = administrator?.wasUnnoticed() ?? false;
    await checkAtRest({ books, cloud, bus, booked, poison, damages: damage.all(), lost, isJournalLate });
    thresholds.checkAtRest(cloud.stock.items);
    if (damage.all().length === 0) checkPlans(planner.safetyStock, cloud.stock.items);
    tally.add('thresholds told of', thresholds.count());
    if (isSound) await checkAnswers({ world, faults, cloud, tally });
    checkCarts(cloud.orders, cloud.stock.items);
    promises.checkAtRest(cloud.stock.items, world.now());
    await administrator?.check();
    await checkInvestigations(cloud.investigations, cloud.runs);
    runs = await checkReconciliations(cloud.runs, damage, books, faultsEndedAt);
    return report();
  } catch (error) {
    if (error instanceof Violation) return report(error);
    throw error;
  } finally {
    await warehouse.close();
  }
}

/** Asks for every order line once more, as the OMS may at any time. */
async function checkAnswers({
  world,
  faults,
  cloud,
  tally,
}: Pick<OmsParts, 'world' | 'faults' | 'cloud' | 'tally'>): Promise<void> {
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

/** Whoever waits for the OMS waits for who plans as well. */
function busyTogether(oms: Oms, planner: Planner): Oms {
  return { ...oms, waiting: () => oms.waiting() + planner.waiting() };
}

/** A violation is thrown where it happens, in the middle of the product's code: it ends the run, not that code. */
function guarded<Subject>(world: World, check: (subject: Subject) => void): (subject: Subject) => void {
  return (subject) => {
    try {
      check(subject);
    } catch (error) {
      world.fail(error);
    }
  };
}

function isBooked(outcome: TransactionResult['outcome']): boolean {
  return outcome === 'applied' || outcome === 'duplicate' || outcome === 'exception';
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
