import { app, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { reconciliationStart } from '../shared/ports/orchestrations.ts';
import { beginRun, nextRun } from '../shared/reconciliation/begin-run.ts';
import { readCloudChanges } from '../shared/reconciliation/cloud-changes.ts';
import { compareSlice } from '../shared/reconciliation/compare-slice.ts';
import { endRun, noteProgress, type RunEnd, type RunProgress } from '../shared/reconciliation/end-run.ts';
import { namingSide } from '../shared/reconciliation/name-side.ts';
import { requestTimedRun } from '../shared/reconciliation/request-run.ts';
import { type SettleInput, settleSuspects } from '../shared/reconciliation/settle-suspects.ts';
import type { Slice } from '../shared/reconciliation/slice.ts';
import { NOT_CONFIGURED, reconciliation, reconciliationPorts } from './composition/reconciliation.ts';
import { services } from './composition/services.ts';
import { orchestrationsOf, WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';
import { type PlannedRun, reconcile } from './orchestrations/reconcile.ts';
import { byVersion } from './orchestrations/versions.ts';

const { warehouses } = services.options;

df.app.orchestration('reconcile', byVersion({ '1': reconcile }));

activity('nextReconciliation', async (_input: unknown, context) => nextRun(reconciliationPorts(context)));

activity('beginReconciliation', async ({ runId }: { runId: string }, context): Promise<PlannedRun | null> => {
  const plan = await beginRun(runId, warehouses, reconciliationPorts(context));
  return plan && { ...plan, graceMs: reconciliation.graceMs };
});

activity('readCloudChanges', ({ since }: { since: string }, context) =>
  readCloudChanges(since, warehouses, reconciliationPorts(context)),
);

activity('compareStocks', (slice: Slice, context) => compareSlice(slice, reconciliationPorts(context)));

activity('settleSuspects', (input: SettleInput, context) =>
  settleSuspects(input, reconciliationPorts(context)),
);

activity('noteReconciliation', (progress: RunProgress, context) =>
  noteProgress(progress, reconciliationPorts(context)),
);

activity('endReconciliation', async (end: RunEnd, context) => {
  if (end.problem) context.error('reconciliation-failed', { runId: end.runId, ...end.problem });
  await endRun(end, reconciliationPorts(context));
});

/** Every 15 minutes: what changed on either side since the last run. */
app.timer('reconciliation-delta', {
  ...WITH_ORCHESTRATIONS,
  schedule: '0 */15 * * * *',
  handler: (_timer, context) => askForRun('delta', context),
});

/** Once a day: everything; only this finds what was deleted. */
app.timer('reconciliation-full', {
  ...WITH_ORCHESTRATIONS,
  schedule: '0 5 2 * * *',
  handler: (_timer, context) => askForRun('full', context),
});

/** Once a minute: a run that was asked for just as the orchestration ended, or whose start failed, begins. */
app.timer('reconciliation-wake', {
  ...WITH_ORCHESTRATIONS,
  schedule: '45 * * * * *',
  handler: async (_timer, context) => {
    const runId = reconciliation.wms ? await nextRun(reconciliation) : null;
    if (runId !== null) await orchestrationsOf(context).start(reconciliationStart());
  },
});

async function askForRun(mode: 'delta' | 'full', context: InvocationContext): Promise<void> {
  if (!reconciliation.wms) return context.warn(NOT_CONFIGURED);
  await requestTimedRun(mode, { ...reconciliation, orchestrations: orchestrationsOf(context) });
}

/** An activity whose failures tell which side did not answer, so that the run can say so. */
function activity<Input, Output>(
  name: string,
  handler: (input: Input, context: InvocationContext) => Promise<Output>,
): void {
  df.app.activity(name, {
    ...WITH_ORCHESTRATIONS,
    handler: (input: Input, context) => namingSide(() => handler(input, context)),
  });
}
