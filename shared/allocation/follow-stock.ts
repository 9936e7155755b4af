import { parseAllocationId } from '../domain/order-line.ts';
import { settlePick } from '../domain/settlement.ts';
import type { AllocationPick, FollowStock } from '../ports/follow-stock.ts';
import { isoNow, type Runtime } from '../ports/runtime.ts';
import type { StockChanges } from '../ports/stock-changes.ts';
import type { UpdateLine } from './update-lines.ts';

/**
 * Settles picks on their lines and tells of stock that somebody waits for. Doing it again changes nothing.
 * The function answered throws {StoreUnavailable}.
 *
 * @param watchedAmong those of the items that are watched; asked after their stock was stored, so that either this
 * sees the watch, or whoever begins it sees the stock
 */
export function stockFollower(ports: {
  readonly updateLine: UpdateLine;
  readonly stockChanges: StockChanges;
  readonly watchedAmong: (itemIds: readonly string[]) => Promise<readonly string[]>;
  readonly runtime: Runtime;
}): FollowStock {
  return async ({ picks, watched, created, causes }) => {
    const at = isoNow(ports.runtime);
    await Promise.all(picks.map((pick) => settle(pick, ports.updateLine, at)));
    const unmarked = [...new Set(created)].filter((itemId) => !watched.includes(itemId));
    const waitedFor = unmarked.length === 0 ? [] : await ports.watchedAmong(unmarked);
    const itemIds = [...new Set([...watched, ...waitedFor])];
    if (itemIds.length > 0) await ports.stockChanges.tell(itemIds, causes);
  };
}

/** A pick of an allocation that is not ours is the warehouse's own affair. */
async function settle({ itemId, allocationId, picked }: AllocationPick, updateLine: UpdateLine, at: string) {
  const parsed = parseAllocationId(allocationId);
  if (!parsed) return;
  const { orderId, lineId } = parsed;
  await updateLine({
    key: { kind: 'order-line', itemId, orderId, lineId },
    change: (held) => held && settlePick(held, allocationId, picked, at),
  });
}
