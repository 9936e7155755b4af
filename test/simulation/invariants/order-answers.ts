import { readHold } from '../../../shared/allocation/holds.ts';
import { readOrder } from '../../../shared/allocation/order-state.ts';
import {
  ALLOCATION_STATUSES,
  type AllocationStatus,
  holdStateSchema,
  type LineAllocation,
  type OrderAllocation,
  orderAllocationSchema,
} from '../../../shared/contracts/allocation.ts';
import type { Order } from '../../../shared/ports/order-store.ts';
import type { InMemoryOrders } from '../../doubles/order-store.ts';
import type { PromisePorts } from '../cloud/promises.ts';
import { Violation } from './violation.ts';

const RESTING: ReadonlySet<AllocationStatus> = new Set([
  'backordered',
  'confirmed',
  'fulfilled',
  'rejected',
  'released',
]);

/**
 * What the OMS reads when nothing is on its way any more: every line of every order ends in one state that stays, and its
 * pieces, and those of its sources, add up.
 *
 * @param ask calls the API until it answers
 * @returns how many lines were read, by status
 * @throws {Violation}
 */
export async function checkOrderAnswers(
  orders: InMemoryOrders,
  ask: <Answer>(call: (ports: PromisePorts) => Promise<Answer>) => Promise<Answer>,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const order of [...orders.all()]) {
    const { kind, orderId } = order;
    if (kind === 'hold') {
      const state = holdStateSchema.parse(await ask((ports) => readHold(orderId, ports)));
      const isOver = state.status !== 'held' && state.status !== 'partly-held';
      if (!isOver || state.lines.some(({ held }) => held > 0))
        throw new Violation('Every cart reads ended', JSON.stringify(state), [orderId]);
      continue;
    }
    const answer = orderAllocationSchema.parse(await ask((ports) => readOrder(orderId, ports)));
    const wanted = order.lines.map(({ lineId, itemId, quantity }) => `${lineId} ${itemId} ${quantity}`);
    const read = answer.lines.map(({ lineId, itemId, quantity }) => `${lineId} ${itemId} ${quantity}`);
    if (wanted.join() !== read.join())
      throw new Violation('An order reads as it was asked for', `${read.join()} for ${wanted.join()}`, [
        orderId,
      ]);
    for (const line of answer.lines) {
      checkLine(orderId, line);
      counts[line.status] = (counts[line.status] ?? 0) + 1;
    }
    checkOrder(answer, order);
  }
  return counts;
}

function checkLine(orderId: string, line: LineAllocation): void {
  const { status, quantity, sources } = line;
  const fail = (invariant: string) => {
    throw new Violation(invariant, `line ${line.lineId} of ${orderId}: ${JSON.stringify(line)}`, [
      orderId,
      line.itemId,
    ]);
  };
  if (!RESTING.has(status)) fail('Every line reads a state that stays');
  const sum = ALLOCATION_STATUSES.reduce((total, name) => total + line[name], 0);
  // What was picked beyond a cut is the line's as well.
  const excess = sources.reduce(
    (total, { quantity: stands, picked }) => total + Math.max(picked - stands, 0),
    0,
  );
  if (sum < quantity || sum > quantity + excess) fail('The pieces that a line reads add up');
  if (ALLOCATION_STATUSES.find((name) => line[name] > 0) !== status)
    fail('A line reads the first status that applies to any piece');
  const picked = sources.reduce((total, source) => total + source.picked, 0);
  const kept = sources.reduce((total, source) => total + Math.max(source.quantity - source.picked, 0), 0);
  if (picked !== line.fulfilled || kept !== line.confirmed) fail('A line promises what its sources do');
}

function checkOrder(
  { orderId, status, allOrNothing, lines }: OrderAllocation,
  { cancelledAt, outcome }: Pick<Order, 'cancelledAt' | 'outcome'>,
): void {
  const fail = (invariant: string) => {
    throw new Violation(invariant, JSON.stringify(lines.map(({ why: _why, ...line }) => line)), [orderId]);
  };
  if (ALLOCATION_STATUSES.find((name) => lines.some((line) => line.status === name)) !== status)
    fail('An order reads the first status that applies to any line');
  const promised = lines.filter((line) => line.confirmed + line.backordered > 0);
  if (cancelledAt !== undefined && promised.length > 0) fail('An order that was taken back promises nothing');
  if (!allOrNothing) return;
  if (outcome !== 'committed' && promised.length > 0)
    fail('No line of an order is promised unless all were, where that was wanted');
  if (outcome === 'committed' && lines.some((line) => line.rejected > 0 && !wasCut(line)))
    fail('All lines of an order are promised, or none, where that was wanted');
}

/** What a warehouse takes back once all is confirmed is sourced anew, waits or is rejected as of any line (docs/allocation.md). */
function wasCut({ why }: LineAllocation): boolean {
  return why.some(({ step }) => step === 'reduced');
}
