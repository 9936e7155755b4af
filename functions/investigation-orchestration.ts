import { app } from '@azure/functions';
import * as df from 'durable-functions';
import { follow } from '../shared/investigation/follow.ts';
import { sweepInvestigations } from '../shared/investigation/sweep.ts';
import { investigationPorts } from './composition/investigations.ts';
import { orchestrationsOf, WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';
import { investigate } from './orchestrations/investigate.ts';
import { byVersion } from './orchestrations/versions.ts';

df.app.orchestration('investigate', byVersion({ '1': investigate }));

df.app.activity('followInvestigation', {
  handler: async ({ investigationId }: { investigationId: string }, context) => {
    const { comeBackAt, troubles } = await follow(investigationId, investigationPorts);
    for (const trouble of troubles) context.warn(trouble);
    return { comeBackAt };
  },
});

/** Every five minutes: an investigation that nobody follows any more is followed again. */
app.timer('investigation-sweep', {
  ...WITH_ORCHESTRATIONS,
  schedule: '30 */5 * * * *',
  handler: async (_timer, context) => {
    const orchestrations = orchestrationsOf(context);
    const open = await sweepInvestigations({ ...investigationPorts, orchestrations });
    context.debug('swept', { open });
  },
});
