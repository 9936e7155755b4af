import type { Reservation } from './compare-reservations.ts';
import { type Allocation, type Decided, type OrderLine, type Step, standing } from './order-line.ts';
import { withoutSurplus, withRunForOpen, withSteps } from './settlement.ts';

/**
 * The line as a WMS has it that went back to a backup, or of whose decision another figure was heard: decision and picks of the allocation are
 * those of its books again, though later ones were heard of. What is too much then serves what waits, or is given back; what is missing is the work
 * of a new run. Answers the same line when the allocation is not as it was heard of any more.
 *
 * @param at when the reconciliation found it (UTC)
 */
export function goBack(line: OrderLine, heard: Allocation, reservation: Reservation, at: string): OrderLine {
  const allocation = line.allocations.find(({ allocationId }) => allocationId === heard.allocationId);
  if (!allocation || !isSame(allocation, heard)) return line;
  const adopted = adoptedBy(reservation, allocation, at);
  const released = Math.max(line.released - closedPieces(allocation) + closedPieces(adopted), 0);
  const changed = withAllocation({ ...line, released }, adopted);
  const stepped = withSteps(changed, [stepOf(allocation, adopted, at)], at);
  return withRunForOpen(withoutSurplus(stepped, at));
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
    ...(reason === 'short-close' && {
      closed: Math.max(standing(heard) + closedPieces(heard) - quantity, 0),
    }),
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
