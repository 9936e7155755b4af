import { beginRun, nextRun } from '../../shared/reconciliation/begin-run.ts';
import { readCloudChanges } from '../../shared/reconciliation/cloud-changes.ts';
import { compareSlice } from '../../shared/reconciliation/compare-slice.ts';
import { endRun, noteProgress } from '../../shared/reconciliation/end-run.ts';
import { namingSide } from '../../shared/reconciliation/name-side.ts';
import type { ReconciliationPorts } from '../../shared/reconciliation/reconciliation-ports.ts';
import { settleSuspects } from '../../shared/reconciliation/settle-suspects.ts';
import { type PlannedRun, reconcile } from './reconcile.ts';
import { byVersion } from './versions.ts';

/** What works off the runs of the reconciliation, by the name it is started under. */
export const RECONCILIATION_ORCHESTRATORS = { reconcile: byVersion({ '1': reconcile }) };

/** What every run is told. */
export type RunSettings = {
  readonly warehouses: ReadonlySet<string>;
  /** How long an event may take before it counts as lost. */
  readonly graceMs: number;
};

/**
 * Activities of that. A failure tells which side did not answer, so that the run can say so.
 *
 * @param portsOf what a step works with, by the invocation it is called in; where it throws, the step fails
 */
export function reconciliationActivities<Invocation>(
  portsOf: (invocation: Invocation) => ReconciliationPorts,
  { warehouses, graceMs }: RunSettings,
) {
  const step =
    <Input, Output>(perform: (input: Input, ports: ReconciliationPorts) => Promise<Output>) =>
    (input: Input, invocation: Invocation): Promise<Output> =>
      namingSide(async () => perform(input, portsOf(invocation)));
  return {
    nextReconciliation: step((_input: unknown, ports) => nextRun(ports)),
    beginReconciliation: step(async ({ runId }: { runId: string }, ports): Promise<PlannedRun | null> => {
      const plan = await beginRun(runId, warehouses, ports);
      return plan && { ...plan, graceMs };
    }),
    readCloudChanges: step(({ since }: { since: string; runId: string }, ports) =>
      readCloudChanges(since, warehouses, ports),
    ),
    compareStocks: step(compareSlice),
    settleSuspects: step(settleSuspects),
    noteReconciliation: step(noteProgress),
    endReconciliation: step(endRun),
  };
}
