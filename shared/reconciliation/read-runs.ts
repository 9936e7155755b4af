import type {
  Accuracy,
  AccuracyQuery,
  Discrepancies,
  DiscrepanciesQuery,
  Run,
  Runs,
  RunsQuery,
} from '../contracts/reconciliation.ts';
import type { ReconciliationStore } from '../ports/reconciliation-store.ts';
import type { Runtime } from '../ports/runtime.ts';

/** Runs in one answer about accuracy: a month of one every 15 minutes. */
export const MAX_POINTS = 3_000;

/** Days that an answer about accuracy goes back unless told. Milliseconds. */
const USUAL_RANGE_MS = 30 * 24 * 60 * 60 * 1_000;

type Store = { readonly store: ReconciliationStore };

/** The newest first. @throws {StoreUnavailable} @throws {InvalidContinuationToken} */
export async function listRuns(query: RunsQuery, { store }: Store): Promise<Runs> {
  const { rows, ...rest } = await store.runs(query);
  return { runs: [...rows], ...rest };
}

/** What a run found, so far; undefined when there is no such run. @throws {StoreUnavailable} @throws {InvalidContinuationToken} */
export async function listDiscrepancies(
  runId: string,
  query: DiscrepanciesQuery,
  { store }: Store,
): Promise<Discrepancies | undefined> {
  if (!(await store.run(runId))) return undefined;
  const { rows, ...rest } = await store.discrepancies(runId, query);
  return { discrepancies: [...rows], ...rest };
}

/**
 * How often both sides agreed, run by run; of one warehouse its own figures as the total, and only the runs that came
 * upon it. `empty` when the range holds no instant. @throws {StoreUnavailable}
 */
export async function readAccuracy(
  query: AccuracyQuery,
  { store, runtime }: Store & { readonly runtime: Pick<Runtime, 'now'> },
): Promise<Accuracy | { empty: true; from: string; to: string }> {
  const to = query.to ?? new Date(runtime.now()).toISOString();
  const from = query.from ?? new Date(Date.parse(to) - USUAL_RANGE_MS).toISOString();
  const [first, end] = [firstMillisecond(from), firstMillisecond(to)];
  if (first >= end) return { empty: true, from, to };
  const runs = await store.completedRuns(first, end, MAX_POINTS + 1);
  const points = runs.slice(0, MAX_POINTS).flatMap((run) => pointOf(run, query));
  const next = runs[MAX_POINTS]?.startedAt;
  return { from, to, points, truncated: next !== undefined, ...(next !== undefined && { next }) };
}

type Point = Accuracy['points'][number];

function pointOf(run: Run, { mode, warehouseId }: AccuracyQuery): Point[] {
  const { runId, startedAt, endedAt } = run;
  if (startedAt === undefined || endedAt === undefined) return [];
  if (mode !== undefined && run.mode !== mode) return [];
  const durationMs = Date.parse(endedAt) - Date.parse(startedAt);
  const point = { runId, mode: run.mode, startedAt, endedAt, durationMs };
  if (warehouseId === undefined) return [{ ...point, total: run.total, warehouses: run.warehouses }];
  return run.warehouses
    .filter((figures) => figures.warehouseId === warehouseId)
    .map(({ warehouseId: _w, durationMs: _d, ...total }) => ({
      ...point,
      total,
      warehouses: run.warehouses.filter((figures) => figures.warehouseId === warehouseId),
    }));
}

/** The first whole millisecond that is not before the instant, in the one form that sorts as text. */
function firstMillisecond(instant: string): string {
  const finer = /\.\d{3}0*[1-9]\d*Z$/.test(instant) ? 1 : 0;
  return new Date(Date.parse(instant) + finer).toISOString();
}
