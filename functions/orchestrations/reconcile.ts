import { type OrchestrationContext, RetryOptions, type Task } from 'durable-functions';
import type { Run } from '../../shared/contracts/reconciliation.ts';
import { chunks } from '../../shared/domain/chunks.ts';
import {
  addCounted,
  addTallied,
  type Counted,
  NOTHING_COUNTED,
  NOTHING_TALLIED,
  type Tallied,
} from '../../shared/domain/reconciliation-figures.ts';
import type { RunPlan } from '../../shared/reconciliation/begin-run.ts';
import type { CloudChanges } from '../../shared/reconciliation/cloud-changes.ts';
import type { RunEnd, RunProgress } from '../../shared/reconciliation/end-run.ts';
import type { SettleInput, SettleResult } from '../../shared/reconciliation/settle-suspects.ts';
import type { Slice, SliceResult } from '../../shared/reconciliation/slice.ts';
import { outcomeOf, UNTIL_IT_WORKS } from './outcome.ts';

/** What `beginRun` answers. */
export type PlannedRun = RunPlan & { readonly graceMs: number };

/**
 * Works off the runs that wait, one at a time (architecture, rule 14). A run goes in rounds: each is one activity a
 * warehouse that compares a slice, and, where something did not agree, a wait for the grace time and another that looks again. It starts anew
 * after each run, so that its history stays small; after a crash it goes on at the step where it was.
 */
export function* reconcile({ df }: OrchestrationContext): Generator<Task, void, unknown> {
  const runId = yield* outcomeOf<string | null>(
    df.callActivityWithRetry('nextReconciliation', UNTIL_IT_WORKS),
  );
  if (runId === null) return;
  let end: RunEnd | undefined;
  try {
    end = yield* work(df, runId);
  } catch (error) {
    end = { runId, problem: problemOf(error) };
  }
  if (end) yield df.callActivityWithRetry('endReconciliation', UNTIL_IT_WORKS, end);
  df.continueAsNew(null);
}

/** Warehouses swept at the same time: each holds a window of both sides in memory, and waits for the same database. */
const SWEEPS_AT_ONCE = 2;

type DurableContext = OrchestrationContext['df'];

/** After 1, 2, 4 and 8 seconds a run fails; the next one begins where it did. */
const A_FEW_TIMES = retryOptions();

/** Items of a warehouse that get an investigation of their own from one run; those beyond are one of the warehouse's. */
const MAX_INVESTIGATIONS = 100;

/**
 * The cloud may change faster than its changes can be compared. A run reads them for so long; the next one goes on where it
 * stopped. Milliseconds.
 */
const CHANGES_MS = 10 * 60_000;

function* work(df: DurableContext, runId: string): Generator<Task, RunEnd | undefined, unknown> {
  const plan = yield* outcomeOf<PlannedRun | null>(
    df.callActivityWithRetry('beginReconciliation', A_FEW_TIMES, { runId }),
  );
  if (!plan) return undefined;
  const sum = sumOf(plan);
  let slices = plan.slices;
  let since = plan.changesSince;
  let cloud = plan.cloud;
  const changesUntil = df.currentUtcDateTime.getTime() + CHANGES_MS;
  while (slices.length > 0 || since !== undefined) {
    if (since !== undefined) {
      const changes = yield* outcomeOf<CloudChanges>(
        df.callActivityWithRetry('readCloudChanges', A_FEW_TIMES, { since, runId }),
      );
      cloud = changes.next;
      since = changes.more && df.currentUtcDateTime.getTime() < changesUntil ? changes.next : undefined;
      slices = withChanges(plan, slices, changes);
      sum.noteUnknown(changes.unknown);
    }
    slices = yield* round(df, plan, slices, sum);
    if (slices.length > 0 || since !== undefined)
      yield df.callActivityWithRetry('noteReconciliation', UNTIL_IT_WORKS, sum.progress());
  }
  return sum.end(cloud);
}

