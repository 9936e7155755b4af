import { app } from '@azure/functions';
import * as df from 'durable-functions';
import { allocationSweep } from '../shared/allocation/sweep.ts';
import { recordOpenLines } from '../shared/telemetry/metrics.ts';
import { isOn } from '../shared/telemetry/state.ts';
import { services } from './composition/services.ts';
import { orchestrationsOf, WITH_ORCHESTRATIONS } from './edge/orchestrations.ts';

const sweep = allocationSweep(services.allocation);

/** Once a minute: what a crash left lying goes on, and backorders that were refused get another look. */
app.timer('allocation-sweep', {
  ...WITH_ORCHESTRATIONS,
  schedule: '15 * * * * *',
  handler: async (_timer, context) => {
    const { driven, due, begun, waitingItems } = await sweep(orchestrationsOf(context));
    context.debug('swept', { driven, due, begun, waitingItems });
    if (begun > 0)
      context.warn(
        `${begun} order lines were not begun after a minute; they are, or their orchestrations wait`,
      );
    if (driven > 0) context.warn(`${driven} order lines have not come to rest; their orchestrations go on`);
    if (isOn()) recordOpenLines(await services.allocationCounts());
  },
});

/** Histories of ended orchestrations are kept for so long; the order's own record stays. Milliseconds. */
const HISTORY_MS = 24 * 3600_000;

/** Once an hour: ended orchestrations go. */
app.timer('orchestration-history-purge', {
  ...WITH_ORCHESTRATIONS,
  schedule: '0 20 * * * *',
  handler: async (_timer, context) => {
    const { instancesDeleted } = await df.getClient(context).purgeInstanceHistoryBy({
      createdTimeFrom: new Date(0),
      createdTimeTo: new Date(services.allocation.runtime.now() - HISTORY_MS),
      runtimeStatus: [
        df.OrchestrationRuntimeStatus.Completed,
        df.OrchestrationRuntimeStatus.Failed,
        df.OrchestrationRuntimeStatus.Terminated,
      ],
    });
    if (instancesDeleted > 0) context.info(`${instancesDeleted} ended orchestrations purged`);
  },
});
