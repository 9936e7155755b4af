import type { Run } from '../contracts/reconciliation.ts';
import { isOpen } from '../domain/open-run.ts';
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
type CountedByWarehouse = Readonly<Record<string, Counted>>;

/** A run that goes on. */
export type RunProgress = {
  readonly runId: string;
  readonly counted: CountedByWarehouse;
  /** What was recorded, by warehouse. */
  readonly tallied: Readonly<Record<string, Tallied>>;
};

export type RunEnd = {
  readonly runId: string;
  readonly counted?: CountedByWarehouse;
  /** Why it failed; the next run begins where this one did. */
  readonly problem?: NonNullable<Run['problem']>;
  /** Where the next run begins, if this one looked at everything. */
  readonly state?: ReconciliationState;
  readonly notes?: readonly string[];
};

/**
 * Items that are looked at again by the next run; with more, it begins where this one did. Not so after a restore that was
 * accepted: the next would begin before it, and ask for it to be accepted again.
 */
const MAX_PENDING = 1_000;

const PAGE = 1_000;

/**
 * Stores the figures so far of a run that goes on, by what its steps said they recorded. Nothing happens to one that has ended.
 *
 * @throws {StoreUnavailable}
 */
export async function noteProgress(
  { runId, counted, tallied }: RunProgress,
  { store }: Pick<EndPorts, 'store'>,
): Promise<void> {
  const run = await store.run(runId);
  if (run?.status === 'running')
    await store.putRun(withFigures(run, counted, new Map(Object.entries(tallied))));
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
  if (!run || !isOpen(run)) return;
  const isShort = Object.values(state?.pending ?? {}).flat().length <= MAX_PENDING;
  if (state && !problem && (isShort || run.acceptRestore)) await ports.store.putState(state);
  if (problem?.code === 'wms-restored') await noteRestored(ports);
  const endedAt = isoNow(ports.runtime);
  await ports.store.putRun({
    ...withFigures(run, counted ?? {}, await tallyOf(runId, ports)),
    notes: [...run.notes, ...(notes ?? [])],
    status: problem ? 'failed' : 'completed',
    startedAt: run.startedAt ?? endedAt,
    endedAt,
    ...(problem && { problem }),
  });
}

/** Of a run before any other nothing is kept but that: whoever accepts the restore has everything compared. */
const NOTHING_SEEN = { wms: { rowVersion: '0', lastTransaction: null }, cloud: '', pending: {} };

async function noteRestored({ store }: EndPorts): Promise<void> {
  const state = await store.state();
  await store.putState({ ...(state ?? NOTHING_SEEN), restored: true });
}

async function tallyOf(runId: string, { store }: EndPorts): Promise<Map<string, Tallied>> {
  const tallied = new Map<string, Tallied>();
  for (let continuationToken: string | undefined; ; ) {
    const page = await store.discrepancies(runId, { top: PAGE, continuationToken });
    for (const discrepancy of page.rows) {
      const { warehouseId } = discrepancy;
      tallied.set(warehouseId, tally(tallied.get(warehouseId) ?? NOTHING_TALLIED, discrepancy));
    }
    continuationToken = page.continuationToken;
    if (continuationToken === undefined) return tallied;
  }
}

function withFigures(run: Run, counted: CountedByWarehouse, tallied: ReadonlyMap<string, Tallied>): Run {
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
