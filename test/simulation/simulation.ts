import { type BookingWrites, positionKeyText } from '../../apps/wms-adapter/database.ts';
import type { TransactionResult } from '../../shared/contracts/transaction.ts';
import { lineFigures } from '../../shared/domain/order-line.ts';
import type { Stock } from '../../shared/domain/stock.ts';
import type { ItemChange } from '../../shared/ports/allocation-store.ts';
import type { ItemDocuments } from '../doubles/item-documents.ts';
import { type SimulatedBus, simulatedBus } from './bus/service-bus.ts';
import { type Cloud, startCloud } from './cloud/cloud.ts';
import { FAULT_KINDS, type FaultKind, faultsOf } from './faults.ts';
import { checkAtRest } from './invariants/at-rest.ts';
import { watchStock } from './invariants/cloud-stock.ts';
import { watchPromises } from './invariants/promises.ts';
import { checkScanOrder } from './invariants/scan-order.ts';
import { Violation } from './invariants/violation.ts';
import { watchBooks } from './invariants/wms-books.ts';
import { WAREHOUSES } from './layout.ts';
import { type Oms, startOms } from './oms.ts';
import { type Scanner, startScanner } from './scanner.ts';
import { startStranger } from './stranger.ts';
import { openWarehouse, type Warehouse } from './warehouse/warehouse.ts';
import { createWorld, type Listener, type World } from './world.ts';

export type SimulationOptions = {
  readonly seed: string;
  /** Scans after which nobody works on. */
  readonly events: number;
  /** All of them unless told otherwise. */
  readonly faults?: readonly FaultKind[] | undefined;
  readonly listener?: Listener | undefined;
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
  /** Milliseconds on the virtual clock. */
  readonly virtualMs: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** What must never be, and was. */
  readonly violation?: Violation;
};

const SCANNERS = 12;
/** One order line for so many scans. */
const EVENTS_A_LINE = 20;
/** Between two turns of a scanner, at most: in some runs an event comes upon the other, in some a day goes by. Milliseconds. */
const PACES = [4_000, 15_000, 60_000, 240_000];
/** Events after which everything is checked that can be while things are on their way. */
const FULL_CHECK_EVENTS = 1_000;
/** A message may wait for an hour on the bus, then it comes back from the dead letters. */
const LONGEST_WAIT_MS = 2 * 3_600_000;
/** After the last scan and the last fault everything comes to rest within this time. */
const REST_WITHIN_MS = 12 * 3_600_000;
const LOOK_MS = 30_000;

