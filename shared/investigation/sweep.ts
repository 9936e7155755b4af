import type { Investigation } from '../contracts/investigation.ts';
import { mapAtMost } from '../ports/at-most.ts';
import { INVESTIGATION_CHANGED, investigationStart } from '../ports/orchestrations.ts';
import type { OpenOrAddPorts } from './open-or-add.ts';

/** Investigations read, and started, at a time. */
const A_PAGE = 200;
const STARTED_AT_ONCE = 8;

/** What happened so lately is raised again: it may not have been heard of. Sweeps come every 5 minutes. */
const LATELY_MS = 15 * 60_000;

/**
 * Starts whoever follows an open investigation, where that was lost; one that runs is left alone. One that is closed was
 * followed when that happened, and is until everybody was told.
 *
 * @returns how many are open
 * @throws {StoreUnavailable}
 */
export async function sweepInvestigations(ports: OpenOrAddPorts): Promise<number> {
  let open = 0;
  let continuationToken: string | undefined;
  do {
    const page = await ports.investigations.list({ status: 'open', top: A_PAGE, continuationToken });
    await mapAtMost(STARTED_AT_ONCE, page.rows, (investigation) => restart(investigation, ports));
    open += page.rows.length;
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined);
  return open;
}

async function restart(
  { investigationId, steps }: Investigation,
  { orchestrations, runtime }: OpenOrAddPorts,
): Promise<void> {
  const start = investigationStart(investigationId);
  await orchestrations.start(start);
  const last = steps.at(-1);
  if (last && runtime.now() - Date.parse(last.at) < LATELY_MS)
    await orchestrations.raise(start.instanceId, INVESTIGATION_CHANGED, {});
}
