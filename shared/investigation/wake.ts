import { INVESTIGATION_CHANGED, investigationStart, type Orchestrations } from '../ports/orchestrations.ts';

/** Makes sure that somebody follows the investigation, and looks at it now. @throws {StoreUnavailable} */
export async function wake(investigationId: string, orchestrations: Orchestrations): Promise<void> {
  const start = investigationStart(investigationId);
  await orchestrations.start(start);
  await orchestrations.raise(start.instanceId, INVESTIGATION_CHANGED, {});
}
