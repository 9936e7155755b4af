import { setTimeout as sleep } from 'node:timers/promises';
import { patientCall } from '../replay/patient-call.ts';

/** What is used of `GET /api/reconciliation/runs/{runId}`. Times are UTC, `accuracy` is a share (0 to 1). */
export type Run = {
  runId: string;
  mode: 'delta' | 'full';
  status: 'queued' | 'running' | 'completed' | 'failed';
  startedAt?: string;
  endedAt?: string;
  problem?: { code: string; detail: string };
  warehouses: { warehouseId: string; compared: number }[];
  total: {
    compared: number;
    corrected: number;
    reservations: number;
    inFlight: number;
    late: number;
    accuracy: number | null;
  };
};

/** What is used of a discrepancy. */
export type Discrepancy = {
  itemId: string;
  warehouseId: string;
  locationId: string | null;
  lotNumber: string | null;
  allocationId?: string;
  class: string;
  expected: { onHand: number; version: number | null } | null;
  found: { onHand: number; version: number | null } | null;
  action: string;
  detail: string;
  foundAt: string;
};

export type ReconciliationRuns = {
  /** Asks for a run and waits until it has ended. */
  run: (mode: Run['mode']) => Promise<Run>;
  /** All that went on then (UTC) or later, the newest first. */
  since: (at: string) => Promise<Run[]>;
  discrepancies: (runId: string) => Promise<Discrepancy[]>;
};

const LOOK_EVERY = 250;

/** The reconciliation's API, with patience (see `patientCall`). */
export function reconciliationRuns(functionsUrl: string, signal?: AbortSignal): ReconciliationRuns {
  const call = patientCall({ url: `${functionsUrl}/api/reconciliation/runs`, who: 'reconciliation', signal });

  async function* pages<Page extends { continuationToken?: string }>(path: string): AsyncGenerator<Page> {
    let token = '';
    for (;;) {
      const page = await call<Page>('GET', `${path}${token}`);
      yield page;
      if (page.continuationToken === undefined) return;
      token = `&continuationToken=${encodeURIComponent(page.continuationToken)}`;
    }
  }

  return {
    async run(mode) {
      const { runId } = await call<{ runId: string }>('POST', '', { mode });
      for (;;) {
        const run = await call<Run>('GET', `/${runId}`);
        if (run.status === 'completed' || run.status === 'failed') return run;
        await sleep(LOOK_EVERY, undefined, { ...(signal && { signal }) });
      }
    },
    async since(at) {
      const runs: Run[] = [];
      for await (const page of pages<{ runs: Run[]; continuationToken?: string }>('?top=200')) {
        runs.push(...page.runs.filter(({ endedAt }) => endedAt === undefined || endedAt >= at));
        if (page.runs.some(({ endedAt }) => endedAt !== undefined && endedAt < at)) break;
      }
      return runs;
    },
    async discrepancies(runId) {
      const found: Discrepancy[] = [];
      type Page = { discrepancies: Discrepancy[]; continuationToken?: string };
      for await (const page of pages<Page>(`/${runId}/discrepancies?top=1000`))
        found.push(...page.discrepancies);
      return found;
    },
  };
}
