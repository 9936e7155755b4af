import type { AllocationDecision } from '../../shared/contracts/allocation-messages.ts';
import { logRecord } from '../../shared/telemetry/log.ts';
import { countOversellPrevented } from '../../shared/telemetry/metrics.ts';

/** Writes a record of a decision that changed its line, and counts it where the warehouse had less than was held or promised. */
export function tellSettled(decision: AllocationDecision): void {
  const { status, reason, sequence, quantity } = decision;
  if (status === 'rejected' || isShort(reason)) countOversellPrevented('wms', reason ?? 'unknown');
  logRecord('info', `allocation-${status}`, { ...idsOfDecision(decision), reason, sequence, quantity });
}

/** By the names of `docs/telemetry.md`. */
export function idsOfDecision({ allocationId, orderId, lineId, itemId, warehouseId }: AllocationDecision) {
  return {
    ...{ 'allocation.id': allocationId, 'order.id': orderId, 'line.id': lineId },
    ...{ 'item.id': itemId, 'warehouse.id': warehouseId },
  };
}

/** Not where a pick was closed short, or somebody took the order back. */
function isShort(reason: AllocationDecision['reason']): boolean {
  return reason === 'insufficient-stock' || reason === 'under-count' || reason === 'stock-fell-short';
}
