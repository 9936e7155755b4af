import type { Run, RunRequest } from '../contracts/reconciliation.ts';
import type { TraceContext } from '../contracts/trace-context.ts';
import { NO_FIGURES } from '../domain/reconciliation-figures.ts';
import { type Orchestrations, reconciliationStart } from '../ports/orchestrations.ts';
import type { ReconciliationStore } from '../ports/reconciliation-store.ts';
import { isoNow, type Runtime } from '../ports/runtime.ts';
import { StoreUnavailable } from '../ports/stock-store.ts';
import { nextRun } from './begin-run.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';

export type RequestRunPorts = {
  readonly store: Pick<ReconciliationStore, 'putRun' | 'openRuns'>;
  readonly orchestrations: Pick<Orchestrations, 'start'>;
  readonly runtime: Pick<Runtime, 'now' | 'random'>;
  /** Of what asks: the run goes on in its trace. */
  readonly trace?: TraceContext | undefined;
};

/**
 * Queues a run that somebody asked for, and wakes the orchestration that works runs off one at a time. Asked twice it
 * is two runs.
 *
 * @throws {StoreUnavailable} when the run could not be stored
 */
export async function requestRun(request: RunRequest, ports: RequestRunPorts): Promise<Run> {
  const run = queuedRun({ ...wanted(request), trigger: 'request' }, ports);
  await ports.store.putRun(run);
  await wake(ports.orchestrations);
  return run;
}

/**
 * Queues a run of the timer over everything. One of that mode that is queued already is enough, whoever asked for it:
 * after an outage one run follows, and not one for each time that the timer went off.
 *
 * @throws {StoreUnavailable}
 */
export async function requestTimedRun(mode: Run['mode'], ports: RequestRunPorts): Promise<Run> {
  const waiting = (await ports.store.openRuns()).find((run) => isOfTimer(run, mode));
  const run = waiting ?? queuedRun({ mode, trigger: 'timer' }, ports);
  if (!waiting) await ports.store.putRun(run);
  await wake(ports.orchestrations);
  return run;
}

/**
 * Wakes the orchestration where a run waits: it was asked for just as that ended, or its start failed.
 *
 * @throws {StoreUnavailable}
 */
export async function wakeForWaitingRun(
  ports: Pick<ReconciliationPorts, 'store'> & Pick<RequestRunPorts, 'orchestrations'>,
): Promise<void> {
  if ((await nextRun(ports)) !== null) await ports.orchestrations.start(reconciliationStart());
}

/** `yyyymmddThhmmssmmmZ-xxxx`: sorts by time, and its end keeps runs of one millisecond apart. */
function newRunId(requestedAt: string, { random }: Pick<Runtime, 'random'>): string {
  const end = Math.floor(random() * 36 ** 4);
  return `${requestedAt.replace(/[-:.]/g, '')}-${end.toString(36).padStart(4, '0')}`;
}

function isOfTimer(run: Run, mode: Run['mode']): boolean {
  const { status, warehouseId, itemIdFrom, itemIdTo } = run;
  return status === 'queued' && run.mode === mode && !(warehouseId ?? itemIdFrom ?? itemIdTo);
}

/** Without what was not said, and `acceptRestore` only where it was. */
function wanted({ mode, warehouseId, itemIdFrom, itemIdTo, acceptRestore }: RunRequest) {
  return {
    mode,
    ...(warehouseId !== undefined && { warehouseId }),
    ...(itemIdFrom !== undefined && { itemIdFrom }),
    ...(itemIdTo !== undefined && { itemIdTo }),
    ...(acceptRestore && { acceptRestore }),
  };
}

function queuedRun(
  request: Pick<Run, 'mode' | 'trigger' | 'warehouseId' | 'itemIdFrom' | 'itemIdTo' | 'acceptRestore'>,
  { runtime, trace }: Pick<RequestRunPorts, 'runtime' | 'trace'>,
): Run {
  const requestedAt = isoNow(runtime);
  return {
    ...{ runId: newRunId(requestedAt, runtime), ...request, status: 'queued', requestedAt },
    ...(trace && { traceparent: trace.traceparent }),
    ...{ notes: [], warehouses: [], total: NO_FIGURES },
  };
}

/** The run is stored: an orchestration that cannot be started now is started by the timer that looks for queued runs. */
async function wake(orchestrations: RequestRunPorts['orchestrations']): Promise<void> {
  try {
    await orchestrations.start(reconciliationStart());
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
  }
}
