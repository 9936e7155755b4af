import { setTimeout as sleep } from 'node:timers/promises';
import type { AdapterClient } from '../../../local/replay/adapter-client.ts';
import { cloudPositions } from '../../../local/replay/cloud-stock.ts';
import { comparePositions } from '../../../local/replay/compare.ts';
import type { OrderDesk } from '../../../local/replay/order-desk.ts';
import { isSound, orderResult, orderResultLines } from '../../../local/replay/order-result.ts';
import { type Checked, type Checking, countText, type Finding } from './finding.ts';

/** Nothing moves any more for so long: then what differs is different. Milliseconds. */
const PATIENCE = 90_000;
const COMPARE_EVERY = 1_000;

/** Every position of the WMS is the cloud's and the other way round, and the WMS never reserves more than it has. */
export async function checkPositions(
  client: AdapterClient,
  cosmosConnection: string,
  { tell, signal }: Checking,
): Promise<Checked> {
  let last = '';
  let movedAt = performance.now();
  for (;;) {
    const comparison = await comparePositions(client.positions(), cloudPositions(cosmosConnection));
    const { compared, different, differences, progress } = comparison;
    if (different === 0)
      return { findings: [], seen: [`${countText(compared)} positions: WMS and cloud are equal.`] };
    tell(`${countText(different)} of ${countText(compared)} to go`);
    const state = `${different}|${progress}`;
    if (state !== last) movedAt = performance.now();
    last = state;
    if (performance.now() - movedAt > PATIENCE) {
      const text = `positions that differ: ${differences.slice(0, 5).join('; ')}`;
      return { findings: [{ kind: 'lost', count: different, text, names: differences }], seen: [] };
    }
    await sleep(COMPARE_EVERY, undefined, { signal });
  }
}

/** Promises of the cloud are reservations of the WMS, item by item, and every order that was played rests. */
export async function checkPromises(
  client: AdapterClient,
  cosmosConnection: string,
  desk: OrderDesk,
  { signal }: Checking,
): Promise<Checked> {
  const result = await orderResult({ client, cosmosConnection, desk, signal });
  if (isSound(result)) return { findings: [], seen: orderResultLines(result) };
  const { figures, comparison } = result;
  const findings: Finding[] = [];
  if (comparison.oversold > 0)
    findings.push({
      kind: 'oversold',
      count: comparison.oversold,
      text: `pieces promised without a reservation: ${comparison.differences.slice(0, 5).join('; ')}`,
      names: comparison.oversoldOrders,
    });
  if (comparison.different > 0)
    findings.push({
      kind: 'wrong',
      count: comparison.different,
      text: `promises that are not the reservations: ${comparison.differences.slice(0, 5).join('; ')}`,
      names: comparison.differences,
    });
  if (figures.unsettled > 0)
    findings.push({ kind: 'wrong', count: figures.unsettled, text: 'order lines that do not rest' });
  return { findings, seen: orderResultLines(result) };
}

/** Reservations of an item in a warehouse are never more than what stands there. */
export async function checkReservations(client: AdapterClient): Promise<Checked> {
  const open = new Map<string, { onHand: number; reserved: number }>();
  const at = (itemId: string, warehouseId: string) => {
    const name = `${itemId} in ${warehouseId}`;
    const figures = open.get(name) ?? { onHand: 0, reserved: 0 };
    open.set(name, figures);
    return figures;
  };
  for await (const { itemId, warehouseId, onHand } of client.positions())
    at(itemId, warehouseId).onHand += onHand;
  let doubled = 0;
  for await (const { itemId, warehouseId, reserved, picked } of client.allocations()) {
    at(itemId, warehouseId).reserved += Math.max(0, reserved - picked);
    if (picked > reserved) doubled += picked - reserved;
  }
  const findings: Finding[] = [];
  const over = [...open].filter(([, { onHand, reserved }]) => reserved > onHand);
  if (over.length > 0) {
    const count = over.reduce((sum, [, { onHand, reserved }]) => sum + reserved - onHand, 0);
    const names = over.slice(0, 5).map(([name, { onHand, reserved }]) => `${name}: ${reserved} of ${onHand}`);
    findings.push({
      kind: 'oversold',
      count,
      text: `the WMS reserves more than it has: ${names.join('; ')}`,
    });
  }
  if (doubled > 0)
    findings.push({ kind: 'doubled', count: doubled, text: 'pieces picked beyond what was reserved' });
  return { findings, seen: [] };
}
