import type { StockKey } from '../../shared/domain/stock.ts';
import { type Actors, comeToRest, REST_WITHIN_A_DAY_MS } from './come-to-rest.ts';
import type { DamageLog } from './damage/damage-log.ts';
import { checkPositions } from './invariants/at-rest.ts';
import { Violation } from './invariants/violation.ts';
import type { WatchedBooks } from './invariants/wms-books.ts';
import { reconcileEverything } from './reconcile-everything.ts';
import type { World } from './world.ts';

/**
 * Lets everything come to rest once nothing goes wrong any more: the runs of every 15 minutes heal what was damaged, the nightly one
 * what was deleted. Then everything is reconciled, once to find what is left of that, and once more to find nothing.
 *
 * @throws {Violation}
 */
export async function endAndReconcile(
  world: World,
  actors: Actors,
  damage: DamageLog,
  books: WatchedBooks,
): Promise<void> {
  const { cloud } = actors;
  if (damage.all().length === 0) {
    await comeToRest(world, actors);
    await reconcileEverything(world, cloud);
    return;
  }
  await comeToRest(world, actors, REST_WITHIN_A_DAY_MS);
  checkPositions({ books, cloud }, (key) => !isDeleted(damage, key));
  await reconcileEverything(world, cloud);
  await comeToRest(world, actors);
  const before = { found: cloud.runs.found().length, place: cloud.stock.items.lastPlace() };
  await reconcileEverything(world, cloud);
  const first = cloud.runs.found()[before.found];
  if (first)
    throw new Violation(
      'Once all was reconciled the next run finds nothing',
      `${first.class} of ${first.itemId} at ${first.warehouseId}/${first.locationId ?? first.allocationId}, ${first.action}: ${first.detail}`,
      [first.itemId],
    );
  if (cloud.stock.items.lastPlace() > before.place)
    throw new Violation(
      'Once all was reconciled the next run writes nothing',
      `${cloud.stock.items.lastPlace() - before.place} documents were written`,
      [],
    );
}

/** The feed of changes does not tell what was deleted. */
function isDeleted(damage: DamageLog, { itemId, warehouseId }: StockKey): boolean {
  return damage
    .all()
    .some(
      (one) => one.kind === 'document-deleted' && one.itemId === itemId && one.warehouseId === warehouseId,
    );
}
