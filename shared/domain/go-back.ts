import type { Reservation } from './compare-reservations.ts';
import {
  type Allocation,
  type Decided,
  lineFigures,
  type OrderLine,
  type Step,
  standing,
} from './order-line.ts';
import { withSteps } from './settlement.ts';

/**
 * The line as a WMS has it that went back to a backup: decision and picks of the allocation are those of its books again, though later ones were
 * heard of. What is reserved again serves what waits; where that is too much, since its pieces were placed elsewhere, given up or cancelled
 * meanwhile, the warehouse is to release it. What is missing now is the work of a new run. Answers the same line when the allocation is not as
 * it was heard of any more.
 *
 * @param at when the reconciliation found it (UTC)
 */
export function goBack(line: OrderLine, heard: Allocation, reservation: Reservation, at: string): OrderLine {
  const allocation = line.allocations.find(({ allocationId }) => allocationId === heard.allocationId);
  if (!allocation || !isSame(allocation, heard)) return line;
  const adopted = adoptedBy(reservation, allocation, at);
  const before = adopted.decided === allocation.decided ? undefined : allocation.decided;
  const released = Math.max(line.released - (before?.closed ?? 0), 0);
  const changed = withAllocation({ ...line, released }, adopted);
  const tooMany = piecesTooMany(changed);
  const isOpen = standing(adopted) > adopted.picked;
  const isNeedless = isOpen && (line.ended !== undefined || tooMany > line.backordered);
  const steps = [stepOf(allocation, adopted, isNeedless, at)];
  const run = line.runs + 1;
  if (isNeedless) {
    const releasing = withAllocation(changed, { ...adopted, state: 'releasing', run });
    return withSteps({ ...releasing, runs: run }, steps, at);
  }
  const served = { ...changed, backordered: Math.max(line.backordered - tooMany, 0) };
  const stepped = withSteps(served, steps, at);
  return lineFigures(stepped).open > 0 ? { ...stepped, runs: run } : stepped;
}

function isSame(one: Allocation, other: Allocation): boolean {
  return (
    one.state === other.state &&
    one.picked === other.picked &&
    one.decided?.sequence === other.decided?.sequence &&
    one.decided?.quantity === other.decided?.quantity
  );
}

/** The decision that was heard stays, where only picks are lost. */
function adoptedBy({ decision, picked }: Reservation, heard: Allocation, at: string): Allocation {
  const { sequence, status, quantity, decidedAt, reason, retryAt } = decision;
  const state = status === 'released' ? 'released' : 'decided';
  if (heard.decided?.sequence === sequence && heard.decided.quantity === quantity)
    return { ...heard, picked, state };
  const decided: Decided = {
    ...{ sequence, status, quantity, decidedAt, settledAt: at },
    ...(reason && { reason }),
    ...(retryAt && { retryAt }),
  };
  return { ...heard, picked, state, decided };
}

function withAllocation(line: OrderLine, changed: Allocation): OrderLine {
  const { allocationId } = changed;
  const allocations = line.allocations.map((held) => (held.allocationId === allocationId ? changed : held));
  return { ...line, allocations };
}

/** Pieces that are counted beyond what was ordered; 0 when there are none. */
function piecesTooMany(line: OrderLine): number {
  const pieces = Object.values(lineFigures(line)).reduce((sum, one) => sum + one, 0);
  return Math.max(pieces - line.terms.quantity, 0);
}

function stepOf(heard: Allocation, adopted: Allocation, isNeedless: boolean, at: string): Step {
  const { warehouseId, allocationId, picked } = adopted;
  const quantity = standing(adopted) - picked;
  const [before, next] = [standing(heard) - heard.picked, isNeedless ? '; it is asked to release them' : ''];
  return {
    ...{ at, warehouseId, allocationId, quantity },
    step: isNeedless ? 'releasing' : 'confirmed',
    detail: `${warehouseId} was restored from a backup: it keeps ${quantity} and has picked ${picked}, where ${before} and ${heard.picked} had been heard of${next}.`,
  };
}
