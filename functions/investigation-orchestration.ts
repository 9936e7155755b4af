import { app, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { sweepInvestigations } from '../shared/investigation/sweep.ts';
import { recordOpenInvestigations } from '../shared/telemetry/metrics.ts';
import { investigationPorts } from './composition/investigations.ts';
import { SCHEDULES } from './composition/schedules.ts';
import { orchestrationsOf, WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';
import {
  INVESTIGATION_ORCHESTRATORS,
  investigationActivities,
} from './orchestrations/investigation-activities.ts';

for (const [name, orchestrator] of Object.entries(INVESTIGATION_ORCHESTRATORS))
  df.app.orchestration(name, orchestrator);

const activities = investigationActivities(investigationPorts, (trouble, context: InvocationContext) =>
  context.warn(trouble),
);

for (const [name, handler] of Object.entries(activities)) df.app.activity(name, { handler });

/** An investigation that nobody follows any more is followed again. */
app.timer('investigation-sweep', {
  ...WITH_ORCHESTRATIONS,
  schedule: SCHEDULES.investigationSweep,
  handler: async (_timer, context) => {
    const orchestrations = orchestrationsOf(context);
    const open = await sweepInvestigations({ ...investigationPorts, orchestrations });
    context.debug('swept', { open });
    recordOpenInvestigations(open);
  },
});
