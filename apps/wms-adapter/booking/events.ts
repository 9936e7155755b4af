import type { InventoryEvent, InventoryEventType } from '../../../shared/contracts/inventory-event.ts';
import type { Transaction } from '../../../shared/contracts/transaction.ts';
import { onHandOf } from '../../../shared/domain/ledger.ts';
import type { Allocation } from '../allocation/allocation.ts';
import type { BookedMovement } from '../database.ts';

const EVENT_TYPES: Record<Transaction['type'], InventoryEventType> = {
  receipt: 'InventoryReceipt',
  pick: 'InventoryPick',
  adjustment: 'InventoryAdjustment',
  count: 'InventoryCount',
  transfer: 'InventoryTransfer',
};

/**
 * The events of a booked transaction: one a movement. Those of a transfer share the transaction id and name each other
 * as counterpart, so that either brings both positions.
 *
 * @param nextEventId draws an event id that was never used.
 * @param scannedAt as corrected
 * @param committedAt UTC with milliseconds.
 * @param allocation the one a pick is for, as the pick left it; missing for an unallocated pick.
 */
export function eventsOf(
  transaction: Transaction,
  movements: readonly BookedMovement[],
  nextEventId: () => string,
  scannedAt: string,
  committedAt: string,
  allocation?: Allocation,
): InventoryEvent[] {
  const { expectedReceiptId } = transaction;
  return movements.map((movement) => {
    const counterpart = movements.find((other) => other !== movement);
    const { position, quantity, effectiveChange, after } = movement;
    const tellScanned = movement.kind === 'count' || quantity !== effectiveChange;
    return {
      eventId: nextEventId(),
      timestamp: committedAt,
      eventType: EVENT_TYPES[transaction.type],
      itemId: position.itemId,
      warehouseId: position.warehouseId,
      locationId: position.locationId,
      lotNumber: position.lotNumber,
      quantityChange: effectiveChange,
      resultingOnHand: onHandOf(after),
      transactionId: transaction.transactionId,
      scannerId: transaction.scannerId,
      userId: transaction.userId,
      schemaVersion: 1,
      version: after.version,
      scannedAt,
      ...(tellScanned && { scannedQuantity: quantity }),
      ...(counterpart && { counterpart: counterpartOf(counterpart) }),
      ...allocationFields(transaction, allocation),
      ...(transaction.type === 'receipt' && expectedReceiptId !== undefined && { expectedReceiptId }),
    };
  });
}

/** A pick names the allocation it counts for, with all that is picked of it; another type what was scanned. */
function allocationFields(
  { type, allocationId: scanned }: Transaction,
  allocation: Allocation | undefined,
): Pick<InventoryEvent, 'allocationId' | 'orderId' | 'lineId' | 'allocationPicked'> {
  if (type !== 'pick') return scanned === undefined ? {} : { allocationId: scanned };
  if (allocation === undefined) return {};
  const { allocationId, orderId, lineId, picked: allocationPicked } = allocation;
  return { allocationId, orderId, lineId, allocationPicked };
}

function counterpartOf({
  position: key,
  effectiveChange,
  after,
}: BookedMovement): InventoryEvent['counterpart'] {
  return {
    locationId: key.locationId,
    lotNumber: key.lotNumber,
    quantityChange: effectiveChange,
    resultingOnHand: onHandOf(after),
    version: after.version,
  };
}
