import type { AllocationDecision, AllocationRequest } from '../../../shared/contracts/allocation-messages.ts';
import type { TraceContext } from '../../../shared/service-bus/trace-context.ts';
import { openPieces, reduced } from '../allocation/allocation.ts';
import { decideRequest } from '../allocation/decide-request.ts';
import type { Supply } from '../allocation/supply.ts';
import type { ItemWarehouse } from '../database.ts';
import { isRunning } from '../locks/location-lock.ts';
import { allocationOf, type Draft, firstToCut, lockedOnHand, putAllocation, stockOf, tell } from './draft.ts';

/** Decides a request or release of the cloud on what the batch has come to; the answer goes out with it. */
export function decideAllocation(
  draft: Draft,
  request: AllocationRequest,
  trace: TraceContext,
): AllocationDecision {
  const known = allocationOf(draft, request.allocationId);
  const after = decideRequest(request, known, supplyOf(draft, request), draft.at);
  if (after !== known) {
    putAllocation(draft, after);
  }
  tell(draft, after, trace);
  return after.decision;
}

/**
 * Cuts reservations of the item by exactly what on hand falls short of them, never below what is picked, and tells of
 * each (architecture, rule 11). Does nothing while the stock covers them.
 */
export function cutShortage(draft: Draft, key: ItemWarehouse, trace: TraceContext): void {
  const { onHand, reserved } = stockOf(draft, key);
  let shortage = reserved - onHand;
  while (shortage > 0) {
    const allocation = firstToCut(draft, key);
    if (allocation === undefined) return;
    const pieces = Math.min(openPieces(allocation), shortage);
    const after = reduced(allocation, pieces, 'stock-fell-short', draft.at);
    putAllocation(draft, after);
    tell(draft, after, trace);
    shortage -= pieces;
  }
}

function supplyOf(draft: Draft, { itemId, warehouseId }: ItemWarehouse): Supply {
  const ends = new Map<string, string>();
  for (const lock of draft.locks.values()) {
    if (lock.warehouseId !== warehouseId || !isRunning(lock, draft.at)) continue;
    const { locationId, until } = lock;
    const other = ends.get(locationId);
    ends.set(locationId, other === undefined || other < until ? until : other);
  }
  return {
    itemExists: draft.found.items.has(itemId),
    ...stockOf(draft, { itemId, warehouseId }),
    locked: [...ends].map(([locationId, until]) => {
      return { until, onHand: lockedOnHand(draft, { itemId, warehouseId, locationId }) };
    }),
  };
}
