import { positionKeyText } from '../../../apps/wms-adapter/database.ts';
import type { Discrepancy } from '../../../shared/contracts/reconciliation.ts';
import type { DamageLog, LoggedDamage } from '../damage/damage-log.ts';
import { Violation } from './violation.ts';
import type { WatchedBooks } from './wms-books.ts';

/**
 * What the reconciliation recorded is what was damaged: nothing that nobody did, and everything that nothing put right before.
 *
 * @throws {Violation}
 */
export function checkDamageFound(log: DamageLog, found: readonly Discrepancy[], books: WatchedBooks): void {
  const damages = log.all();
  for (const discrepancy of found)
    if (!damages.some((damage) => explains(damage, discrepancy)))
      throw new Violation(
        'The reconciliation finds what was damaged, and nothing else',
        `${textOf(discrepancy)}: ${discrepancy.detail}`,
        [discrepancy.itemId],
      );
  for (const damage of damages) {
    if (!damage.isLasting || found.some((discrepancy) => tells(discrepancy, damage))) continue;
    throw new Violation(
      'The reconciliation finds everything that was damaged',
      `not the ${damage.kind} of ${damage.itemId} in ${damage.warehouseId} at ${damage.place?.locationId}: ${damage.detail}; the WMS is at version ${versionOf(damage, books)}`,
      [damage.itemId],
    );
  }
}

function explains(damage: LoggedDamage, discrepancy: Discrepancy): boolean {
  return isOf(damage, discrepancy) && damage.at <= Date.parse(discrepancy.foundAt);
}

/** Found after it was done, or with a state of the WMS that covers it. */
function tells(discrepancy: Discrepancy, damage: LoggedDamage): boolean {
  if (!isOf(damage, discrepancy)) return false;
  const isCovered = (discrepancy.expected?.version ?? 0) >= damage.version && damage.kind === 'event-gone';
  return isCovered || damage.at <= Date.parse(discrepancy.foundAt);
}

function isOf(damage: LoggedDamage, discrepancy: Discrepancy): boolean {
  const { itemId, warehouseId, locationId, lotNumber, allocationId } = discrepancy;
  if (damage.itemId !== itemId || damage.warehouseId !== warehouseId) return false;
  if (!damage.classes.includes(discrepancy.class)) return false;
  if (damage.allocationId !== undefined || allocationId !== undefined)
    return damage.allocationId === allocationId;
  return (damage.place?.locationId ?? null) === locationId && (damage.place?.lotNumber ?? null) === lotNumber;
}

function textOf({ class: name, itemId, warehouseId, locationId, allocationId, action }: Discrepancy): string {
  return `${name} of ${itemId} at ${warehouseId}/${allocationId ?? locationId}, ${action}`;
}

function versionOf(damage: LoggedDamage, { positions }: WatchedBooks): number {
  return damage.place
    ? (positions.get(positionKeyText({ ...damage, ...damage.place }))?.onHand.length ?? 0)
    : 0;
}
