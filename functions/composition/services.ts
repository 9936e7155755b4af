import { app } from '@azure/functions';
import type { ConcludePorts } from '../../shared/allocation/conclude-order.ts';
import { allocationCounts } from '../../shared/allocation/count-allocations.ts';
import type { DrivePorts } from '../../shared/allocation/drive-line.ts';
import type { FollowPorts } from '../../shared/allocation/follow-changes.ts';
import type { OrderReadPorts } from '../../shared/allocation/order-state.ts';
import type { SettlePorts } from '../../shared/allocation/settle-decisions.ts';
import type { AllocationCounts } from '../../shared/contracts/allocation-counts.ts';
import type { BacklogAnswer } from '../../shared/contracts/backlog.ts';
import { cosmosAllocationStore } from '../../shared/cosmos/allocation-store.ts';
import { cosmosAllocationSweep } from '../../shared/cosmos/allocation-sweep.ts';
import { openContainers } from '../../shared/cosmos/connection.ts';
import { cosmosOpenLines } from '../../shared/cosmos/open-lines.ts';
import { cosmosOrderStore } from '../../shared/cosmos/order-store.ts';
import { cosmosPlanningStore } from '../../shared/cosmos/planning-store.ts';
import { cosmosStockReader } from '../../shared/cosmos/stock-reader.ts';
import { cosmosStockStore } from '../../shared/cosmos/stock-store.ts';
import { watchedAmong } from '../../shared/cosmos/watched-items.ts';
import { createHealthCheck, type HealthCheck } from '../../shared/health/check-health.ts';
import { backlogTeller } from '../../shared/health/tell-backlog.ts';
import type { JournalPorts } from '../../shared/journal/journal-batch.ts';
import type { PlanningPorts } from '../../shared/planning/planning-ports.ts';
import type { AllocationSweep } from '../../shared/ports/allocation-sweep.ts';
import type { OpenLines } from '../../shared/ports/open-lines.ts';
import type { QuarantineStore } from '../../shared/ports/quarantine-store.ts';
import { systemRuntime } from '../../shared/ports/runtime.ts';
import type { StockReader } from '../../shared/ports/stock-store.ts';
import type { ProjectionOptions, ProjectionPorts } from '../../shared/projection/project-batch.ts';
import type { QuarantinePorts } from '../../shared/quarantine/quarantine-ports.ts';
import { serviceBusAllocationRequests } from '../../shared/service-bus/allocation-requests.ts';
import { serviceBusAtpChanges } from '../../shared/service-bus/atp-changes.ts';
import { watchBacklogPlaces } from '../../shared/service-bus/backlog.ts';
import { openServiceBus } from '../../shared/service-bus/connection.ts';
import { serviceBusDeadLetterQueue } from '../../shared/service-bus/dead-letter-queue.ts';
import {
  PROJECTION_RETRY_QUEUE,
  serviceBusReplayer,
  serviceBusRetryQueue,
} from '../../shared/service-bus/retry-queue.ts';
import { serviceBusStockChanges } from '../../shared/service-bus/stock-changes.ts';
import { readWarehouses } from '../../shared/settings/warehouses.ts';
import type { Environment } from '../../shared/settings.ts';
import { tableActionLog } from '../../shared/storage/action-log.ts';
import { openStorage, type Storage } from '../../shared/storage/connection.ts';
import { storageDeletedMessages } from '../../shared/storage/deleted-messages.ts';
import { tableJournalStore } from '../../shared/storage/journal-store.ts';
import { storageQuarantineStore } from '../../shared/storage/quarantine-store.ts';
import { addRequestCharge, countOversellPrevented, watchBacklog } from '../../shared/telemetry/metrics.ts';
import { activeTrace } from '../../shared/telemetry/spans.ts';
import { isOn } from '../../shared/telemetry/state.ts';
import { tellingQuarantine } from '../edge/telling-quarantine.ts';
import { composeAllocation } from './allocation.ts';
import { checkStart } from './check-start.ts';
import { PATIENCE_MS } from './patience.ts';
import './telemetry.ts';

/** Everything the functions call, on the real systems. Made once a process; nothing connects before its first use. */
export const services = await createServices(process.env);

