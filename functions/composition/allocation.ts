import { stockFollower } from '../../shared/allocation/follow-stock.ts';
import { linePlacer } from '../../shared/allocation/place-lines.ts';
import { lineUpdater } from '../../shared/allocation/update-lines.ts';
import { readThresholds, tellAtpChange } from '../../shared/planning/atp-thresholds.ts';
import { promisesOfItem } from '../../shared/planning/promised-dates.ts';
import type { AllocationStore, ItemState } from '../../shared/ports/allocation-store.ts';
import type { AtpChanges } from '../../shared/ports/atp-changes.ts';
import type { PlanningStore, StoredThresholds } from '../../shared/ports/planning-store.ts';
import type { Runtime } from '../../shared/ports/runtime.ts';
import type { StockChanges } from '../../shared/ports/stock-changes.ts';

/** The outside, as far as promising stock needs it. */
export type AllocationSystems = {
  readonly store: AllocationStore;
  readonly plans: PlanningStore;
  /** Those of the items that are watched. @throws {StoreUnavailable} */
  readonly watchedAmong: (itemIds: readonly string[]) => Promise<readonly string[]>;
  readonly stockChanges: StockChanges;
  readonly atpChanges: AtpChanges;
  readonly runtime: Runtime;
  /** Told how many lines of a placing were not given all they want, since there was not enough available-to-promise. */
  readonly onShort?: (lines: number) => void;
};

/** What promises stock, plans it and follows it, on any systems: one and the same in Azure, on a laptop and in the simulation. */
export function composeAllocation({
  store,
  plans,
  watchedAmong,
  stockChanges,
  atpChanges,
  runtime,
  onShort,
}: AllocationSystems) {
  const ports = { store, stockChanges, runtime };
  const updateLine = lineUpdater(ports);
  const planning = { plans, items: store, stockChanges, atpChanges, runtime };
  return {
    planning,
    followStock: stockFollower({ ...ports, updateLine, watchedAmong }),
    allocation: {
      ...ports,
      updateLine,
      placeLine: linePlacer({ ...ports, ...(onShort && { onShort }) }),
      readThresholds: (itemId: string) => plans.readThresholds(itemId),
      tellAtpChange: (itemId: string, stored: StoredThresholds, item: ItemState | undefined) =>
        tellAtpChange(itemId, planning, { stored, item }),
      promisesOfItem: (itemId: string) => promisesOfItem(itemId, planning),
      hasThresholds: async (itemId: string) => (await readThresholds(itemId, planning)).length > 0,
    },
  };
}
