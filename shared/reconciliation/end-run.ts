import type { Run } from '../contracts/reconciliation.ts';
import {
  type Counted,
  figuresOf,
  NOTHING_COUNTED,
  NOTHING_TALLIED,
  type Tallied,
  tally,
  totalOf,
} from '../domain/reconciliation-figures.ts';
import type { ReconciliationState } from '../ports/reconciliation-store.ts';
import { isoNow } from '../ports/runtime.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';

type EndPorts = Pick<ReconciliationPorts, 'store' | 'runtime'>;

/** What a run's slices counted so far, by warehouse. */
export type Progress = Readonly<Record<string, Counted>>;

export type RunEnd = {
  readonly runId: string;
  readonly counted?: Progress;
  /** Why it failed; the next run begins where this one did. */
  readonly problem?: NonNullable<Run['problem']>;
  /** Where the next run begins, if this one looked at everything. */
  readonly state?: ReconciliationState;
  readonly notes?: readonly string[];
};

/** Items that are looked at again by the next run; with more, it begins where this one did. */
const MAX_PENDING = 1_000;

const PAGE = 1_000;

/** Stores the figures so far of a run that goes on. Nothing happens to one that has ended. @throws {StoreUnavailable} */
export async function noteProgress(
  { runId, counted }: { readonly runId: string; readonly counted: Progress },
  ports: EndPorts,
): Promise<void> {
  const run = await ports.store.run(runId);
  if (run?.status === 'running') await ports.store.putRun(await withFigures(run, counted, ports));
}

/**
 * Ends a run. What it found is counted from its discrepancies, so that a step that was repeated counts once; where the next
 * one begins is stored before the run reads as completed.
 *
 * @throws {StoreUnavailable}
 */
export async function endRun(
  { runId, counted, problem, state, notes }: RunEnd,
  ports: EndPorts,
): Promise<void> {
  const run = await ports.store.run(runId);
  if (!run || run.status === 'completed' || run.status === 'failed') return;
  if (state && !problem && Object.values(state.pending).flat().length <= MAX_PENDING)
    await ports.store.putState(state);
  const endedAt = isoNow(ports.runtime);
  await ports.store.putRun({
    ...(await withFigures(run, counted ?? {}, ports)),
    notes: [...run.notes, ...(notes ?? [])],
    status: problem ? 'failed' : 'completed',
    startedAt: run.startedAt ?? endedAt,
    endedAt,
    ...(problem && { problem }),
  });
}

async function withFigures(run: Run, counted: Progress, { store }: EndPorts): Promise<Run> {
  const tallied = new Map<string, Tallied>();
  for (let continuationToken: string | undefined; ; ) {
    const page = await store.discrepancies(run.runId, { top: PAGE, continuationToken });
    for (const discrepancy of page.rows) {
      const { warehouseId } = discrepancy;
      tallied.set(warehouseId, tally(tallied.get(warehouseId) ?? NOTHING_TALLIED, discrepancy));
    }
    continuationToken = page.continuationToken;
    if (continuationToken === undefined) break;
  }
  const warehouseIds = [...new Set([...Object.keys(counted), ...tallied.keys()])].sort();
  const warehouses = warehouseIds.map((warehouseId) =>
    figuresOf(
      warehouseId,
      counted[warehouseId] ?? NOTHING_COUNTED,
      tallied.get(warehouseId) ?? NOTHING_TALLIED,
    ),
  );
  return { ...run, warehouses, total: totalOf(warehouses) };
}
