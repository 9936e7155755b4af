import { inSpan } from '../../shared/telemetry/spans.ts';
import { isOn } from '../../shared/telemetry/state.ts';
import { reconciliation } from '../composition/reconciliation.ts';

/** Spans of the activities that do a run's work. */
const NAMES: Readonly<Record<string, string>> = {
  beginReconciliation: 'begin run',
  readCloudChanges: 'read cloud changes',
  compareStocks: 'compare slice',
  settleSuspects: 'settle suspects',
  endReconciliation: 'end run',
};

/** Does a step of a run in a span of the trace of what asked for the run. */
export async function inTraceOfRun<Result>(
  activity: string,
  input: { readonly runId?: string; readonly warehouseId?: string } | undefined,
  step: () => Promise<Result>,
): Promise<Result> {
  const name = NAMES[activity];
  const { runId, warehouseId } = input ?? {};
  if (!isOn() || name === undefined || runId === undefined) return step();
  const attributes = {
    'run.id': runId,
    ...(warehouseId !== undefined && { 'warehouse.id': warehouseId }),
  };
  return inSpan(name, { parent: await traceOf(runId), attributes }, step);
}

/** One run is worked off at a time. */
let last: { readonly runId: string; readonly traceparent: string } | undefined;

/** A trace of its own where the run has none, or the store does not answer. */
async function traceOf(runId: string) {
  if (last?.runId !== runId) {
    const run = await reconciliation.store.run(runId).catch(() => undefined);
    if (run?.traceparent === undefined) return null;
    last = { runId, traceparent: run.traceparent };
  }
  return { traceparent: last.traceparent };
}