/** Compares slices, and looks again at what did not agree. Answers what is left of them. */
function* round(
  df: DurableContext,
  plan: PlannedRun,
  slices: readonly Slice[],
  sum: ReturnType<typeof sumOf>,
): Generator<Task, Slice[], unknown> {
  const results: SliceResult[] = [];
  const atOnce = slices.some(({ items }) => items) ? SWEEPS_AT_ONCE : slices.length;
  for (const group of chunks(slices, Math.max(atOnce, 1))) {
    const compare = (slice: Slice) => df.callActivityWithRetry('compareStocks', A_FEW_TIMES, slice);
    results.push(...(yield* all<SliceResult>(df, group.map(compare))));
  }
  const inputs: SettleInput[] = [];
  for (const [index, result] of results.entries()) {
    const warehouseId = slices[index]?.warehouseId ?? '';
    sum.addCompared(warehouseId, result);
    const { suspects, way } = result;
    const investigationsLeft = sum.investigationsLeft(warehouseId);
    if (suspects.length > 0)
      inputs.push({
        runId: plan.runId,
        warehouseId,
        suspects,
        way,
        mark: plan.mark,
        restored: plan.restored,
        investigationsLeft,
      });
  }
  if (inputs.length > 0) {
    yield df.createTimer(new Date(df.currentUtcDateTime.getTime() + plan.graceMs));
    const settled = yield* all<SettleResult>(
      df,
      inputs.map((input) => df.callActivityWithRetry('settleSuspects', A_FEW_TIMES, input)),
    );
    for (const [index, result] of settled.entries()) {
      const warehouseId = inputs[index]?.warehouseId ?? '';
      sum.addSettled(warehouseId, result);
    }
  }
  return results.flatMap(({ next }) => next ?? []);
}

function* all<Result>(df: DurableContext, tasks: Task[]): Generator<Task, readonly Result[], unknown> {
  return tasks.length === 0 ? [] : yield* outcomeOf<readonly Result[]>(df.Task.all(tasks));
}

/** The slices with the items that changed in the cloud; all of them where nobody knows which. */
function withChanges(plan: PlannedRun, slices: readonly Slice[], changes: CloudChanges): Slice[] {
  const { runId } = plan;
  return plan.slices.flatMap(({ warehouseId }) => {
    const slice = slices.find((known) => known.warehouseId === warehouseId);
    if (changes.isGone) return [{ runId, warehouseId, itemIds: [], items: {} }];
    const changed = changes.items[warehouseId] ?? [];
    if (changed.length === 0) return slice ? [slice] : [];
    return [
      slice
        ? { ...slice, itemIds: [...slice.itemIds, ...changed] }
        : { runId, warehouseId, itemIds: changed },
    ];
  });
}

/** What the rounds of a run come to. */
function sumOf({ runId, isWhole, mark }: PlannedRun) {
  const counted: Record<string, Counted> = {};
  const tallied: Record<string, Tallied> = {};
  const pending: Record<string, string[]> = {};
  const left = new Map<string, number>();
  const unknown = new Set<string>();

  const add = (warehouseId: string, result: SliceResult | SettleResult) => {
    counted[warehouseId] = addCounted(counted[warehouseId] ?? NOTHING_COUNTED, result);
    pending[warehouseId] = [...new Set([...(pending[warehouseId] ?? []), ...result.pending])];
  };
  return {
    addCompared: add,
    addSettled: (warehouseId: string, result: SettleResult) => {
      add(warehouseId, result);
      tallied[warehouseId] = addTallied(tallied[warehouseId] ?? NOTHING_TALLIED, result.tallied);
      left.set(warehouseId, result.investigationsLeft);
    },
    investigationsLeft: (warehouseId: string) => left.get(warehouseId) ?? MAX_INVESTIGATIONS,
    noteUnknown: (warehouseIds: readonly string[]) => {
      for (const warehouseId of warehouseIds) unknown.add(warehouseId);
    },
    progress: (): RunProgress => ({ runId, counted, tallied }),
    end: (cloud: string | undefined): RunEnd => {
      const notes = [...unknown].map(
        (name) =>
          `The cloud has stock in warehouse ${name}, which STOCKBRIDGE_WAREHOUSES does not name: it was left alone.`,
      );
      const state = isWhole && cloud !== undefined ? { wms: mark, cloud, pending } : undefined;
      return { runId, counted, notes, ...(state && { state }) };
    },
  };
}

/** An activity's failure begins with one of these, where it is known. */
const CODES = ['wms-unavailable', 'cloud-unavailable', 'wms-restored'] as const;

function problemOf(error: unknown): NonNullable<Run['problem']> {
  const detail = (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
  const code = CODES.find((known) => detail.includes(`${known}:`)) ?? 'failed';
  return {
    code,
    detail: `${detail} The next run begins where this one did.`,
  };
}

function retryOptions(): RetryOptions {
  const options = new RetryOptions(1_000, 5);
  options.backoffCoefficient = 2;
  return options;
}
