import type { ListedDiscrepancy } from '../contracts/investigation.ts';
import type { StockKey } from '../domain/stock.ts';
import type { AllocationRequests } from '../ports/allocation-requests.ts';
import type { AllocationStore } from '../ports/allocation-store.ts';
import type { CloudStock } from '../ports/cloud-stock.ts';
import type { EventsOnTheWay } from '../ports/events-on-the-way.ts';
import type { FollowStock } from '../ports/follow-stock.ts';
import type { JournalStore } from '../ports/journal-store.ts';
import type { ReconciliationStore } from '../ports/reconciliation-store.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { SettlePromises } from '../ports/settle-promises.ts';
import type { StockStore } from '../ports/stock-store.ts';
import type { WmsSql } from '../ports/wms-sql.ts';

/** What the steps of a run need. Every step may be repeated. */
export type ReconciliationPorts = {
  readonly wms: WmsSql;
  readonly cloud: CloudStock;
  readonly stock: StockStore;
  readonly lines: Pick<AllocationStore, 'readLinesOfItem'>;
  readonly journal: Pick<JournalStore, 'append' | 'readHistory'>;
  readonly store: ReconciliationStore;
  readonly eventsOnTheWay: EventsOnTheWay;
  readonly requests: AllocationRequests;
  readonly promises: SettlePromises;
  readonly followStock: FollowStock;
  readonly investigate: Investigate;
  readonly runtime: Runtime;
  /** Surrounds the correction of an item, so that it can be told of. */
  readonly around?: <Outcome>(
    item: StockKey & { readonly runId: string },
    correct: () => Promise<Outcome>,
  ) => Promise<Outcome>;
};

/** Opens an investigation, or adds to the one that is open; answers its id. Repeating adds nothing. @throws {StoreUnavailable} */
export type Investigate = (finding: {
  readonly warehouseId: string;
  /** null: the warehouse as a whole. */
  readonly itemId: string | null;
  readonly discrepancies: readonly ListedDiscrepancy[];
}) => Promise<string>;
