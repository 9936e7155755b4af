import { type Actors, comeToRest } from './come-to-rest.ts';
import type { DamageLog } from './damage/damage-log.ts';
import { Violation } from './invariants/violation.ts';
import { reconcileEverything } from './reconcile-everything.ts';
import type { World } from './world.ts';

/**
 * Lets everything come to rest once nothing goes wrong any more, and has everything reconciled. What was damaged may keep things from
 * resting, so that somebody asks for a run first; what that sets going comes to rest as well. The last run finds nothing.
 *
 * @throws {Violation}
 */
export async function endAndReconcile(world: World, actors: Actors, damage: DamageLog): Promise<void> {
  const { cloud } = actors;
  const isDamaged = damage.all().length > 0;
  if (isDamaged) {
    await reconcileEverything(world, cloud);
    await comeToRest(world, actors);
    await reconcileEverything(world, cloud);
  }
  await comeToRest(world, actors);
  const before = cloud.runs.found().length;
  const places = cloud.stock.items.lastPlace();
  await reconcileEverything(world, cloud);
  const news = cloud.runs.found().slice(before);
  const [first] = news;
  if (first && isDamaged)
    throw new Violation(
      'Once all was reconciled the next run finds nothing',
      `${first.class} of ${first.itemId} at ${first.warehouseId}/${first.locationId ?? first.allocationId}, ${first.action}: ${first.detail}`,
      [first.itemId],
    );
  if (!first && cloud.stock.items.lastPlace() > places)
    throw new Violation(
      'Once all was reconciled the next run writes nothing',
      `${cloud.stock.items.lastPlace() - places} documents were written`,
      [],
    );
}
