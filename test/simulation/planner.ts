import { utcDay } from '../../shared/domain/utc-day.ts';
import { setThresholds } from '../../shared/planning/atp-thresholds.ts';
import { announceReceipt, withdrawReceipt } from '../../shared/planning/expected-receipts.ts';
import { setSafetyStock } from '../../shared/planning/safety-stock.ts';
import { type CallerParts, callerOf } from './caller.ts';
import { ITEMS, WAREHOUSES } from './layout.ts';
import { startProcess } from './process.ts';

/** Somebody who plans while orders run: thresholds, safety stock and receipts to come. */
export type Planner = {
  /** Calls that were not answered yet. */
  waiting(): number;
  /** Pieces of safety stock as they were set last, by item and warehouse, `|` between them. */
  readonly safetyStock: ReadonlyMap<string, number>;
};

const DAY_MS = 86_400_000;
/** Few, so that plans change while they count. */
const PLANNED_ITEMS = ITEMS.slice(0, 8);
/** Runs in which somebody wants to hear of thresholds: then every change of their items is followed. */
const WITH_THRESHOLDS = 0.3;
/** Items that have thresholds from the start then: in some runs none, in some all. */
const BEGINS_WITH = [0, 3, 6, ITEMS.length];
const RECEIPTS_A_STOCK = 3;

export function startPlanner({ world, faults, cloud, tally, turnMs }: CallerParts): Planner {
  const chance = world.chance.stream('planner');
  const planner = startProcess(world, 'planner');
  const { ask, waiting } = callerOf(planner, chance, faults, cloud);
  const safetyStock = new Map<string, number>();
  const hasThresholds = chance.happens(WITH_THRESHOLDS);

  async function plan(): Promise<void> {
    const { itemId } = chance.oneOf(PLANNED_ITEMS);
    const key = { itemId, warehouseId: chance.oneOf(WAREHOUSES) };
    const draw = chance.next();
    if (hasThresholds && draw < 0.45) await planThresholds(itemId);
    else if (draw < 0.7) await planSafetyStock(key);
    else await planReceipt(key);
  }

  async function planThresholds(itemId: string): Promise<void> {
    const thresholds = chance.happens(0.1)
      ? []
      : Array.from({ length: chance.between(1, 3) }, () => chance.between(-5, 60));
    note(itemId, `thresholds ${thresholds.join(', ') || 'none'}`);
    await ask(({ ports }) => setThresholds(itemId, thresholds, ports.planning));
    tally.add(thresholds.length > 0 ? 'thresholds set' : 'thresholds removed');
  }

  async function planSafetyStock(key: { itemId: string; warehouseId: string }): Promise<void> {
    const pieces = chance.happens(0.4) ? 0 : chance.between(1, 20);
    note(key.itemId, `safety stock ${pieces} in ${key.warehouseId}`);
    await ask(({ ports }) => setSafetyStock(key, pieces, ports.planning));
    safetyStock.set(`${key.itemId}|${key.warehouseId}`, pieces);
    tally.add('safety stock set');
  }

  async function planReceipt(key: { itemId: string; warehouseId: string }): Promise<void> {
    const expectedReceiptId = `PO-${key.itemId}-${key.warehouseId}-${chance.between(1, RECEIPTS_A_STOCK)}`;
    if (chance.happens(0.25)) {
      await ask(({ ports }) => withdrawReceipt(key, expectedReceiptId, ports.planning));
      return tally.add('receipts withdrawn');
    }
    const expectedOn = utcDay(world.now() + chance.between(-1, 3) * DAY_MS);
    const announced = { expectedReceiptId, quantity: chance.between(1, 40), expectedOn };
    note(key.itemId, `${announced.quantity} to come on ${expectedOn} in ${key.warehouseId}`);
    await ask(({ ports }) => announceReceipt(key, announced, ports.planning));
    tally.add('receipts announced');
  }

  function note(itemId: string, text: string): void {
    world.note(() => ({ entities: [itemId], text: `planner: ${itemId} is to have ${text}` }));
  }

  /** One call after the other: what is asked last is what stands. */
  async function live(): Promise<void> {
    const first = hasThresholds ? chance.oneOf(BEGINS_WITH) : 0;
    for (const { itemId } of ITEMS.slice(0, first)) await planThresholds(itemId);
    while (!faults.areOver()) {
      await plan();
      await planner.runtime.sleep(chance.between(1, turnMs));
    }
  }
  world.spawn(live);
  return { waiting, safetyStock };
}
