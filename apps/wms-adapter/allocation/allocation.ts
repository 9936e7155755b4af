import type { AllocationDecision, AllocationRequest } from '../../../shared/contracts/allocation-messages.ts';

/**
 * What the WMS has reserved for an allocation of the cloud. Quantities are pieces; `picked ≤ reserved ≤ requested`.
 * All of it but `picked` changes together with `decision`, the last word on it, which carries number and status.
 */
export interface Allocation {
  readonly allocationId: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly itemId: string;
  readonly warehouseId: string;
  /** Higher goes first. */
  readonly priority: number;
  /** When the order came: UTC with milliseconds, so that the order of the texts is that of time. */
  readonly orderedAt: string;
  readonly requested: number;
  /** In all, those already picked included. */
  readonly reserved: number;
  readonly picked: number;
  readonly decision: AllocationDecision;
}

/** Pieces that are reserved and still to be picked. */
export function openPieces({ reserved, picked }: Pick<Allocation, 'reserved' | 'picked'>): number {
  return reserved - picked;
}

/** A request is decided for the first time: `reserved` pieces of it, by decision number 1. */
export function decided(
  request: AllocationRequest & { kind: 'request' },
  reserved: number,
  answer: Pick<AllocationDecision, 'status' | 'reason' | 'retryAt' | 'decidedAt'>,
): Allocation {
  const { allocationId, orderId, lineId, itemId, warehouseId, priority, quantity: requested } = request;
  const identity = { allocationId, orderId, lineId, itemId, warehouseId };
  return {
    ...identity,
    priority,
    orderedAt: new Date(request.orderedAt).toISOString(),
    requested,
    reserved,
    picked: 0,
    decision: { ...identity, sequence: 1, quantity: reserved, picked: 0, ...answer },
  };
}

/**
 * An allocation that nobody asked for before it was released: kept, so that a request which arrives later finds it
 * released.
 */
export function releasedUnseen(
  request: AllocationRequest & { kind: 'release' },
  decidedAt: string,
): Allocation {
  const unseen = { ...request, kind: 'request' as const, quantity: 0, leastQuantity: 0, priority: 0 };
  return decided({ ...unseen, orderedAt: decidedAt }, 0, { status: 'released', decidedAt });
}

/** Frees what is unpicked, for good. */
export function released(before: Allocation, decidedAt: string): Allocation {
  return redecided(before, before.picked, { status: 'released', decidedAt });
}

/** Takes `pieces` of the open ones away. */
export function reduced(
  before: Allocation,
  pieces: number,
  reason: 'stock-fell-short' | 'short-close',
  decidedAt: string,
): Allocation {
  return redecided(before, before.reserved - pieces, { status: 'reduced', reason, decidedAt });
}

/** A pick of so many pieces: what is open is consumed, the rest is none of the allocation's. */
export function picked(before: Allocation, quantity: number): Allocation {
  return { ...before, picked: before.picked + Math.min(quantity, openPieces(before)) };
}

function redecided(
  before: Allocation,
  reserved: number,
  answer: Pick<AllocationDecision, 'status' | 'reason' | 'decidedAt'>,
): Allocation {
  const { allocationId, orderId, lineId, itemId, warehouseId, picked, decision } = before;
  const identity = { allocationId, orderId, lineId, itemId, warehouseId };
  const sequence = decision.sequence + 1;
  return { ...before, reserved, decision: { ...identity, sequence, quantity: reserved, picked, ...answer } };
}
