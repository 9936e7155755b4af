import type { ItemDocuments } from '../../doubles/item-documents.ts';
import { Violation } from './violation.ts';

/**
 * What was planned last is what counts, whatever events and orders came in between.
 *
 * @param safetyStock pieces, by item and warehouse, `|` between them
 * @throws {Violation}
 */
export function checkPlans(safetyStock: ReadonlyMap<string, number>, items: ItemDocuments): void {
  for (const [name, pieces] of safetyStock) {
    const [itemId = '', warehouseId = ''] = name.split('|');
    const kept = items.partition(itemId)?.stocks.get(warehouseId)?.value.safetyStock;
    if (kept !== pieces)
      throw new Violation('A plan stands until it is changed', `${name} has ${kept}, ${pieces} were set`, [
        itemId,
      ]);
  }
}