/** Runs the product on simulated parts until it has come to rest, or something is as it must never be. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { seed, listener } = options;
  const world = createWorld(seed, listener);
  const begun = world.now();
  const faults = faultsOf(world, options.faults ?? FAULT_KINDS);
  const bus = simulatedBus(world, faults);
  const books = watchBooks();
  const promises = watchPromises();
  let oms: Oms | undefined;
  const report = (violation?: Violation): SimulationReport => ({
    ...{ seed, trace: world.trace(), steps: world.steps(), events: books.events.size },
    ...{ lines: oms?.lines() ?? 0, decisions: promises.decisions() },
    ...{ virtualMs: world.now() - begun, faults: faults.counts() },
    ...(violation && { violation }),
  });

  const turnMs = world.chance.stream('pace').oneOf(PACES);
  const booked = new Set<string>();
  let scans = 0;
  let nextCheck = FULL_CHECK_EVENTS;
  const warehouse = await openWarehouse({
    ...{ world, faults, bus },
    onBooking: guarded(world, (writes) => {
      noteBooking(world, writes);
      books.add(writes);
      promises.booked(writes);
    }),
  });
  const watched = watchStock(books);
  const cloud: Cloud = startCloud({
    ...{ world, faults, bus },
    onStockWrite: guarded(world, (stock) => {
      noteStock(world, stock);
      watched.written(stock);
    }),
    onCommit: guarded(world, (change) => {
      noteLines(world, change, cloud.stock.items);
      promises.committed(change, cloud.stock.items);
    }),
  });
  const orders = startOms({
    ...{ world, faults, cloud, turnMs },
    mayOrder: (lines) => scans < options.events && lines * EVENTS_A_LINE <= scans,
  });
  oms = orders;
  const poison = startStranger(world, faults, bus);
  const scanners = Array.from({ length: SCANNERS }, (_, index) =>
    startScanner(
      {
        ...{ world, faults, warehouse, turnMs },
        onAnswer: ({ transactionId }, { outcome }) => {
          if (isBooked(outcome)) booked.add(transactionId.toLowerCase());
        },
        mayScan: () => {
          scans += 1;
          return scans <= options.events;
        },
        openAllocations: (warehouseId) => promises.openIn(warehouseId),
      },
      `SCANNER-${String(index + 1).padStart(2, '0')}`,
      WAREHOUSES[index % WAREHOUSES.length] ?? WAREHOUSES[0],
    ),
  );

  const fullCheck = () => {
    checkScanOrder(books);
    promises.checkTotals(cloud.stock.items);
    checkNobodyWaitsForEver(bus, world);
  };
  try {
    await world.run(() => {
      if (books.events.size >= nextCheck) {
        fullCheck();
        nextCheck += FULL_CHECK_EVENTS;
      }
      return scans >= options.events;
    });
    faults.stop();
    for (const scanner of scanners) scanner.stop();
    await comeToRest(world, { warehouse, bus, scanners, oms: orders, cloud });
    fullCheck();
    await checkAtRest({ books, cloud, bus, booked, poison });
    promises.checkAtRest(cloud.stock.items);
    return report();
  } catch (error) {
    if (error instanceof Violation) return report(error);
    throw error;
  } finally {
    await warehouse.close();
  }
}

function noteBooking(world: World, { movements, allocations }: BookingWrites): void {
  for (const { allocationId, orderId, itemId, reserved, picked, decision } of allocations)
    world.note(() => ({
      entities: [orderId, itemId],
      text: `WMS: ${allocationId} has ${reserved} reserved, ${picked} picked; decision ${decision.sequence} ${decision.status} ${decision.quantity}${decision.reason ? ` (${decision.reason})` : ''}`,
    }));
  for (const { position, transactionId, quantity, kind, after } of movements)
    world.note(() => ({
      entities: [position.itemId, transactionId],
      text: `WMS: ${positionKeyText(position)} ${kind} ${quantity} makes ${after.raw} at version ${after.version} (${transactionId})`,
    }));
}

function noteLines(world: World, { itemId, lines }: ItemChange, items: ItemDocuments): void {
  for (const { line } of lines)
    world.note(() => {
      const { kind, orderId, lineId } = line;
      const kept = items.line({ kind, orderId, lineId, itemId })?.value;
      const allocations = kept?.allocations.map(
        ({ allocationId, state, quantity, picked, decided }) =>
          `${allocationId} ${state} ${picked}/${decided?.quantity ?? quantity} (${decided?.sequence ?? '-'})`,
      );
      return {
        entities: [orderId, itemId],
        text: `cloud: line ${lineId} of ${orderId} stands at ${kept ? JSON.stringify(lineFigures(kept)) : 'nothing'}: ${allocations?.join(', ')}`,
      };
    });
}

function noteStock(world: World, { itemId, warehouseId, positions, onHand, version }: Stock): void {
  world.note(() => ({
    entities: [itemId],
    text: `cloud: ${itemId} in ${warehouseId} is stored, ${onHand} on hand, version ${version}: ${positions.map((one) => `${one.locationId}${one.lotNumber === null ? '' : `/${one.lotNumber}`} ${one.onHand} v${one.version}`).join(', ')}`,
  }));
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

type Actors = {
  readonly warehouse: Warehouse;
  readonly bus: SimulatedBus;
  readonly scanners: readonly Scanner[];
  readonly oms: Oms;
  readonly cloud: Cloud;
};

/** @throws {Violation} when it takes too long */
async function comeToRest(world: World, { warehouse, bus, scanners, oms, cloud }: Actors): Promise<void> {
  const deadline = world.now() + REST_WITHIN_MS;
  let unsent = 0;
  let isAtRest = false;
  const look = async () => {
    const wait = scanners.reduce((sum, scanner) => sum + scanner.waiting(), oms.waiting());
    unsent = (await warehouse.database.backlog()).unsent;
    isAtRest = wait + unsent + bus.waiting() + bus.dead.length + cloud.hub.running() === 0;
    if (!isAtRest) world.schedule(LOOK_MS, 'somebody looks whether it is quiet', () => world.spawn(look));
  };
  world.spawn(look);
  await world.run(() => isAtRest || world.now() > deadline);
  if (isAtRest) return;
  const { place, messageId } = bus.oldest() ?? {};
  throw new Violation(
    'Everything comes to rest',
    `${scanners.filter((scanner) => scanner.waiting() > 0).length} scanners have scans, ${unsent} messages are in the outbox, ${bus.waiting()} on the bus, the oldest ${messageId} at ${place}, ${bus.dead.length} are dead, ${cloud.hub.running()} orchestrations run: ${cloud.hub.someRunning(5).join(', ')}; the OMS waits for ${oms.waiting()} answers`,
    [messageId ?? cloud.hub.someRunning(1)[0]?.split(':')[0] ?? 'adapter'],
  );
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
