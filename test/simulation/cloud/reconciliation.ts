import { promiseSettler } from '../../../shared/allocation/settle-promises.ts';
import { openOrAdd } from '../../../shared/investigation/open-or-add.ts';
import type { EventsOnTheWay } from '../../../shared/ports/events-on-the-way.ts';
import type { JournalStore } from '../../../shared/ports/journal-store.ts';
import { isoNow } from '../../../shared/ports/runtime.ts';
import type { StockStore } from '../../../shared/ports/stock-store.ts';
import type { WmsSql } from '../../../shared/ports/wms-sql.ts';
import type { ReconciliationPorts } from '../../../shared/reconciliation/reconciliation-ports.ts';
import {
  ALLOCATION_DECISIONS_TOPIC,
  ALLOCATION_SUBSCRIPTION,
} from '../../../shared/service-bus/allocation-message.ts';
import {
  INVENTORY_EVENTS_TOPIC,
  PROJECTION_SUBSCRIPTION,
} from '../../../shared/service-bus/inventory-message.ts';
import { PROJECTION_RETRY_QUEUE } from '../../../shared/service-bus/retry-queue.ts';
import { inMemoryCloudStock } from '../../doubles/cloud-stock.ts';
import type { InMemoryReconciliation } from '../../doubles/reconciliation-store.ts';
import type { SimulatedBus } from '../bus/service-bus.ts';
import type { Call } from '../calls.ts';
import type { Chance } from '../chance.ts';
import type { Faults } from '../faults.ts';
import { type Mutations, mutated } from '../mutations.ts';
import { shuffledCloud } from '../shuffled.ts';
import type { InvestigationPorts } from './investigations.ts';
import type { PromisePorts } from './promises.ts';
import { reconciliationStoreBy, wmsSqlBy } from './reconciliation-stores.ts';
import type { Stores } from './stores.ts';

export type ReconciliationParts = {
  readonly stores: Stores;
  readonly runs: InMemoryReconciliation;
  readonly wms: WmsSql;
  readonly bus: SimulatedBus;
  readonly call: Call;
  readonly ports: PromisePorts;
  readonly stock: StockStore;
  readonly journal: JournalStore;
  readonly mutations: Mutations;
  readonly faults: Faults;
  /** Draws the order of answers that have none. */
  readonly chance: Chance;
  readonly investigations: InvestigationPorts;
};

/** What one process needs to reconcile: the composition of `functions/composition/reconciliation.ts`. */
export function reconciliationPorts(parts: ReconciliationParts): ReconciliationPorts {
  const { stores, runs, wms, bus, call, ports, stock, journal, mutations, faults, chance, investigations } =
    parts;
  const { store, requests, followStock, runtime } = ports;
  const right: ReconciliationPorts = {
    ...{ stock, journal, requests, followStock, runtime, lines: store },
    store: reconciliationStoreBy(call, runs, faults),
    wms: wmsSqlBy(call, wms, faults),
    cloud: shuffledCloud(inMemoryCloudStock(stores.stock), chance),
    eventsOnTheWay: mutated(eventsOnTheWayBy(call, bus), mutations.eventsOnTheWay),
    promises: promiseSettler(ports),
    investigate: (finding) => openOrAdd(investigations, { ...finding, at: isoNow(runtime) }),
  };
  return mutated(right, mutations.reconciliation);
}

/** The oldest event or decision that the bus has taken and nobody has completed. */
function eventsOnTheWayBy(call: Call, bus: SimulatedBus): EventsOnTheWay {
  const places = [
    `${INVENTORY_EVENTS_TOPIC}/${PROJECTION_SUBSCRIPTION}`,
    PROJECTION_RETRY_QUEUE,
    `${ALLOCATION_DECISIONS_TOPIC}/${ALLOCATION_SUBSCRIPTION}`,
  ];
  return {
    oldestCommit: () =>
      call('the bus is looked at', async () => {
        const times = places.flatMap((place) => bus.bodies(place).flatMap(timeOf)).toSorted();
        return times[0] ?? null;
      }),
  };
}

function timeOf(body: unknown): string[] {
  try {
    const { timestamp, decidedAt } = JSON.parse(String(body));
    const time: unknown = timestamp ?? decidedAt;
    return typeof time === 'string' ? [time] : [];
  } catch {
    return [];
  }
}
