import type { WmsAllocation } from './adapter-client.ts';
import type { CloudStock } from './cloud-stock.ts';
import type { Promised } from './order-desk.ts';

export type PromisesComparison = {
  /** Items in warehouses that either side knows. */
  compared: number;
  /** How many of them differ in on hand or reservations, or have pieces that no warehouse has answered for. */
  different: number;
  /** The first of them and of the oversold, one readable line each. */
  differences: string[];
  /** Pieces that the cloud promises without a reservation of the WMS behind them. */
  oversold: number;
  /** Orders with such pieces, as far as the cloud's last word is known. */
  oversoldOrders: string[];
};

export type PromiseSides = {
  wmsPositions: AsyncIterable<{ itemId: string; warehouseId: string; onHand: number }>;
  wmsAllocations: AsyncIterable<WmsAllocation>;
  cloud: AsyncIterable<CloudStock>;
  promises: ReadonlyMap<string, Promised>;
};

type Figures = { onHand: number; reserved: number };

const LISTED = 20;

/**
 * Compares, for every item in every warehouse, what is on hand, and what the WMS has reserved (and not yet picked) with
 * what the cloud counts as confirmed and not picked; and every promise with the reservation behind it.
 */
export async function comparePromises(sides: PromiseSides): Promise<PromisesComparison> {
  const wms = new Map<string, Figures>();
  const reserved = new Map<string, number>();
  const at = ({ itemId, warehouseId }: { itemId: string; warehouseId: string }): Figures => {
    const name = `${itemId}/${warehouseId}`;
    const figures = wms.get(name) ?? { onHand: 0, reserved: 0 };
    wms.set(name, figures);
    return figures;
  };
  for await (const position of sides.wmsPositions) at(position).onHand += position.onHand;
  for await (const allocation of sides.wmsAllocations) {
    at(allocation).reserved += Math.max(0, allocation.reserved - allocation.picked);
    reserved.set(allocation.allocationId, allocation.reserved);
  }

  const result: PromisesComparison = {
    ...{ compared: 0, different: 0, differences: [], oversold: 0, oversoldOrders: [] },
  };
  const tell = (difference: string) => {
    if (result.differences.length < LISTED) result.differences.push(difference);
  };
  for await (const { itemId, warehouseId, onHand, tentative, confirmed, picked } of sides.cloud) {
    const name = `${itemId}/${warehouseId}`;
    const there = textOf(wms.get(name) ?? { onHand: 0, reserved: 0 });
    wms.delete(name);
    result.compared += 1;
    const here = textOf({ onHand, reserved: confirmed - picked }, tentative);
    if (here === there) continue;
    result.different += 1;
    tell(`${name}: the WMS has ${there}, the cloud ${here}`);
  }
  for (const [name, figures] of wms) {
    result.compared += 1;
    if (figures.onHand === 0 && figures.reserved === 0) continue;
    result.different += 1;
    tell(`${name}: the WMS has ${textOf(figures)}, the cloud does not know it`);
  }
  for (const [allocationId, { orderId, quantity }] of sides.promises) {
    const kept = reserved.get(allocationId) ?? 0;
    if (kept >= quantity) continue;
    result.oversold += quantity - kept;
    result.oversoldOrders.push(orderId);
    tell(`${allocationId}: the cloud promises ${quantity} pieces, the WMS reserves ${kept}`);
  }
  return result;
}

function textOf({ onHand, reserved }: Figures, tentative = 0): string {
  const unanswered = tentative === 0 ? '' : `, ${tentative} unanswered`;
  return `${onHand} pieces, ${reserved} reserved${unanswered}`;
}
