import { setTimeout as sleep } from 'node:timers/promises';
import type { AdapterClient } from './adapter-client.ts';
import { cloudStock } from './cloud-stock.ts';
import { comparePromises, type PromisesComparison } from './compare-promises.ts';
import type { OrderDesk } from './order-desk.ts';
import type { OrderFigures } from './order-figures.ts';

export type OrderResultOptions = {
  client: AdapterClient;
  cosmosConnection: string;
  desk: Pick<OrderDesk, 'figures' | 'promises' | 'look'>;
  signal: AbortSignal;
};

export type OrderResult = { figures: OrderFigures; comparison: PromisesComparison };

/** The sides are compared again until they agree, or until nothing changes for this long. Milliseconds. */
const PATIENCE = 60_000;
const COMPARE_EVERY = 1_000;

/** Waits until WMS and cloud agree about what was promised, or nothing moves any more. */
export async function orderResult(options: OrderResultOptions): Promise<OrderResult> {
  const { client, cosmosConnection, desk, signal } = options;
  let last = '';
  let movedAt = performance.now();
  for (;;) {
    const comparison = await comparePromises({
      wmsPositions: client.positions(),
      wmsAllocations: client.allocations(),
      cloud: cloudStock(cosmosConnection),
      promises: desk.promises(),
    });
    const result = { figures: desk.figures(), comparison };
    if (isSound(result)) return result;
    const now = JSON.stringify(comparison);
    if (now !== last) movedAt = performance.now();
    last = now;
    if (performance.now() - movedAt > PATIENCE) return result;
    // What the WMS has cut meanwhile is no promise of the cloud any more: its last word may be old.
    await Promise.all(new Set(comparison.oversoldOrders).values().map(desk.look));
    await sleep(COMPARE_EVERY, undefined, { signal });
  }
}

/** Every line is in a final or resting state, both sides count the same, and nothing is oversold. */
export function isSound({ figures, comparison }: OrderResult): boolean {
  return figures.unsettled === 0 && comparison.different === 0 && comparison.oversold === 0;
}

/** The result for a person. */
export function orderResultLines({ figures, comparison }: OrderResult): string[] {
  const text = (count: number) => count.toLocaleString('en');
  const { orders, lines, fulfilled, backordered, rejected, unsettled } = figures;
  const { compared, different, differences, oversold } = comparison;
  const rest = unsettled === 0 ? 'all at rest' : `${text(unsettled)} NOT AT REST`;
  const counted = `${text(compared)} items in warehouses compared`;
  return [
    `${text(orders)} orders, ${text(lines)} lines: fulfilled ${text(fulfilled)}, backordered ${text(backordered)}, rejected ${text(rejected)}; ${rest}.`,
    different === 0
      ? `${counted}: on hand and reservations equal in WMS and cloud; oversold ${text(oversold)}.`
      : `${counted}: ${text(different)} DIFFER; oversold ${text(oversold)}:`,
    ...differences.map((difference) => `  ${difference}`),
  ];
}
