import type { Reservation } from './compare-reservations.ts';
import { type Allocation, type OrderLine, type Step, standing, unpicked } from './order-line.ts';
import { decidedBy, withAllocation, withoutSurplus, withRunForOpen } from './settlement.ts';

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
  const changed = withAllocation({ ...line, released }, adopted, at, stepOf(allocation, adopted));
  return withRunForOpen(withoutSurplus(changed, at));
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
  const { warehouseId, sequence, status, quantity, reason } = decision;
  const state = status === 'released' ? 'released' : 'decided';
  if (heard.decided?.sequence === sequence && heard.decided.quantity === quantity)
    return { ...heard, picked, state };
  const closed =
    reason === 'short-close' ? Math.max(standing(heard) + closedPieces(heard) - quantity, 0) : undefined;
  return { ...heard, warehouseId, picked, state, decided: decidedBy(decision, closed, at) };
}

function stepOf(heard: Allocation, adopted: Allocation): Pick<Step, 'step' | 'quantity' | 'detail'> {
  const { warehouseId, picked } = adopted;
  const quantity = unpicked(adopted);
  return {
    ...{ step: 'confirmed', quantity },
    detail: `By its books ${warehouseId} keeps ${quantity} and has picked ${picked}, where ${unpicked(heard)} and ${heard.picked} had been heard of.`,
  };
}
