import type { OrchestrationContext } from 'durable-functions';
import { readReconciliationSettings } from '../../functions/composition/reconciliation-settings.ts';
import { reconcile } from '../../functions/orchestrations/reconcile.ts';
import { reconciliationActivities } from '../../functions/orchestrations/reconciliation-activities.ts';
import type { InventoryEvent } from '../../shared/contracts/inventory-event.ts';
import type { ListedDiscrepancy } from '../../shared/contracts/investigation.ts';
import {
  type Discrepancy,
  type Run,
  type RunRequest,
  runRequestSchema,
} from '../../shared/contracts/reconciliation.ts';
import type { OrderLine } from '../../shared/domain/order-line.ts';
import { positionUpdates } from '../../shared/domain/position.ts';
import { emptyStock, foldStock, type StockKey } from '../../shared/domain/stock.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import type { ReconciliationPorts } from '../../shared/reconciliation/reconciliation-ports.ts';
import { requestRun } from '../../shared/reconciliation/request-run.ts';
import { inMemoryCloudStock } from '../doubles/cloud-stock.ts';
import { inMemoryJournal } from '../doubles/journal-store.ts';
import { inMemoryReconciliation } from '../doubles/reconciliation-store.ts';
import { inMemoryStock } from '../doubles/stock-store.ts';
import { virtualRuntime } from '../doubles/virtual-runtime.ts';
import { inMemoryWms } from '../doubles/wms-sql.ts';

/**
 * The reconciliation on parts in memory: its own orchestration and steps, on a clock that moves by the waits alone. `duringGrace` is
 * called when a run waits before the second look.
 */
