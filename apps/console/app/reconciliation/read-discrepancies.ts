import type { Accuracy, Discrepancies, Discrepancy } from '../../../../shared/contracts/reconciliation.ts';
import { callApi, pathOf, queryOf } from '../api.ts';

/** Runs that began from `from` on and before `to` (ISO 8601 UTC), and what they made of a warehouse. */
export type Period = { readonly warehouseId: string; readonly from: string; readonly to: string };

export type FoundInPeriod = {
  /** The newest run's first. */
  readonly rows: readonly Discrepancy[];
  /** Runs that compared anything of the warehouse. */
  readonly runs: number;
  /** True where there are more rows, of these runs or of later ones. */
  readonly isPart: boolean;
  /** Where the time has more runs than are read at once: when those begin that were left out, the newest. */
  readonly next: string | undefined;
};

type RunRead = { readonly rows: readonly Discrepancy[]; readonly isPart: boolean };

/** Rows after which no more are asked for; calls that are on their way then bring some beyond. */
const ENOUGH = 20_000;

/** Runs that are asked at a time. */
const AT_ONCE = 6;

/** What all completed runs of a time found in a warehouse. @throws {ApiError} */
export async function readDiscrepancies(period: Period, signal: AbortSignal): Promise<FoundInPeriod> {
  const path = `reconciliation/accuracy${queryOf(period)}`;
  const { points, next } = await callApi<Accuracy>(path, { signal });
  const runIds = points.map(({ runId }) => runId).reverse();
  const room = { rows: ENOUGH };
  const found: RunRead[] = [];
  for (let asked = 0; asked < runIds.length; asked += AT_ONCE) {
    const some = runIds.slice(asked, asked + AT_ONCE);
    found.push(...(await Promise.all(some.map((id) => readRun(id, period.warehouseId, room, signal)))));
  }
  return {
    rows: found.flatMap(({ rows }) => rows),
    runs: runIds.length,
    isPart: next !== undefined || found.some(({ isPart }) => isPart),
    next,
  };
}

/** @param room rows that may still be read, of whichever run */
async function readRun(
  runId: string,
  warehouseId: string,
  room: { rows: number },
  signal: AbortSignal,
): Promise<RunRead> {
  const path = `${pathOf('reconciliation', 'runs', runId)}/discrepancies`;
  const rows: Discrepancy[] = [];
  let continuationToken: string | undefined;
  do {
    if (room.rows <= 0) return { rows, isPart: true };
    const query = queryOf({ warehouseId, top: 1_000, continuationToken });
    const page = await callApi<Discrepancies>(`${path}${query}`, { signal });
    rows.push(...page.discrepancies);
    room.rows -= page.discrepancies.length;
    continuationToken = page.continuationToken;
  } while (continuationToken !== undefined);
  return { rows, isPart: false };
}
