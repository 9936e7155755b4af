import type { Run } from '../contracts/reconciliation.ts';
import { isOpen } from '../domain/open-run.ts';
import type { ReconciliationState } from '../ports/reconciliation-store.ts';
import { isoNow } from '../ports/runtime.ts';
import type { WmsMark } from '../ports/wms-sql.ts';
import { endRun } from './end-run.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';
import type { Slice } from './slice.ts';

type BeginPorts = Pick<ReconciliationPorts, 'wms' | 'cloud' | 'stock' | 'store' | 'runtime'>;

/** What a run is to do, as its orchestration keeps it. */
export type RunPlan = {
  readonly runId: string;
  /** One for each warehouse. */
  readonly slices: readonly Slice[];
  /** Where the change feed is read from; absent: it is not. */
  readonly changesSince?: string;
  /** The WMS at the beginning: the next run reads what changed after it. */
  readonly mark: WmsMark;
  /** The same for the cloud, where the change feed is not read. */
  readonly cloud?: string;
  /** The run covers everything, so that the next one may begin where it did. */
  readonly isWhole: boolean;
  readonly restored: boolean;
};

/** The oldest run that waits, or was interrupted; null when there is none. @throws {StoreUnavailable} */
export async function nextRun({ store }: Pick<ReconciliationPorts, 'store'>): Promise<string | null> {
  const [first] = await store.openRuns();
  return first?.runId ?? null;
}

/**
 * Begins a run: marks where both sides are, before anything is read. A WMS that has gone back behind the last run was restored from a backup; its figures
 * are taken only where the run says so, else the run ends here and changes nothing (null).
 *
 * @throws {WmsUnavailable | StoreUnavailable}
 */
export async function beginRun(
  runId: string,
  warehouses: ReadonlySet<string>,
  ports: BeginPorts,
): Promise<RunPlan | null> {
  const { store, wms, cloud, runtime } = ports;
  const run = await store.run(runId);
  if (!run || !isOpen(run)) return null;
  const state = await store.state();
  const mode = state === undefined ? 'full' : run.mode;
  // The cloud first: what changes there in between is looked at twice rather than not at all.
  const whereCloudIs = mode === 'full' ? await cloud.now() : undefined;
  // Marked before it is compared with the last mark: what is restored after that has gone back behind this one.
  const mark = await wms.mark();
  const restored = state !== undefined && (state.restored || !(await wms.continues(state.wms)));
  if (restored && !run.acceptRestore) {
    await endRun({ runId, problem: { code: 'wms-restored', detail: RESTORED } }, ports);
    return null;
  }
  const notes = mode === run.mode ? [] : ['There was no run before: everything is compared.'];
  notes.push(...(mode === 'full' ? await unknownWarehouses(warehouses, ports) : []));
  await store.putRun({ ...run, mode, status: 'running', startedAt: run.startedAt ?? isoNow(runtime), notes });
  const named = [...warehouses].filter((warehouseId) => (run.warehouseId ?? warehouseId) === warehouseId);
  return {
    runId,
    mark,
    restored,
    isWhole: run.warehouseId === undefined && run.itemIdFrom === undefined && run.itemIdTo === undefined,
    ...(whereCloudIs === undefined ? state && { changesSince: state.cloud } : { cloud: whereCloudIs }),
    slices: named.map((warehouseId) =>
      whereCloudIs === undefined && state
        ? deltaSlice(runId, warehouseId, state, mark)
        : { ...fullSlice(run, warehouseId), ...(restored && { restored }) },
    ),
  };
}

const RESTORED =
  'The WMS database has gone back behind the last run: it seems to have been restored from a backup. Nothing was changed. To take its figures: npm run reconcile -- --accept-restore';

function deltaSlice(runId: string, warehouseId: string, state: ReconciliationState, mark: WmsMark): Slice {
  const rows = { after: state.wms.rowVersion, upTo: mark.rowVersion };
  return { runId, warehouseId, itemIds: state.pending[warehouseId] ?? [], rows };
}

/** The first item of a range is included, where windows begin after one: it is compared by its id. */
function fullSlice({ runId, itemIdFrom, itemIdTo }: Run, warehouseId: string): Slice {
  const items = {
    ...(itemIdFrom !== undefined && { after: itemIdFrom }),
    ...(itemIdTo !== undefined && { upTo: itemIdTo }),
  };
  return { runId, warehouseId, itemIds: itemIdFrom === undefined ? [] : [itemIdFrom], items };
}

async function unknownWarehouses(warehouses: ReadonlySet<string>, { wms }: BeginPorts): Promise<string[]> {
  const unknown = (await wms.warehouses()).filter((warehouseId) => !warehouses.has(warehouseId));
  return unknown.map(
    (warehouseId) =>
      `The WMS has stock in warehouse ${warehouseId}, which STOCKBRIDGE_WAREHOUSES does not name: it was left alone.`,
  );
}
