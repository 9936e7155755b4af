import type { Reservation } from './compare-reservations.ts';
import {
  type Allocation,
  type Decided,
  lineFigures,
  type OrderLine,
  type Step,
  standing,
  surplusPieces,
} from './order-line.ts';
import { withoutSurplus, withSteps } from './settlement.ts';

/**
 * The line as a WMS has it that went back to a backup, or of whose decision another figure was heard: decision and picks of the allocation are
 * those of its books again, though later ones were heard of. What is reserved again serves what waits; where that is too much, since its pieces
 * were placed elsewhere, given up, picked twice or cancelled meanwhile, warehouses are to release it. What is missing now is the work of a new run.
 * Answers the same line when the allocation is not as it was heard of any more.
 *
 * @param at when the reconciliation found it (UTC)
 */
export function goBack(line: OrderLine, heard: Allocation, reservation: Reservation, at: string): OrderLine {
  const allocation = line.allocations.find(({ allocationId }) => allocationId === heard.allocationId);
  if (!allocation || !isSame(allocation, heard)) return line;
  const adopted = adoptedBy(reservation, allocation, at);
  const released = Math.max(line.released - closedPieces(allocation) + closedPieces(adopted), 0);
  const changed = withAllocation({ ...line, released }, adopted);
  const needless = needlessOf(changed, adopted);
  const run = line.runs + 1;
  const allocations = changed.allocations.map((one) =>
    needless.includes(one) ? { ...one, state: 'releasing' as const, run } : one,
  );
  const served = withoutSurplus({ ...changed, allocations });
  const steps = [stepOf(allocation, adopted, at), ...needless.map((one) => releaseStep(one, at))];
  const stepped = withSteps(served, steps, at);
  return needless.length > 0 || lineFigures(stepped).open > 0 ? { ...stepped, runs: run } : stepped;
}

/**
 * What warehouses are to release, since what waits does not come to what is too much: of this allocation first, then of those asked last. A
 * warehouse releases an allocation as a whole; what is missing then is placed anew.
 */
function needlessOf(line: OrderLine, adopted: Allocation): readonly Allocation[] {
  if (line.ended) return isOpen(adopted) ? [adopted] : [];
  let surplus = surplusPieces(line);
  if (surplus <= line.backordered) return [];
  const needless: Allocation[] = [];
  for (const one of new Set([adopted, ...line.allocations.toReversed()])) {
    if (surplus <= 0) break;
    if (!isOpen(one)) continue;
    needless.push(one);
    surplus -= standing(one) - one.picked;
  }
  return needless;
}

/** Its warehouse keeps pieces for it, or may. */
function isOpen(allocation: Allocation): boolean {
  const { state, picked } = allocation;
  return (state === 'decided' || state === 'tentative') && standing(allocation) > picked;
}

function isSame(one: Allocation, other: Allocation): boolean {
  return (
    one.state === other.state &&
    one.picked === other.picked &&
    one.decided?.sequence === other.decided?.sequence &&
    one.decided?.quantity === other.decided?.quantity
  );
}

function closedPieces({ decided }: Allocation): number {
  return decided?.closed ?? 0;
}

/** The decision that was heard stays, where only picks are lost. */
function adoptedBy({ decision, picked }: Reservation, heard: Allocation, at: string): Allocation {
  const { warehouseId, sequence, status, quantity, decidedAt, reason, retryAt } = decision;
  const state = status === 'released' ? 'released' : 'decided';
  if (heard.decided?.sequence === sequence && heard.decided.quantity === quantity)
    return { ...heard, picked, state };
  const decided: Decided = {
    ...{ sequence, status, quantity, decidedAt, settledAt: at },
    ...(reason && { reason }),
    ...(retryAt && { retryAt }),
    ...(reason === 'short-close' && { closed: Math.max(standing(heard) - quantity, 0) }),
  };
  return { ...heard, warehouseId, picked, state, decided };
}

function withAllocation(line: OrderLine, changed: Allocation): OrderLine {
  const { allocationId } = changed;
  const allocations = line.allocations.map((held) => (held.allocationId === allocationId ? changed : held));
  return { ...line, allocations };
}

function stepOf(heard: Allocation, adopted: Allocation, at: string): Step {
  const { warehouseId, allocationId, picked } = adopted;
  const quantity = standing(adopted) - picked;
  const before = standing(heard) - heard.picked;
  return {
    ...{ at, step: 'confirmed', warehouseId, allocationId, quantity },
    detail: `By its books ${warehouseId} keeps ${quantity} and has picked ${picked}, where ${before} and ${heard.picked} had been heard of.`,
  };
}

function releaseStep(allocation: Allocation, at: string): Step {
  const { warehouseId, allocationId, picked } = allocation;
  const quantity = standing(allocation) - picked;
  return {
    ...{ at, step: 'releasing', warehouseId, allocationId, quantity },
    detail: `Release asked of ${warehouseId}: the line has no use for ${quantity}.`,
  };
}
