import { type BookingWrites, positionKeyText } from '../../apps/wms-adapter/database.ts';
import { lineFigures } from '../../shared/domain/order-line.ts';
import type { Stock } from '../../shared/domain/stock.ts';
import type { ItemChange } from '../../shared/ports/allocation-store.ts';
import type { ItemDocuments } from '../doubles/item-documents.ts';
import type { World } from './world.ts';

/** Puts a booking of the WMS into the timelines of its items, orders and scans. */
export function noteBooking(world: World, { movements, allocations }: BookingWrites): void {
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

/** Puts lines as they stand after a change into the timelines of their orders and item. */
export function noteLines(world: World, { itemId, lines }: ItemChange, items: ItemDocuments): void {
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

/** Puts a stock document as it was written into its item's timeline. */
export function noteStock(world: World, { itemId, warehouseId, positions, onHand, version }: Stock): void {
  world.note(() => ({
    entities: [itemId],
    text: `cloud: ${itemId} in ${warehouseId} is stored, ${onHand} on hand, version ${version}: ${positions.map((one) => `${one.locationId}${one.lotNumber === null ? '' : `/${one.lotNumber}`} ${one.onHand} v${one.version}`).join(', ')}`,
  }));
}
