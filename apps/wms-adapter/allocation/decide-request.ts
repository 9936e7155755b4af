import type { AllocationRequest } from '../../../shared/contracts/allocation-messages.ts';
import { MAX_PIECES } from '../../../shared/contracts/identifiers.ts';
import { type Allocation, decided, released, releasedUnseen } from './allocation.ts';
import { availableAfterLocks, availablePieces, type Supply } from './supply.ts';

/**
 * The WMS's decision on a request or a release (architecture, rules 8 and 9), pure. The answer is the `decision` of
 * the allocation it returns; that allocation is `known` itself where nothing changes.
 *
 * - Once per allocation id: asked again, the last decision is the answer again, under its number.
 * - A release is final, even for an id never seen; a request that comes after it reserves nothing.
 * - A request gets what is available, at most what it asks for; fewer than `leastQuantity` is a rejection.
 *
 * @param known the allocation of that id, if there is one
 * @param supply of the request's item and warehouse
 * @param decidedAt when the transaction commits, UTC with milliseconds
 */
export function decideRequest(
  request: AllocationRequest,
  known: Allocation | undefined,
  supply: Supply,
  decidedAt: string,
): Allocation {
  if (request.kind === 'request') {
    return known ?? decideFirst(request, supply, decidedAt);
  }
  if (known === undefined) {
    return releasedUnseen(request, decidedAt);
  }
  return known.decision.status === 'released' ? known : released(known, decidedAt);
}

function decideFirst(
  request: AllocationRequest & { kind: 'request' },
  supply: Supply,
  decidedAt: string,
): Allocation {
  const { quantity, leastQuantity } = request;
  const reserved = Math.min(quantity, availablePieces(supply), MAX_PIECES);
  if (supply.itemExists && reserved >= leastQuantity) {
    return decided(request, reserved, { status: 'confirmed', decidedAt });
  }
  return decided(request, 0, { status: 'rejected', ...whyNot(request, supply), decidedAt });
}

function whyNot(
  { leastQuantity }: AllocationRequest & { kind: 'request' },
  supply: Supply,
): { reason: 'unknown-item' | 'insufficient-stock' } | { reason: 'under-count'; retryAt: string } {
  if (!supply.itemExists) {
    return { reason: 'unknown-item' };
  }
  const retryAt = availableAfterLocks(supply, leastQuantity);
  return retryAt === undefined ? { reason: 'insufficient-stock' } : { reason: 'under-count', retryAt };
}
