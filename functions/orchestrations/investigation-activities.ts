import { type FollowInvestigationPorts, follow } from '../../shared/investigation/follow.ts';
import { investigate } from './investigate.ts';
import { byVersion } from './versions.ts';

/** What follows investigations, by the name it is started under. */
export const INVESTIGATION_ORCHESTRATORS = { investigate: byVersion({ '1': investigate }) };

/** Activities of that. What they throw is {StoreUnavailable}. */
export function investigationActivities<Invocation>(
  ports: FollowInvestigationPorts,
  warn: (trouble: string, invocation: Invocation) => void,
) {
  return {
    followInvestigation: async (
      { investigationId }: { investigationId: string },
      invocation: Invocation,
    ): Promise<{ comeBackAt: string | null }> => {
      const { comeBackAt, troubles } = await follow(investigationId, ports);
      for (const trouble of troubles) warn(trouble, invocation);
      return { comeBackAt };
    },
  };
}
