import type { AllocationStore } from '../ports/allocation-store.ts';
import type { Orchestrations } from '../ports/orchestrations.ts';
import type { OrderStore } from '../ports/order-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { StockChanges } from '../ports/stock-changes.ts';
import type { Placed, PlaceTask } from './place-lines.ts';
import type { UpdateLine } from './update-lines.ts';

/** What the OMS's requests need. */
export type AllocationPorts = {
  readonly orders: OrderStore;
  readonly store: AllocationStore;
  readonly placeLine: (task: PlaceTask) => Promise<Placed>;
  readonly updateLine: UpdateLine;
  readonly stockChanges: StockChanges;
  readonly orchestrations: Orchestrations;
  readonly runtime: Runtime;
};