type Services = {
  /** For what is composed beside this file. */
  readonly connections: Awaited<ReturnType<typeof openContainers>> & {
    readonly storage: Storage;
    readonly serviceBus: Awaited<ReturnType<typeof openServiceBus>>;
  };
  readonly projection: ProjectionPorts;
  readonly journal: JournalPorts;
  readonly options: ProjectionOptions;
  /** All but the orchestrations, which come with an invocation; see `allocationPorts`. */
  readonly allocation: DrivePorts &
    OrderReadPorts &
    Omit<ConcludePorts & FollowPorts & SettlePorts, 'orchestrations'> & {
      quarantine: QuarantineStore;
      sweep: AllocationSweep;
    };
  readonly quarantine: QuarantinePorts;
  readonly stockReader: StockReader;
  readonly planning: PlanningPorts;
  /** What waits on the bus. @throws {StoreUnavailable} */
  readonly backlog: () => Promise<BacklogAnswer>;
  readonly openLines: OpenLines;
  /** How many lines there are, by state. @throws {StoreUnavailable} */
  readonly allocationCounts: () => Promise<AllocationCounts>;
  /** Every part. */
  readonly health: HealthCheck;
  /** What the ATP API needs. */
  readonly readsHealth: HealthCheck;
};

/** @throws {SettingError} when a setting is missing: the app then does not start, and says what to set */
async function createServices(environment: Environment): Promise<Services> {
  checkStart(environment);
  const warehouses = readWarehouses(environment);
  const { stock, orders } = await openContainers(
    environment,
    'message',
    isOn() ? addRequestCharge : undefined,
  );
  const storage = await openStorage(environment);
  const connectServiceBus = () =>
    openServiceBus(environment, {
      retryOptions: { maxRetries: 3, retryDelayInMs: 500, timeoutInMs: 10_000 },
    });
  const serviceBus = await connectServiceBus();
  const quarantine = storageQuarantineStore(storage);
  const parked = tellingQuarantine(quarantine);
  const retryQueueReceiver = serviceBus.createReceiver(PROJECTION_RETRY_QUEUE);
  const cosmos = () => stock.item('health', 'health').read();
  const { allocation, planning, followStock } = composeAllocation({
    store: cosmosAllocationStore(stock, systemRuntime),
    plans: cosmosPlanningStore(stock),
    watchedAmong: watchedAmong(stock),
    stockChanges: serviceBusStockChanges(serviceBus),
    atpChanges: serviceBusAtpChanges(serviceBus),
    runtime: systemRuntime,
    onShort: (lines) => countOversellPrevented('atp', 'insufficient-atp', lines),
  });
  const openLines = cosmosOpenLines(stock);
  const backlogPlaces = watchBacklogPlaces(connectServiceBus, warehouses);
  app.hook.appTerminate(() => backlogPlaces.close());
  const backlog = backlogTeller(backlogPlaces.look, systemRuntime);
  watchBacklog(async () => agesOf(await backlog()));
  return {
    connections: { stock, orders, storage, serviceBus },
    projection: {
      stock: cosmosStockStore(stock),
      quarantine: parked,
      retryQueue: serviceBusRetryQueue(serviceBus),
      followStock,
      runtime: systemRuntime,
    },
    allocation: {
      ...allocation,
      orders: cosmosOrderStore(orders),
      requests: serviceBusAllocationRequests(serviceBus, activeTrace),
      quarantine: parked,
      sweep: cosmosAllocationSweep(stock, orders),
    },
    journal: { journal: tableJournalStore(storage.table('journal')), runtime: systemRuntime },
    options: { warehouses, patienceMs: PATIENCE_MS },
    quarantine: {
      // What an operator restores was told of when it was parked.
      parked: quarantine,
      deleted: storageDeletedMessages(storage),
      deadLetters: serviceBusDeadLetterQueue(connectServiceBus, warehouses),
      replayer: serviceBusReplayer(serviceBus),
      actions: tableActionLog(storage.table('actions')),
      runtime: systemRuntime,
    },
    stockReader: cosmosStockReader(stock),
    planning,
    backlog,
    openLines,
    allocationCounts: allocationCounts(openLines, systemRuntime),
    health: createHealthCheck(
      { cosmos, 'service-bus': () => retryQueueReceiver.peekMessages(1), storage: () => storage.probe() },
      systemRuntime,
    ),
    readsHealth: createHealthCheck({ cosmos }, systemRuntime),
  };
}

/** Seconds by place, as metrics tell them. */
function agesOf({ places }: BacklogAnswer): ReadonlyMap<string, number> {
  return new Map(places.map(({ place, oldestSeconds }) => [place, oldestSeconds ?? 0]));
}
