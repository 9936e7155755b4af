import { PATIENCE_MS } from '../../../functions/composition/patience.ts';
import { readReconciliationSettings } from '../../../functions/composition/reconciliation-settings.ts';
import { SCHEDULES } from '../../../functions/composition/schedules.ts';
import { ALLOCATION_ORCHESTRATORS } from '../../../functions/orchestrations/allocation-activities.ts';
import {
  INVESTIGATION_ORCHESTRATORS,
  investigationActivities,
} from '../../../functions/orchestrations/investigation-activities.ts';
import {
  RECONCILIATION_ORCHESTRATORS,
  reconciliationActivities,
} from '../../../functions/orchestrations/reconciliation-activities.ts';
import { type CronSchedule, parseNcrontab } from '../../../local/functions-host/timer/ncrontab.ts';
import { followChanges } from '../../../shared/allocation/follow-changes.ts';
import { settleBatch } from '../../../shared/allocation/settle-batch.ts';
import { allocationSweep } from '../../../shared/allocation/sweep.ts';
import {
  type AllocationDecision,
  type AllocationRequest,
  allocationDecisionSchema,
} from '../../../shared/contracts/allocation-messages.ts';
import { readJsonMessage } from '../../../shared/contracts/json-message.ts';
import type { Stock } from '../../../shared/domain/stock.ts';
import { sweepInvestigations } from '../../../shared/investigation/sweep.ts';
import { journalBatch } from '../../../shared/journal/journal-batch.ts';
import type { ReceivedMessage } from '../../../shared/ports/received-message.ts';
import type { WmsSql } from '../../../shared/ports/wms-sql.ts';
import { projectBatch } from '../../../shared/projection/project-batch.ts';
import { recoverDeadLetters } from '../../../shared/quarantine/replay.ts';
import { requestTimedRun, wakeForWaitingRun } from '../../../shared/reconciliation/request-run.ts';
import {
  ALLOCATION_DECISIONS_TOPIC,
  ALLOCATION_REQUESTS_TOPIC,
  ALLOCATION_SUBSCRIPTION,
} from '../../../shared/service-bus/allocation-message.ts';
import {
  INVENTORY_EVENTS_TOPIC,
  JOURNAL_SUBSCRIPTION,
  PROJECTION_SUBSCRIPTION,
} from '../../../shared/service-bus/inventory-message.ts';
import { PROJECTION_RETRY_QUEUE, replayerBy } from '../../../shared/service-bus/retry-queue.ts';
import { STOCK_CHANGES_QUEUE } from '../../../shared/service-bus/stock-changes.ts';
import { type InMemoryInvestigations, inMemoryInvestigations } from '../../doubles/investigation-store.ts';
import { type InMemoryJournal, inMemoryJournal } from '../../doubles/journal-store.ts';
import { type InMemoryQuarantine, inMemoryQuarantine } from '../../doubles/quarantine-store.ts';
import { type InMemoryReconciliation, inMemoryReconciliation } from '../../doubles/reconciliation-store.ts';
import { deadLettersBy, receivedBy, retryQueueBy, sendBy, senderTo } from '../bus/ports.ts';
import type { SimulatedBus } from '../bus/service-bus.ts';
import { callsOf } from '../calls.ts';
import { createTaskHub, type TaskHub } from '../durable/task-hub.ts';
import type { Faults } from '../faults.ts';
import { isWarehouse, WAREHOUSES } from '../layout.ts';
import { type Mutations, mutated, type Work } from '../mutations.ts';
import { type Process, startProcess } from '../process.ts';
import { shuffledWms } from '../shuffled.ts';
import type { World } from '../world.ts';
import { type InvestigationPorts, investigationPorts } from './investigations.ts';
import type { OnThresholds } from './plans.ts';
import { type PromisePorts, promiseActivities, promisePorts } from './promises.ts';
import { reconciliationPorts } from './reconciliation.ts';
import { journalBy, type OnCommit, openStores, quarantineBy, type Stores, stockStoreBy } from './stores.ts';

/** What is kept in the cloud, whatever becomes of its processes. */
export type Cloud = Stores & {
  readonly journal: InMemoryJournal;
  readonly quarantine: InMemoryQuarantine;
  /** Runs of the reconciliation, and what they found. */
  readonly runs: InMemoryReconciliation;
  readonly investigations: InMemoryInvestigations;
  readonly hub: TaskHub;
  /** What the OMS reaches; undefined while no instance runs. */
  api(): Api | undefined;
};

/** An instance's HTTP API. */
export type Api = {
  readonly process: Process;
  readonly ports: PromisePorts;
  readonly investigations: InvestigationPorts;
};

