import type { InventoryEvent } from '../../../shared/contracts/inventory-event.ts';
import type { PositionKey } from '../database.ts';
import type { LocationLock } from './location-lock.ts';

/** A position in a location under count, as it stands. */
export interface CountedPosition extends PositionKey {
  /** Pieces. */
  readonly onHand: number;
  readonly version: number;
}

/**
 * What the cloud is told when a count of these positions begins (and when its lock is renewed), or ends: their stock is
 * at risk meanwhile (architecture, rule 7). Nothing moved, so the figures and versions are those that they have anyway.
 *
 * @param committedAt UTC with milliseconds.
 * @param nextEventId draws an event id that was never used.
 */
export function countEvents(
  eventType: 'InventoryCountStarted' | 'InventoryCountEnded',
  { lockId, scannerId, userId, until }: LocationLock,
  positions: readonly CountedPosition[],
  committedAt: string,
  nextEventId: () => string,
): InventoryEvent[] {
  const end = eventType === 'InventoryCountEnded' ? committedAt : until;
  return positions.map(({ itemId, warehouseId, locationId, lotNumber, onHand, version }) => ({
    eventId: nextEventId(),
    timestamp: committedAt,
    eventType,
    itemId,
    warehouseId,
    locationId,
    lotNumber,
    quantityChange: 0,
    resultingOnHand: onHand,
    transactionId: lockId,
    scannerId,
    userId,
    schemaVersion: 1,
    version,
    countLock: { lockId, until: end },
  }));
}
