import type { Discrepancy, Run } from '../../shared/contracts/reconciliation.ts';
import { isOpen } from '../../shared/domain/open-run.ts';
import type { ReconciliationState, ReconciliationStore } from '../../shared/ports/reconciliation-store.ts';
import { StoreUnavailable } from '../../shared/ports/stock-store.ts';
import { isRunId } from '../../shared/storage/reconciliation-row.ts';
import { type PagePlace, pageOf } from './page-of.ts';

export type InMemoryReconciliation = ReconciliationStore & {
  /** Set to make every call fail. */
  away: boolean;
  /** What was found so far, in the order in which it was first written. */
  found(): Discrepancy[];
  /** Calls that wrote something that was not there already. */
  writes: number;
};

/** Runs and what they found, in memory. */
export function inMemoryReconciliation(): InMemoryReconciliation {
  const runs = new Map<string, Run>();
  const found = new Map<string, Discrepancy>();
  const state: { current?: ReconciliationState } = {};
  const store: InMemoryReconciliation = {
    away: false,
    writes: 0,
    found: () => structuredClone([...found.values()]),
    putRun: async (run) => {
      if (!isRunId(run.runId)) throw new RangeError(`"${run.runId}" is no id of a run.`);
      refuseWhenAway();
      put(runs, run.runId, run);
    },
    run: async (runId) => {
      refuseWhenAway();
      return structuredClone(runs.get(runId));
    },
    runs: async ({ status, ...page }) => {
      refuseWhenAway();
      const newest = [...byKey(runs)].reverse().filter((run) => !status || run.status === status);
      const placeOf = ({ runId }: Run): PagePlace => ['runs', runId];
      return pageOf(newest, page, placeOf, ([list, runId]) => list === 'runs' && isRunId(runId));
    },
    openRuns: async () => {
      refuseWhenAway();
      return structuredClone(byKey(runs).filter(isOpen));
    },
    completedRuns: async (from, to, limit) => {
      refuseWhenAway();
      const completed = byKey(runs).filter(({ status }) => status === 'completed');
      const between = completed.filter(({ startedAt = '' }) => startedAt >= from && startedAt < to);
      between.sort((a, b) => compare(a.startedAt ?? '', b.startedAt ?? ''));
      return structuredClone(between.slice(0, limit));
    },
    putDiscrepancies: async (discrepancies) => {
      refuseWhenAway();
      for (const one of discrepancies) put(found, `${one.runId}|${one.discrepancyId}`, one);
    },
    discrepancies: async (runId, { class: wanted, warehouseId, ...page }) => {
      refuseWhenAway();
      const ofRun = byKey(found).filter(
        (one) =>
          one.runId === runId &&
          (wanted === undefined || one.class === wanted) &&
          (warehouseId === undefined || one.warehouseId === warehouseId),
      );
      const placeOf = (one: Discrepancy): PagePlace => [one.runId, one.discrepancyId];
      return pageOf(ofRun, page, placeOf, ([list, id]) => list === runId && id.includes('|'));
    },
    state: async () => {
      refuseWhenAway();
      return structuredClone(state.current);
    },
    putState: async (next) => {
      refuseWhenAway();
      if (JSON.stringify(next) !== JSON.stringify(state.current)) store.writes++;
      state.current = structuredClone(next);
    },
  };
  function put<Value>(map: Map<string, Value>, key: string, value: Value): void {
    if (JSON.stringify(map.get(key)) !== JSON.stringify(value)) store.writes++;
    map.set(key, structuredClone(value));
  }
  function refuseWhenAway(): void {
    if (store.away) throw new StoreUnavailable('the store of reconciliation does not answer');
  }
  return store;
}

function byKey<Value>(map: ReadonlyMap<string, Value>): Value[] {
  return [...map].sort(([a], [b]) => compare(a, b)).map(([, value]) => value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
