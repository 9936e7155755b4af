import type { Accuracy, Discrepancies, Discrepancy } from '../../../../shared/contracts/reconciliation.ts';
import { callApi, pathOf, queryOf } from '../api.ts';

/** Runs that began from `from` on and before `to` (ISO 8601 UTC), and what they made of a warehouse. */
export type Period = { readonly warehouseId: string; readonly from: string; readonly to: string };

export type FoundInPeriod = {
  /** The newest run's first. */
  readonly rows: readonly Discrepancy[];
  /** Runs that compared anything of the warehouse. */
  readonly runs: number;
  /** True where the rest has not been read. */
  readonly isPart: boolean;
};

/** Rows after which no more are read. */
const ENOUGH = 20_000;

/** Runs that are asked at a time. */
const AT_ONCE = 6;

/** What all completed runs of a time found in a warehouse. @throws {ApiError} */
export async function readDiscrepancies(period: Period, signal: AbortSignal): Promise<FoundInPeriod> {
  const path = `reconciliation/accuracy${queryOf(period)}`;
  const { points, truncated } = await callApi<Accuracy>(path, { signal });
  const runIds = points.map(({ runId }) => runId).reverse();
  const rows: Discrepancy[] = [];
  let asked = 0;
  while (asked < runIds.length && rows.length < ENOUGH) {
    const some = runIds.slice(asked, asked + AT_ONCE);
    const found = await Promise.all(some.map((runId) => readRun(runId, period.warehouseId, signal)));
    rows.push(...found.flat());
    asked += some.length;
  }
  return { rows, runs: runIds.length, isPart: truncated || asked < runIds.length };
}

async function readRun(runId: string, warehouseId: string, signal: AbortSignal): Promise<Discrepancy[]> {
  const path = `${pathOf('reconciliation', 'runs', runId)}/discrepancies`;
  const rows: Discrepancy[] = [];
  let continuationToken: string | undefined;
  do {
    const query = queryOf({ warehouseId, top: 1_000, continuationToken });
    const page = await callApi<Discrepancies>(`${path}${query}`, { signal });
    rows.push(...page.discrepancies);
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined);
  return rows;
}
