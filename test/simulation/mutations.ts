import type { AdapterClient } from '../../apps/scanner/core/adapter-client.ts';
import type { DeviceStore } from '../../apps/scanner/core/device-store.ts';
import type { Database } from '../../apps/wms-adapter/database.ts';
import type { Publisher } from '../../apps/wms-adapter/relay/publisher.ts';
import type { AllocationRequests } from '../../shared/ports/allocation-requests.ts';
import type { AllocationStore } from '../../shared/ports/allocation-store.ts';
import type { AtpChanges } from '../../shared/ports/atp-changes.ts';
import type { EventsOnTheWay } from '../../shared/ports/events-on-the-way.ts';
import type { FollowStock } from '../../shared/ports/follow-stock.ts';
import type { JournalStore } from '../../shared/ports/journal-store.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import type { QuarantineStore } from '../../shared/ports/quarantine-store.ts';
import type { ReceivedMessage } from '../../shared/ports/received-message.ts';
import type { StockChanges } from '../../shared/ports/stock-changes.ts';
import type { StockStore } from '../../shared/ports/stock-store.ts';
import type { ReconciliationPorts } from '../../shared/reconciliation/reconciliation-ports.ts';
import type { Chance } from './chance.ts';

/** What a function does with a batch. */
export type Work = (messages: ReceivedMessage[]) => Promise<unknown>;

/**
 * Where a planted defect changes what the composition puts together. The product's code has no switch: the defect lies in
 * a wrapper around a port, as if the code behind it were wrong.
 */
export type Mutations = {
  readonly database?: (database: Database) => Database;
  readonly publisher?: (publisher: Publisher) => Publisher;
  readonly stock?: (store: StockStore) => StockStore;
  readonly allocation?: (store: AllocationStore) => AllocationStore;
  readonly orders?: (store: OrderStore) => OrderStore;
  readonly requests?: (requests: AllocationRequests) => AllocationRequests;
  readonly stockChanges?: (changes: StockChanges) => StockChanges;
  readonly atpChanges?: (changes: AtpChanges) => AtpChanges;
  readonly followStock?: (follow: FollowStock) => FollowStock;
  readonly journal?: (journal: JournalStore) => JournalStore;
  readonly quarantine?: (quarantine: QuarantineStore) => QuarantineStore;
  readonly eventsOnTheWay?: (events: EventsOnTheWay) => EventsOnTheWay;
  readonly reconciliation?: (ports: ReconciliationPorts) => ReconciliationPorts;
  readonly work?: (subscription: string, work: Work) => Work;
  /** Of a scanner, each time its app is opened. */
  readonly deviceStore?: (store: DeviceStore) => DeviceStore;
  readonly adapterClient?: (client: AdapterClient, chance: Chance) => AdapterClient;
};

/** A part as it is, or as a mutation makes it. */
export function mutated<Part>(part: Part, mutate: ((part: Part) => Part) | undefined): Part {
  return mutate ? mutate(part) : part;
}