export type CloudParts = {
  readonly world: World;
  readonly faults: Faults;
  readonly bus: SimulatedBus;
  readonly wms: WmsSql;
  /** Told of every stock document as it stands after it was written. */
  readonly onStockWrite: (stock: Stock) => void;
  readonly onCommit: OnCommit;
  readonly onThresholds: OnThresholds;
  readonly onAsk: (asked: readonly AllocationRequest[], attempt: number) => void;
  /** Told of every decision that is delivered, before it is settled. */
  readonly onDecision: (decision: AllocationDecision) => void;
  /** Told when a delivery of decisions is done, and before it is completed. */
  readonly onSettled: (decisions: readonly AllocationDecision[]) => void;
  readonly mutations: Mutations;
};

/** Instances of the Functions app. */
const HOSTS = ['function-1', 'function-2'];
/** As `host.json` says. */
const MESSAGES_A_BATCH = 1_000;
const { graceMs } = readReconciliationSettings({});
const EVERY_MINUTE = '0 * * * * *';

/** Starts the Functions app on its stores; an instance that crashes is started again. */
export function startCloud(parts: CloudParts): Cloud {
  const { world, faults } = parts;
  const apis: Api[] = [];
  const chance = world.chance.stream('load balancer');
  const cloud: Cloud = {
    ...openStores(world, faults),
    journal: inMemoryJournal(),
    quarantine: inMemoryQuarantine(),
    runs: inMemoryReconciliation(),
    investigations: inMemoryInvestigations(),
    hub: createTaskHub(world, faults, {
      ...ALLOCATION_ORCHESTRATORS,
      ...RECONCILIATION_ORCHESTRATORS,
      ...INVESTIGATION_ORCHESTRATORS,
    }),
    api: () => {
      const alive = apis.filter(({ process }) => process.isAlive());
      apis.splice(0, apis.length, ...alive);
      return alive.length > 0 ? chance.oneOf(alive) : undefined;
    },
  };
  for (const name of HOSTS) startHost(name, cloud, apis, parts);
  return cloud;
}

