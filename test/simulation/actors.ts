import { ATP_CHANGES_TOPIC } from '../../shared/service-bus/atp-changes.ts';
import { openAisles } from './aisles.ts';
import type { SimulatedBus } from './bus/service-bus.ts';
import type { Cloud } from './cloud/cloud.ts';
import { type ControllerParts, startController } from './controller.ts';
import { startAdministrator } from './damage/administrator.ts';
import type { Story } from './damage/story.ts';
import { startVandal } from './damage/vandal.ts';
import type { Faults } from './faults.ts';
import { guarded } from './invariants/violation.ts';
import { WAREHOUSES } from './layout.ts';
import type { Mutations } from './mutations.ts';
import { startOms } from './oms.ts';
import { drawPace } from './pace.ts';
import { startPlanner } from './planner.ts';
import { startProcess } from './process.ts';
import { startPurchaser } from './purchaser.ts';
import { startScanners } from './scanner/scanners.ts';
import { startStranger } from './stranger.ts';
import type { Tally } from './tally.ts';
import type { Warehouse } from './warehouse/warehouse.ts';
import type { Watchers } from './watchers.ts';
import type { World } from './world.ts';

export type ActorsParts = {
  readonly world: World;
  readonly faults: Faults;
  readonly tally: Tally;
  readonly mutations: Mutations;
  readonly story: Story;
  readonly watchers: Watchers;
  readonly warehouse: Warehouse;
  readonly cloud: Cloud;
  readonly bus: SimulatedBus;
  /** The same without what the story does to it. */
  readonly soundBus: SimulatedBus;
  /** Scans of the run. */
  readonly events: number;
};

/** One order line for so many scans. */
const EVENTS_A_LINE = 20;
/** Where an OMS hears of thresholds. */
const ATP_CHANGES = `${ATP_CHANGES_TOPIC}/oms`;
const ATP_CHANGES_AT_ONCE = 50;
/** Outcomes by which a scan is in the ledger. */
const BOOKED: readonly string[] = ['applied', 'duplicate', 'exception'];

/** Everybody who works with the product until so much is scanned, and whoever does damage. */
export function startActors(parts: ActorsParts) {
  const { world, faults, tally, mutations, story, watchers, warehouse, cloud, bus, soundBus, events } = parts;
  const { books, promises, window, thresholds, damage } = watchers;
  const turnMs = drawPace(world.chance.stream('pace'), story);
  let scans = 0;
  const mayScan = () => {
    scans += 1;
    return scans <= events;
  };
  const mayOrder = (lines: number) => scans < events && lines * EVENTS_A_LINE <= scans;
  /** Counts of the controller that were answered so. */
  const booked = new Set<string>();
  const onAnswer: ControllerParts['onAnswer'] = ({ transactionId }, { outcome }) => {
    if (BOOKED.includes(outcome)) booked.add(transactionId.toLowerCase());
  };

  const oms = startOms({ world, faults, cloud, tally, turnMs, mayOrder });
  const planner = startPlanner({ world, faults, cloud, tally, turnMs });
  const purchaser = startPurchaser({ world, faults, cloud, tally, turnMs });
  bus.receive(ATP_CHANGES, startProcess(world, 'subscriber'), ATP_CHANGES_AT_ONCE, async (deliveries) => {
    for (const { message } of deliveries) guarded(world, thresholds.heard)(message.body);
  });
  const poison = startStranger({
    ...{ world, faults, turnMs, bus: soundBus },
    openAllocations: () => WAREHOUSES.flatMap(promises.openIn),
  });
  if (story === 'damaged') startVandal({ world, faults, cloud, log: damage, turnMs });
  const controller = startController({ world, bus: soundBus, cloud, warehouse, damage, onAnswer });
  const administrator =
    story === 'restored'
      ? startAdministrator({ world, faults, warehouse, cloud, books, promises, window, log: damage, turnMs })
      : undefined;
  const scanners = startScanners({
    ...{ world, faults, warehouse, turnMs, mayScan, mutations, tally, events },
    aisles: openAisles(world, faults, WAREHOUSES),
    openAllocations: promises.openIn,
    deliveries: purchaser.deliveries,
    scans: watchers.deviceScans,
  });
  return {
    ...{ oms, planner, purchaser, poison, controller, administrator, scanners, booked },
    isAllScanned: () => scans >= events,
  };
}
