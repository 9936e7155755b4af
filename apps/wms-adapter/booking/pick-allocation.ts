import type { Transaction } from '../../../shared/contracts/transaction.ts';
import { type Allocation, openPieces, picked, reduced } from '../allocation/allocation.ts';
import { allocationOf, type Draft, oldestOpenOf, putAllocation } from './draft.ts';

/**
 * Consumes the reservation that a pick is for (architecture, rule 10), and answers the allocation as it is then;
 * undefined for an unallocated pick. What goes beyond the reservation is unallocated too. It is found by the
 * allocation's id, else by order and item: the order's oldest that is open. One of another item or warehouse is none
 * of it: what was taken from the shelf is booked whatever it names.
 */
export function consumeReservation(draft: Draft, transaction: Transaction): Allocation | undefined {
  const before = named(draft, transaction) ?? ofOrder(draft, transaction);
  if (before === undefined) return undefined;
  const after = picked(before, transaction.quantity);
  putAllocation(draft, after);
  return after;
}

/** The last pick of an allocation: what is open of it is released. Answers it where there was something. */
export function closeShort(draft: Draft, before: Allocation): Allocation | undefined {
  const open = openPieces(before);
  if (open === 0) return undefined;
  const after = reduced(before, open, 'short-close', draft.at);
  putAllocation(draft, after);
  return after;
}

function named(draft: Draft, { allocationId, itemId, warehouseId }: Transaction): Allocation | undefined {
  const allocation = allocationId === undefined ? undefined : allocationOf(draft, allocationId);
  return allocation?.itemId === itemId && allocation.warehouseId === warehouseId ? allocation : undefined;
}

function ofOrder(draft: Draft, { orderId, itemId, warehouseId }: Transaction): Allocation | undefined {
  return orderId === undefined ? undefined : oldestOpenOf(draft, { orderId, itemId, warehouseId });
}