/** One life of an instance. */
function startHost(name: string, cloud: Cloud, apis: Api[], parts: CloudParts): void {
  const { world, faults, bus, wms, onStockWrite, onCommit, onThresholds, onDecision, mutations } = parts;
  const process = startProcess(world, name, () => {
    world.note(() => ({ entities: [name], text: `${name} crashes` }));
    const away = world.chance.stream(`${name} ends ${world.now()}`).between(200, 15_000);
    world.schedule(away, `${name} starts`, () => startHost(name, cloud, apis, parts));
  });
  const { runtime } = process;
  const chance = world.chance.stream(`answers to ${name} since ${world.now()}`);
  const call = callsOf(process, faults, { before: 'crash-before-call', after: 'crash-after-call' });
  const session = cloud.sessions.open();
  const send = sendBy(call, bus);
  const quarantine = mutated(quarantineBy(call, cloud.quarantine, faults), mutations.quarantine);
  const ports = promisePorts({
    ...{ stores: cloud, call, session, send, runtime, onCommit, onThresholds, mutations },
    onAsk: async (asked, attempt) => parts.onAsk(asked, attempt),
    chance,
    orchestrations: cloud.hub.clientBy(call),
  });
  const projection = {
    ...{ quarantine, runtime },
    stock: mutated(stockStoreBy(call, session, cloud.stock, onStockWrite), mutations.stock),
    retryQueue: retryQueueBy(send),
    followStock: ports.followStock,
  };
  const journal = { journal: mutated(journalBy(call, cloud.journal, faults), mutations.journal), runtime };
  const options = { warehouses: new Set<string>(WAREHOUSES), patienceMs: PATIENCE_MS };
  const project = (messages: ReceivedMessage[]) => projectBatch(messages, projection, options);

  const handle = (place: string, subscription: string, rightWork: Work) => {
    const work = mutations.work?.(subscription, rightWork) ?? rightWork;
    bus.receive(place, process, MESSAGES_A_BATCH, async (deliveries) => {
      const messages = deliveries.map((delivery) => receivedBy(subscription, delivery));
      await work(messages);
      if (subscription === ALLOCATION_SUBSCRIPTION) parts.onSettled(decisionsOf(messages));
    });
  };
  handle(`${INVENTORY_EVENTS_TOPIC}/${PROJECTION_SUBSCRIPTION}`, PROJECTION_SUBSCRIPTION, project);
  handle(PROJECTION_RETRY_QUEUE, PROJECTION_SUBSCRIPTION, project);
  handle(`${INVENTORY_EVENTS_TOPIC}/${JOURNAL_SUBSCRIPTION}`, JOURNAL_SUBSCRIPTION, (messages) =>
    journalBatch(messages, journal, options),
  );
  handle(`${ALLOCATION_DECISIONS_TOPIC}/${ALLOCATION_SUBSCRIPTION}`, ALLOCATION_SUBSCRIPTION, (messages) => {
    for (const decision of decisionsOf(messages)) onDecision(decision);
    return settleBatch(messages, { ...ports, quarantine });
  });
  handle(STOCK_CHANGES_QUEUE, STOCK_CHANGES_QUEUE, (messages) => followChanges(messages, ports));
  const investigations = investigationPorts({
    ...{ store: cloud.investigations, call, send, faults, ports },
    ...{ stock: projection.stock, journal: journal.journal },
  });
  const reconciliation = reconciliationPorts({
    investigations,
    ...{
      stores: cloud,
      runs: cloud.runs,
      wms: shuffledWms(wms, chance),
      chance,
      bus,
      call,
      ports,
      mutations,
      faults,
    },
    ...{ stock: projection.stock, journal: journal.journal },
  });
  cloud.hub.join(process, {
    ...promiseActivities(ports),
    ...reconciliationActivities<void>(() => reconciliation, { warehouses: options.warehouses, graceMs }),
    ...investigationActivities<void>(investigations, () => {}),
  });
  apis.push({ process, ports, investigations });

  // A timer trigger runs on one instance only.
  if (name !== HOSTS[0]) return;
  const replayer = replayerBy({
    inventoryEvents: senderTo(INVENTORY_EVENTS_TOPIC, send),
    allocationDecisions: senderTo(ALLOCATION_DECISIONS_TOPIC, send),
    allocationRequests: senderTo(ALLOCATION_REQUESTS_TOPIC, send),
    stockChanges: senderTo(STOCK_CHANGES_QUEUE, send),
  });
  const deadLetters = deadLettersBy(call, bus);
  const sweep = allocationSweep(ports);
  const at = (schedule: string, what: string, work: () => Promise<unknown>) =>
    onSchedule(schedule, what, process, world, work);
  const timedRun = { store: reconciliation.store, runtime, orchestrations: ports.orchestrations };
  at(EVERY_MINUTE, 'dead letters go back', () => recoverDeadLetters({ deadLetters, replayer, runtime }));
  at(SCHEDULES.reconciliationDelta, 'a reconciliation is asked for', () =>
    requestTimedRun('delta', timedRun),
  );
  at(SCHEDULES.reconciliationFull, 'everything is to be reconciled', () => requestTimedRun('full', timedRun));
  at(SCHEDULES.investigationSweep, 'investigations are swept', () => sweepInvestigations(investigations));
  at(SCHEDULES.reconciliationWake, 'the reconciliation is woken', () => wakeForWaitingRun(timedRun));
  at(EVERY_MINUTE, 'the allocations are swept', () => sweep(ports.orchestrations));
}

/** Those of the warehouses that are asked here: nobody waits for what another decides. */
function decisionsOf(messages: readonly ReceivedMessage[]): AllocationDecision[] {
  return messages.flatMap(({ body }) => {
    const read = readJsonMessage(body, allocationDecisionSchema, 'invalid-decision');
    return read.accepted && isWarehouse(read.value.warehouseId) ? [read.value] : [];
  });
}

/** A timer trigger: a run that fails is called again when it is due. */
function onSchedule(
  schedule: string,
  what: string,
  process: Process,
  world: World,
  work: () => Promise<unknown>,
): void {
  const due = dueAfter(schedule, world.now());
  if (due === undefined) return;
  process.after(due - world.now(), what, () => {
    onSchedule(schedule, what, process, world, work);
    world.spawn(() =>
      work().catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'StoreUnavailable')) throw error;
      }),
    );
  });
}

const crons = new Map<string, CronSchedule>();
/** When a timer is due that was due last at an instant: the same in every run, and dear to find out. */
const dueAfterDue = new Map<string, Map<number, number>>();

/** When a schedule is due next. Milliseconds UTC. */
function dueAfter(schedule: string, now: number): number | undefined {
  const cron = crons.get(schedule) ?? parseNcrontab(schedule);
  crons.set(schedule, cron);
  const known = dueAfterDue.get(schedule) ?? new Map<number, number>();
  dueAfterDue.set(schedule, known);
  const due = known.get(now) ?? cron.next(now);
  // Whoever starts asks at any instant.
  if (due !== undefined && now % 1_000 === 0) known.set(now, due);
  return due;
}
