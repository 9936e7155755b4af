import { setTimeout as sleep } from 'node:timers/promises';
import { cosmosAllocationStore } from '../../../shared/cosmos/allocation-store.ts';
import { cosmosAllocationSweep } from '../../../shared/cosmos/allocation-sweep.ts';
import { openContainers } from '../../../shared/cosmos/connection.ts';
import { leastUseful, type OrderLine } from '../../../shared/domain/order-line.ts';
import { freeIn } from '../../../shared/domain/placement.ts';
import { isRefused } from '../../../shared/domain/refusal.ts';
import type { StockFigures } from '../../../shared/domain/stock.ts';
import { countsAt } from '../../../shared/domain/stock-at-risk.ts';
import type { AllocationStore } from '../../../shared/ports/allocation-store.ts';
import { systemRuntime } from '../../../shared/ports/runtime.ts';
import { type Checked, type Checking, countText, findingAbout } from './finding.ts';

/** Why a line waits: nothing it could use is free; what is free is in a warehouse that refused it, or counts there; for no reason. */
export type Wait =
  | { readonly why: 'short' | 'refused' | 'counted' }
  | { readonly why: 'needless'; readonly text: string };

/** How long nothing has to change: the sweep comes once a minute and gives backorders what is free: two of them may be missed. Milliseconds. */
const PATIENCE = 150_000;
const LOOK_EVERY = 2_000;
const PAGE = 1_000;

/**
 * No backorder waits for what is free. One may, beside stock of a warehouse that rejected it and of which nothing was heard since (15
 * minutes at most), or that refused it because it counts the location (until the lock of the count ends): these are counted.
 *
 * @param patience milliseconds without a change after which what waits is taken to wait for good
 */
export async function checkBackorders(
  cosmosConnection: string,
  { tell, signal }: Checking,
  patience = PATIENCE,
): Promise<Checked> {
  const { stock, orders } = await openContainers({ CosmosConnection: cosmosConnection }, 'sweep');
  const store = cosmosAllocationStore(stock, systemRuntime);
  const sweep = cosmosAllocationSweep(stock, orders);
  let last = '';
  let movedAt = performance.now();
  for (;;) {
    const waits: Wait[] = [];
    for await (const itemIds of sweep.waitingItems())
      for (const itemId of itemIds) waits.push(...(await waitsFor(itemId, store)));
    const needless = waits.flatMap((wait) => (wait.why === 'needless' ? [wait.text] : []));
    if (needless.length === 0) return { findings: [], seen: [seenText(waits)] };
    tell(`${countText(needless.length)} of ${countText(waits.length)} wait beside free stock`);
    const state = needless.join();
    if (state !== last) movedAt = performance.now();
    last = state;
    if (performance.now() - movedAt > patience)
      return {
        findings: findingAbout('wrong', 'backorders that wait beside free stock', needless),
        seen: [],
      };
    await sleep(LOOK_EVERY, undefined, { signal });
  }
}

async function waitsFor(itemId: string, store: AllocationStore): Promise<Wait[]> {
  const { stocks } = await store.readItem(itemId);
  const lines = await store.readWaiting(itemId, PAGE);
  return lines.map(({ line }) => waitOf(line, stocks, Date.now()));
}

/**
 * Why a backorder waits.
 *
 * @param now milliseconds UTC
 */
export function waitOf(line: OrderLine, stocks: readonly StockFigures[], now: number): Wait {
  const { allowedWarehouses } = line.terms;
  const useful = stocks.flatMap((stock) => {
    const { atp } = freeIn(stock, now);
    const isAllowed = allowedWarehouses?.includes(stock.warehouseId) ?? true;
    return isAllowed && atp >= Math.max(leastUseful(line), 1) ? [{ stock, atp }] : [];
  });
  if (useful.length === 0) return { why: 'short' };
  const offered = useful.find(({ stock }) => !isRefused(line, stock, countsAt(stock, now), now));
  if (offered !== undefined) {
    const { stock, atp } = offered;
    const name = `${line.orderId} line ${line.lineId}`;
    const text = `${name} waits for ${line.backordered} of ${line.itemId}, ${atp} are free in ${stock.warehouseId}`;
    return { why: 'needless', text };
  }
  const isCounted = ({ stock }: { stock: StockFigures }) =>
    line.allocations.findLast(({ warehouseId }) => warehouseId === stock.warehouseId)?.decided?.retryAt !==
    undefined;
  return { why: useful.some(isCounted) ? 'counted' : 'refused' };
}

function seenText(waits: readonly Wait[]): string {
  if (waits.length === 0) return 'No order line waits for stock.';
  const count = (why: Wait['why']) => countText(waits.filter((wait) => wait.why === why).length);
  return (
    `${countText(waits.length)} order lines wait for stock, none beside what it could have: ${count('short')} for more than is free, ` +
    `${count('refused')} for a warehouse that refused them lately, ${count('counted')} for a location under count.`
  );
}
