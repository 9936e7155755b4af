import type { Run } from '../../../shared/contracts/reconciliation.ts';
import { isOpen } from '../../../shared/domain/open-run.ts';
import type { Runtime } from '../../../shared/ports/runtime.ts';
import { ReconciliationApiError, type ReconciliationClient } from './reconciliation-client.ts';

const POLL_MS = 500;

/** So long the app may be away while a run is followed: the run goes on when it is back. Milliseconds. */
const PATIENCE_MS = 120_000;

/**
 * The run when it has ended, telling `show` of it each time it was asked for.
 *
 * @throws {ReconciliationApiError} when the app refuses, or stays away for two minutes
 */
export async function followRun(
  runId: string,
  client: Pick<ReconciliationClient, 'run'>,
  { runtime, show }: { readonly runtime: Pick<Runtime, 'now' | 'sleep'>; readonly show: (run: Run) => void },
): Promise<Run> {
  let answeredAt = runtime.now();
  for (;;) {
    const run = await readUnlessAway(runId, client, runtime.now() - answeredAt < PATIENCE_MS);
    if (run) {
      answeredAt = runtime.now();
      show(run);
      if (!isOpen(run)) return run;
    }
    await runtime.sleep(POLL_MS);
  }
}

async function readUnlessAway(
  runId: string,
  client: Pick<ReconciliationClient, 'run'>,
  isPatient: boolean,
): Promise<Run | undefined> {
  try {
    return await client.run(runId);
  } catch (error) {
    if (error instanceof ReconciliationApiError && error.isPassing && isPatient) return undefined;
    throw error;
  }
}
