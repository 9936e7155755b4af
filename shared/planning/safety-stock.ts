import type { SafetyStockState } from '../contracts/planning.ts';
import { emptyStock, type StockKey } from '../domain/stock.ts';
import { untilStored } from '../ports/until-stored.ts';
import type { PlanningPorts } from './planning-ports.ts';

/**
 * Sets the pieces of an item in a warehouse that are never promised; ATP follows at once. Less of them may set
 * backorders free, so that the change is told on before it counts as done. @throws {StoreUnavailable}
 */
export async function setSafetyStock(
  { itemId, warehouseId }: StockKey,
  quantity: number,
  { plans, stockChanges, runtime }: Pick<PlanningPorts, 'plans' | 'stockChanges' | 'runtime'>,
): Promise<SafetyStockState> {
  const key = { itemId, warehouseId };
  await untilStored(runtime, `the safety stock of item ${itemId} in ${warehouseId}`, async () => {
    const outcome = await plans.setSafetyStock(key, quantity);
    if (outcome === 'stored') return outcome;
    return plans.createStock({ ...emptyStock(key), safetyStock: quantity, version: 1 });
  });
  await stockChanges.tell([itemId]);
  return { ...key, quantity };
}

/** The safety stock of an item in a warehouse, in pieces. @throws {StoreUnavailable} */
export async function readSafetyStock(
  { itemId, warehouseId }: StockKey,
  { plans }: Pick<PlanningPorts, 'plans'>,
): Promise<SafetyStockState> {
  const held = await plans.readStock({ itemId, warehouseId });
  return { itemId, warehouseId, quantity: held?.stock.safetyStock ?? 0 };
}
