import type { AllocationStore } from '../ports/allocation-store.ts';
import type { AtpChanges } from '../ports/atp-changes.ts';
import type { PlanningStore } from '../ports/planning-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { StockChanges } from '../ports/stock-changes.ts';

/** What the planning of stock asks of the systems around it. */
export type PlanningPorts = {
  readonly plans: PlanningStore;
  readonly items: Pick<AllocationStore, 'readItem' | 'readWaiting'>;
  readonly stockChanges: StockChanges;
  readonly atpChanges: AtpChanges;
  readonly runtime: Runtime;
};
