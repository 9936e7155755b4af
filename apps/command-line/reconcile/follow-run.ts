import type { Run } from '../../../shared/contracts/reconciliation.ts';
import { isOpen } from '../../../shared/domain/open-run.ts';
import type { Runtime } from '../../../shared/ports/runtime.ts';
import type { OperationsApi } from '../operations-api.ts';

const POLL_MS = 500;

/** The run when it has ended, telling `show` of it each time it was asked for. @throws {StockbridgeError} */
export async function followRun(
  runId: string,
  api: Pick<OperationsApi, 'run'>,
  { runtime, show }: { readonly runtime: Pick<Runtime, 'sleep'>; readonly show: (run: Run) => void },
): Promise<Run> {
  for (;;) {
    const run = await api.run(runId);
    show(run);
    if (!isOpen(run)) return run;
    await runtime.sleep(POLL_MS);
  }
}
