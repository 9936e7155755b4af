import type { Discrepancy, DiscrepancyClass, Run, RunStatus } from '../contracts/reconciliation.ts';
import type { WmsMark } from './wms-sql.ts';

/** Where the last runs ended, so that the next one knows what changed since. */
export type ReconciliationState = {
  readonly wms: WmsMark;
  /** Place in the cloud's change feed. */
  readonly cloud: string;
  /** Items to be looked at again, by warehouse. */
  readonly pending: Readonly<Record<string, readonly string[]>>;
  /** A run saw that the WMS was restored, and nobody has accepted it: what it books meanwhile may pass the mark again. */
  readonly restored?: true;
};

export type Page<Row> = { readonly rows: readonly Row[]; readonly continuationToken?: string };

/**
 * Runs and what they found. Writing again what is there already changes nothing. Calls throw {StoreUnavailable}; lists
 * throw {InvalidContinuationToken} for a token that no list gave.
 */
export type ReconciliationStore = {
  /** Creates or replaces. */
  putRun(run: Run): Promise<void>;
  run(runId: string): Promise<Run | undefined>;
  /** The newest first. */
  runs(query: {
    readonly status?: RunStatus | undefined;
    readonly top: number;
    readonly continuationToken?: string | undefined;
  }): Promise<Page<Run>>;
  /** Those that are queued or running, the oldest request first. */
  openRuns(): Promise<readonly Run[]>;
  /** Completed runs that started in between (UTC, the end excluded), the oldest first, at most `limit`. */
  completedRuns(from: string, to: string, limit: number): Promise<readonly Run[]>;
  /** Creates or replaces, by `runId` and `discrepancyId`. */
  putDiscrepancies(discrepancies: readonly Discrepancy[]): Promise<void>;
  /** By warehouse, item, location, lot. */
  discrepancies(
    runId: string,
    query: {
      readonly class?: DiscrepancyClass | undefined;
      readonly warehouseId?: string | undefined;
      readonly top: number;
      readonly continuationToken?: string | undefined;
    },
  ): Promise<Page<Discrepancy>>;
  state(): Promise<ReconciliationState | undefined>;
  putState(state: ReconciliationState): Promise<void>;
};
