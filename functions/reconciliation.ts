import { app, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import type { RunEnd } from '../shared/reconciliation/end-run.ts';
import { requestTimedRun, wakeForWaitingRun } from '../shared/reconciliation/request-run.ts';
import { recordAccuracy } from '../shared/telemetry/metrics.ts';
import { activeTrace, inSpan } from '../shared/telemetry/spans.ts';
import { isOn } from '../shared/telemetry/state.ts';
import { NOT_CONFIGURED, reconciliation, reconciliationPorts } from './composition/reconciliation.ts';
import { SCHEDULES } from './composition/schedules.ts';
import { services } from './composition/services.ts';
import { orchestrationsOf, WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';
import { inTraceOfRun } from './edge/reconciliation-trace.ts';
import {
  RECONCILIATION_ORCHESTRATORS,
  reconciliationActivities,
} from './orchestrations/reconciliation-activities.ts';

for (const [name, orchestrator] of Object.entries(RECONCILIATION_ORCHESTRATORS))
  df.app.orchestration(name, orchestrator);

const { endReconciliation, ...steps } = reconciliationActivities(reconciliationPorts, {
  warehouses: services.options.warehouses,
  graceMs: reconciliation.graceMs,
});

for (const [name, handler] of Object.entries(steps))
  df.app.activity(name, {
    ...WITH_ORCHESTRATIONS,
    handler: (input, context) => inTraceOfRun<unknown>(name, input, () => handler(input, context)),
  });
df.app.activity('endReconciliation', {
  ...WITH_ORCHESTRATIONS,
  handler: async (end: RunEnd, context) => {
    if (end.problem) context.error('reconciliation-failed', { runId: end.runId, ...end.problem });
    await inTraceOfRun('endReconciliation', end, () => endReconciliation(end, context));
    // The run has ended, whether or not its figures can be read.
    if (isOn()) await tellAccuracy(end.runId).catch((error) => context.warn(error));
  },
});

/** What changed on either side since the last run. */
app.timer('reconciliation-delta', {
  ...WITH_ORCHESTRATIONS,
  schedule: SCHEDULES.reconciliationDelta,
  handler: (_timer, context) => askForRun('delta', context),
});

/** Everything; only this finds what was deleted. */
app.timer('reconciliation-full', {
  ...WITH_ORCHESTRATIONS,
  schedule: SCHEDULES.reconciliationFull,
  handler: (_timer, context) => askForRun('full', context),
});

/** A run that was asked for just as the orchestration ended, or whose start failed, begins. */
app.timer('reconciliation-wake', {
  ...WITH_ORCHESTRATIONS,
  schedule: SCHEDULES.reconciliationWake,
  handler: async (_timer, context) => {
    if (!reconciliation.wms) return;
    await wakeForWaitingRun({ ...reconciliation, orchestrations: orchestrationsOf(context) });
  },
});

/** Of the warehouses that a run compared. */
async function tellAccuracy(runId: string): Promise<void> {
  const run = await reconciliation.store.run(runId);
  for (const { warehouseId, accuracy } of run?.warehouses ?? [])
    if (accuracy !== null) recordAccuracy(warehouseId, accuracy);
}

async function askForRun(mode: 'delta' | 'full', context: InvocationContext): Promise<void> {
  if (!reconciliation.wms) return context.warn(NOT_CONFIGURED);
  const orchestrations = orchestrationsOf(context);
  await inSpan('request run', { parent: null, attributes: { mode } }, async (span) => {
    const { runId } = await requestTimedRun(mode, {
      ...reconciliation,
      orchestrations,
      trace: activeTrace(),
    });
    span.add({ 'run.id': runId });
  });
}