export function reconciliationSystem() {
  const runtime = virtualRuntime();
  const wms = inMemoryWms(() => runtime.now());
  const memory = inMemoryStock();
  const cloud = inMemoryCloudStock(memory);
  const journal = inMemoryJournal();
  const store = inMemoryReconciliation();
  const lines: OrderLine[] = [];
  const sent: unknown[] = [];
  const adopted: string[] = [];
  const wentBack: string[] = [];
  const reopened: string[] = [];
  const investigated: { itemId: string | null; discrepancies: readonly ListedDiscrepancy[] }[] = [];
  const onTheWay = { oldest: null as string | null, away: false };
  let instances = 0;

  const whole: ReconciliationPorts = {
    ...{ wms, cloud, journal, store, runtime },
    stock: memory.store,
    lines: { readLinesOfItem: async (itemId) => lines.filter((line) => line.itemId === itemId) },
    eventsOnTheWay: { oldestCommit: async () => onTheWay.oldest },
    requests: { send: async (requests) => void sent.push(...requests) },
    promises: {
      adopt: async (_line, { decision }) => void adopted.push(decision.allocationId),
      goBack: async (_line, { allocationId }) => void wentBack.push(allocationId),
      reopen: async (_line, allocationId) => void reopened.push(allocationId),
    },
    followStock: async () => {},
    investigate: async ({ itemId, discrepancies }) => {
      investigated.push({ itemId, discrepancies });
      return `INV-${itemId ?? ''}`;
    },
  };

  const faulty = <Port extends object>(port: Port): Port => withFaults(port, () => system.fault?.());
  const ports: ReconciliationPorts = {
    ...whole,
    ...{ journal: faulty(journal), store: faulty(store), stock: faulty(memory.store) },
    investigate: faulty({ investigate: whole.investigate }).investigate,
  };

  const system = {
    ...{
      wms,
      memory,
      journal,
      store,
      runtime,
      lines,
      sent,
      adopted,
      wentBack,
      reopened,
      investigated,
      onTheWay,
      ports,
    },
    warehouses: new Set(['WH-001', 'WH-002']),
    /** Asked at each call of a store: it fails before or after it has done its work, as when a process ends. */
    fault: undefined as (() => 'before' | 'after' | undefined) | undefined,
    duringGrace: undefined as (() => void | Promise<void>) | undefined,
    /** The event reaches journal and projection. */
    async deliver(event: InventoryEvent): Promise<void> {
      await journal.append([{ kind: 'event', event }]);
      system.project(event);
    },
    project(event: InventoryEvent): void {
      const { stock, changed } = foldStock(memory.stock(event), event, positionUpdates(event));
      if (changed) memory.put(stock, memory.overflow(event));
    },
    /** Changes a stock document as somebody at the database does. */
    edit(
      key: StockKey,
      change: (stock: ReturnType<typeof emptyStock>) => ReturnType<typeof emptyStock>,
    ): void {
      memory.put(change(memory.stock(key) ?? emptyStock(key)));
    },
    /** Positions of an item in the cloud by location: on hand and version. */
    inCloud(key: StockKey): Record<string, string> {
      const positions = memory.stock(key)?.positions ?? [];
      return Object.fromEntries(
        positions.map(({ locationId, onHand, version }) => [locationId, `${onHand} v${version}`]),
      );
    },
    /** Asks for a run and works it off to its end. */
    async run(
      request: Partial<RunRequest> = {},
    ): Promise<{ run: Run; discrepancies: readonly Discrepancy[] }> {
      const wanted = runRequestSchema.parse({ mode: 'delta', ...request });
      runtime.advance(1);
      const { runId } = await requestRun(wanted, {
        store,
        runtime,
        orchestrations: { start: async () => {} },
      });
      await workOff();
      const run = await store.run(runId);
      if (!run) throw new Error(`There is no run ${runId}.`);
      return { run, discrepancies: (await store.discrepancies(runId, { top: 1_000 })).rows };
    },
  };

  const activities: Record<string, (input: never) => Promise<unknown>> = reconciliationActivities<void>(
    () => ports,
    { warehouses: system.warehouses, ...readReconciliationSettings({}) },
  );

  /** Runs the orchestration until it ends for good, as the host does; what passes between it and its steps is JSON. */
  async function workOff(): Promise<void> {
    for (let again = true; again; ) {
      again = false;
      instances += 1;
      const df = {
        instanceId: 'reconciliation',
        version: String(instances),
        get currentUtcDateTime() {
          return new Date(runtime.now());
        },
        callActivityWithRetry: (name: string, _options: unknown, input: unknown) => () =>
          repeated(async () => json(await activities[name]?.(json(input) as never))),
        createTimer: (at: Date) => async () => {
          runtime.advance(at.getTime() - runtime.now());
          await system.duringGrace?.();
        },
        Task: {
          all: (tasks: readonly (() => Promise<unknown>)[]) => () => Promise.all(tasks.map((task) => task())),
        },
        continueAsNew: () => {
          again = true;
        },
      };
      await drive(reconcile({ df } as unknown as OrchestrationContext));
    }
  }

  return system;
}

const TRIES = 5;

/** What failed for a store that did not answer is done again, as the orchestration asks of the host. */
async function repeated<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      // A step names the side that did not answer.
      const isAway = error instanceof Error && error.cause instanceof StoreUnavailable;
      if (tries === TRIES || !isAway) throw error;
    }
  }
}

/** The functions of a port, each of which may fail before or after it has done its work. */
function withFaults<Port extends object>(port: Port, fault: () => 'before' | 'after' | undefined): Port {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        const when = fault();
        if (when === 'before') throw new StoreUnavailable('The store does not answer.');
        const result: unknown = await value.apply(target, args);
        if (when === 'after') throw new StoreUnavailable('The store does not answer any more.');
        return result;
      };
    },
  });
}

async function drive(generator: Generator<unknown, void, unknown>): Promise<void> {
  let step = generator.next();
  while (!step.done) {
    try {
      const result = await (step.value as () => Promise<unknown>)();
      step = generator.next(result);
    } catch (error) {
      step = generator.throw(error);
    }
  }
}

function json(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
