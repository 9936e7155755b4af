import { LOCK_DURATION_MS } from '../../apps/wms-adapter/locks/location-lock.ts';
import { REFUSAL_LASTS_MS } from '../../shared/domain/refusal.ts';
import type { SimulatedBus } from './bus/service-bus.ts';
import type { Cloud } from './cloud/cloud.ts';
import { Violation } from './invariants/violation.ts';
import type { Scanner } from './scanner/scanner.ts';
import type { Warehouse } from './warehouse/warehouse.ts';
import type { World } from './world.ts';

export type Actors = {
  readonly warehouse: Warehouse;
  readonly bus: SimulatedBus;
  readonly scanners: readonly Scanner[];
  /** Calls of the OMS, and of those who plan and buy, that were not answered yet. */
  readonly oms: { waiting(): number };
  readonly cloud: Cloud;
  /** What a person has still to say, such as that a restore is meant. */
  readonly unsaid: () => number;
};

/** After the last scan and the last fault everything comes to rest within this time; what only the nightly run heals, within a day and that. */
const REST_WITHIN_MS = 4 * 3_600_000;
export const REST_WITHIN_A_DAY_MS = 24 * 3_600_000 + REST_WITHIN_MS;
/** No divisor of the periods of the product's timers: whoever looks in step with them sees what they start, every time. */
const LOOK_MS = 37_000;
/**
 * Longer than a refusal of the WMS is believed, be it without news (`shared/domain/refusal.ts`) or because of a count
 * whose scanner never comes back, and a sweep after it.
 */
const STAYS_AT_REST_MS = Math.max(REFUSAL_LASTS_MS, LOCK_DURATION_MS) + 5 * 60_000;

/**
 * Lets the run go on until nothing is on its way, and stays so while the timers of the product look again.
 *
 * @throws {Violation} when it takes too long
 */
export async function comeToRest(world: World, actors: Actors, withinMs = REST_WITHIN_MS): Promise<void> {
  const { warehouse, bus, scanners, oms, cloud, unsaid } = actors;
  const deadline = world.now() + withinMs;
  let unsent = 0;
  let restsSince: number | undefined;
  let isAtRest = false;
  const look = async () => {
    const wait = scanners.reduce((sum, scanner) => sum + scanner.waiting(), oms.waiting() + unsaid());
    unsent = (await warehouse.database.backlog()).unsent;
    const left = wait + unsent + bus.waiting() + bus.dead.length + cloud.hub.running();
    restsSince = left > 0 ? undefined : (restsSince ?? world.now());
    isAtRest = restsSince !== undefined && world.now() - restsSince >= STAYS_AT_REST_MS;
    if (!isAtRest) world.schedule(LOOK_MS, 'somebody looks whether it is quiet', () => world.spawn(look));
  };
  world.spawn(look);
  await world.run(() => isAtRest || world.now() > deadline);
  if (!isAtRest) throw unrest(actors, unsent);
}

function unrest({ bus, scanners, oms, cloud, unsaid }: Actors, unsent: number): Violation {
  const { place, messageId } = bus.oldest() ?? {};
  const running = cloud.hub.someRunning(5);
  const left = [
    `${scanners.filter((scanner) => scanner.waiting() > 0).length} scanners have scans`,
    `${unsent} messages are in the outbox`,
    `${bus.waiting()} on the bus, the oldest ${messageId} at ${place}`,
    `${bus.dead.length} are dead-lettered`,
    `${cloud.hub.running()} orchestrations run: ${running.join(', ')}`,
    `${unsaid()} restores are not accepted`,
    `the OMS waits for ${oms.waiting()} answers`,
  ];
  const entity = running[0]?.split(':')[0] ?? messageId ?? 'adapter';
  return new Violation('Everything comes to rest', left.join('; '), [entity]);
}
