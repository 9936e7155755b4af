import type { AllocationPorts } from '../../shared/allocation/allocation-ports.ts';
import { carryOn, linesToAllocate } from '../../shared/allocation/carry-on.ts';
import { askAgain, type DrivePorts, placeAndAsk } from '../../shared/allocation/drive-line.ts';
import { expireHold as endExpiredHold } from '../../shared/allocation/holds.ts';
import type { AllocateLineInput } from '../../shared/ports/orchestrations.ts';
import type { StockChanges } from '../../shared/ports/stock-changes.ts';
import { type AskAgainInput, allocateLine } from './allocate-line.ts';
import { allocateOrder } from './allocate-order.ts';
import { expireHold } from './expire-hold.ts';
import { byVersion } from './versions.ts';

/** What drives promises, by the name it is started under. */
export const ALLOCATION_ORCHESTRATORS = {
  allocateLine: byVersion({ '1': allocateLine }),
  allocateOrder: byVersion({ '1': allocateOrder }),
  expireHold: byVersion({ '1': expireHold }),
};

/** Activities of those, which start nothing themselves. What they throw is {StoreUnavailable}. */
export function drivingActivities(ports: DrivePorts & { readonly stockChanges: StockChanges }) {
  return {
    placeLine: (input: AllocateLineInput) => placeAndAsk(input, ports),
    askAgain: ({ attempt, ...input }: AskAgainInput) => askAgain(input, attempt, ports),
    tellStockChange: ({ itemId }: { itemId: string }) => ports.stockChanges.tell([itemId]),
    listLines: async ({ orderId }: { orderId: string }) => {
      const stored = await ports.orders.read('order', orderId);
      const lines = stored ? linesToAllocate(stored.order) : [];
      return lines.map(({ lineId, itemId }) => ({ lineId, itemId }));
    },
  };
}

/** Activities that start orchestrations. What they throw is {StoreUnavailable}. */
export function endingActivities(ports: AllocationPorts) {
  return {
    concludeOrder: ({ orderId }: { orderId: string }) => carryOn(orderId, ports),
    endExpiredHold: async ({ holdId }: { holdId: string }) => {
      const comeBackAt = await endExpiredHold(holdId, ports);
      return { expiresAt: comeBackAt === undefined ? null : new Date(comeBackAt).toISOString() };
    },
  };
}
