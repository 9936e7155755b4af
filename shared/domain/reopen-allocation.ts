import { type Allocation, type OrderLine, standing } from './order-line.ts';
import { withSteps } from './settlement.ts';

/**
 * Gives up what a warehouse keeps nothing for any more: what was not picked of the allocation is open again, and the work of a
 * new run, which asks under a new id, since a warehouse decides once for each. Answers the same line when there is
 * nothing to give up.
 *
 * @param at when the reconciliation found it (UTC)
 */
export function reopenAllocation(line: OrderLine, allocationId: string, at: string): OrderLine {
  const allocation = line.allocations.find((held) => held.allocationId === allocationId);
  if (allocation?.state !== 'decided' || standing(allocation) <= allocation.picked) return line;
  const { decided, picked } = allocation;
  // The number of the decision stays, so that the decision changes nothing when it comes again.
  const withdrawn = decided && { ...decided, status: 'released' as const, quantity: picked, settledAt: at };
  const reopened: Allocation = { ...allocation, state: 'released', ...(withdrawn && { decided: withdrawn }) };
  const quantity = standing(allocation) - picked;
  const { warehouseId } = allocation;
  const step = {
    at,
    step: 'released' as const,
    warehouseId,
    allocationId,
    quantity,
    detail: `${warehouseId} keeps nothing reserved for ${quantity} that it had confirmed; they are asked for again.`,
  };
  const allocations = line.allocations.map((held) => (held === allocation ? reopened : held));
  return withSteps({ ...line, allocations, runs: line.runs + 1 }, [step], at);
}
