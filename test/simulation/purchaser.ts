import type { StockKey } from '../../shared/domain/stock.ts';
import { utcDay } from '../../shared/domain/utc-day.ts';
import { announceReceipt } from '../../shared/planning/expected-receipts.ts';
import { type CallerParts, callerOf } from './caller.ts';
import { ITEMS, WAREHOUSES } from './layout.ts';
import { startProcess } from './process.ts';

/**
 * Somebody who buys: announces deliveries and postpones some. Whoever scans what came of one names it, and nothing else counts for it,
 * so that the books of the WMS say what is still to come.
 */
export type Purchaser = {
  /** Calls that were not answered yet. */
  waiting(): number;
  /** All whose announcement was answered. */
  readonly deliveries: readonly Delivery[];
};

/** A delivery to come. Its pieces stay what they were. */
export type Delivery = StockKey & {
  readonly expectedReceiptId: string;
  readonly quantity: number;
};

const DAY_MS = 86_400_000;
/** Days until a delivery is due: longer than a run lasts, since a receipt that names none counts for what is due. */
const DUE_IN = [30, 40] as const;
const BOUGHT_ITEMS = ITEMS.slice(0, 8);
/** Stocks for which a delivery is on its way from the start. */
const BEGINS_WITH = 0.5;
/** Some are small enough to come in full, and more than that. */
const PIECES = [1, 120] as const;

export function startPurchaser({ world, faults, cloud, tally, turnMs }: CallerParts): Purchaser {
  const chance = world.chance.stream('purchaser');
  const purchaser = startProcess(world, 'purchaser');
  const { ask, waiting } = callerOf(purchaser, chance, faults, cloud);
  const deliveries: Delivery[] = [];
  let orders = 0;

  async function buy(key: StockKey): Promise<void> {
    orders += 1;
    const delivery = { ...key, expectedReceiptId: `DELIVERY-${orders}`, quantity: chance.between(...PIECES) };
    await announce(delivery);
    deliveries.push(delivery);
    tally.add('deliveries announced');
  }

  async function announce({ expectedReceiptId, quantity, ...key }: Delivery): Promise<void> {
    const expectedOn = utcDay(world.now() + chance.between(...DUE_IN) * DAY_MS);
    world.note(() => ({
      entities: [key.itemId, expectedReceiptId],
      text: `purchaser: ${expectedReceiptId} brings ${quantity} of ${key.itemId} to ${key.warehouseId} on ${expectedOn}`,
    }));
    await ask(({ ports }) =>
      announceReceipt(key, { expectedReceiptId, quantity, expectedOn }, ports.planning),
    );
  }

  async function live(): Promise<void> {
    for (const { itemId } of BOUGHT_ITEMS)
      for (const warehouseId of WAREHOUSES)
        if (chance.happens(BEGINS_WITH)) await buy({ itemId, warehouseId });
    while (!faults.areOver()) {
      await purchaser.runtime.sleep(chance.between(1, turnMs));
      if (deliveries.length > 0 && chance.happens(0.5)) await announce(chance.oneOf(deliveries));
      else await buy({ itemId: chance.oneOf(BOUGHT_ITEMS).itemId, warehouseId: chance.oneOf(WAREHOUSES) });
    }
  }
  world.spawn(live);
  return { waiting, deliveries };
}
