import { odata, type TableClient } from '@azure/data-tables';
import { type Discrepancy, discrepancySchema, type Run, runSchema } from '../contracts/reconciliation.ts';
import { isOpen } from '../domain/open-run.ts';
import type { Page, ReconciliationStore } from '../ports/reconciliation-store.ts';
import { isNotFound, unavailable } from './failure.ts';
import { type RowPlace, readPage, readRow, readRows } from './key-pages.ts';
import {
  COMPLETED,
  completedRow,
  discrepancyPartition,
  discrepancyRow,
  isRunId,
  OPEN,
  openRow,
  RUNS,
  runKey,
  runRow,
} from './reconciliation-row.ts';
import { readState, writeState } from './reconciliation-state.ts';
import { recordOf } from './record-row.ts';

/** Discrepancies written at once: each is a row. */
const PARALLEL = 16;

/**
 * Runs and what they found in Table storage. Partition `runs`: every run by its id turned round, so that a list begins
 * with the newest and needs no sort; `open`: the ids of those that are queued or running; `completed`: the completed
 * ones again by when they started, for the accuracy series; `found|{runId}`: discrepancies by `discrepancyId`, which
 * begins with warehouse, item, location and lot; `state`: see `readState`. Records are JSON, over as many columns as
 * they need. Rows are written one by one, in an order that a crash in between does no harm to.
 */
export function tableReconciliationStore(table: TableClient): ReconciliationStore {
  return {
    putRun: (run) => putRun(table, run),
    run: (runId) => readRun(table, runId),
    runs: (query) => listRuns(table, query),
    openRuns: () => openRuns(table),
    completedRuns: (from, to, limit) => completedRuns(table, from, to, limit),
    putDiscrepancies: (discrepancies) => putDiscrepancies(table, discrepancies),
    discrepancies: (runId, query) => listDiscrepancies(table, runId, query),
    state: () => readState(table),
    putState: (state) => writeState(table, state),
  };
}

/** An open run is named as open before it is there, and a closed one is closed before it is no longer named. */
async function putRun(table: TableClient, run: Run): Promise<void> {
  if (!isRunId(run.runId)) throw new RangeError(`"${run.runId}" is no id of a run.`);
  const row = runRow(run);
  try {
    if (isOpen(run)) await table.upsertEntity(openRow(run), 'Replace');
    await table.upsertEntity(row, 'Replace');
  } catch (error) {
    throw unavailable(error);
  }
  if (!isOpen(run)) await close(table, run);
}

async function close(table: TableClient, run: Run): Promise<void> {
  const { startedAt } = run;
  try {
    if (run.status === 'completed' && startedAt !== undefined)
      await table.upsertEntity(completedRow({ ...run, startedAt }), 'Replace');
    await table.deleteEntity(OPEN, run.runId);
  } catch (error) {
    if (!isNotFound(error)) throw unavailable(error);
  }
}

async function readRun(table: TableClient, runId: string): Promise<Run | undefined> {
  if (!isRunId(runId)) return undefined;
  const row = await readRow(table, { partitionKey: RUNS, rowKey: runKey(runId) });
  return row && recordOf(row, runSchema);
}

async function listRuns(
  table: TableClient,
  { status, ...page }: Parameters<ReconciliationStore['runs']>[0],
): Promise<Page<Run>> {
  const all = odata`PartitionKey eq ${RUNS}`;
  const filter = status === undefined ? all : `${all} and ${odata`status eq ${status}`}`;
  const isPlace = ({ partitionKey, rowKey }: RowPlace) => partitionKey === RUNS && isRunId(runKey(rowKey));
  const { rows, ...rest } = await readPage(table, filter, page, isPlace);
  return { rows: rows.map((row) => recordOf(row, runSchema)), ...rest };
}

/** One that was closed by halves when its process ended is closed here; one that is only named is about to be written. */
async function openRuns(table: TableClient): Promise<readonly Run[]> {
  const named = await readRows(table, odata`PartitionKey eq ${OPEN}`, Number.MAX_SAFE_INTEGER);
  const open: Run[] = [];
  for (const { rowKey = '' } of named) {
    const run = await readRun(table, rowKey);
    if (run && isOpen(run)) open.push(run);
    else if (run) await close(table, run);
  }
  return open;
}

async function completedRuns(
  table: TableClient,
  from: string,
  to: string,
  limit: number,
): Promise<readonly Run[]> {
  const filter = odata`PartitionKey eq ${COMPLETED} and RowKey ge ${from} and RowKey lt ${to}`;
  const rows = await readRows(table, filter, limit);
  return rows.map((row) => recordOf(row, runSchema));
}

/** Row by row: warehouses are worked on at the same time, and Azurite mixes up concurrent transactions. */
async function putDiscrepancies(table: TableClient, discrepancies: readonly Discrepancy[]): Promise<void> {
  const rows = discrepancies.map(discrepancyRow).values();
  const write = async () => {
    for (const row of rows) await table.upsertEntity(row, 'Replace');
  };
  try {
    await Promise.all(Array.from({ length: PARALLEL }, write));
  } catch (error) {
    throw unavailable(error);
  }
}

async function listDiscrepancies(
  table: TableClient,
  runId: string,
  { class: wanted, warehouseId, ...page }: Parameters<ReconciliationStore['discrepancies']>[1],
): Promise<Page<Discrepancy>> {
  const partition = discrepancyPartition(runId);
  const filters = [odata`PartitionKey eq ${partition}`];
  if (warehouseId !== undefined) {
    const [first, end] = [`${warehouseId}|`, `${warehouseId}}`];
    filters.push(odata`RowKey ge ${first} and RowKey lt ${end}`);
  }
  if (wanted !== undefined) filters.push(odata`class eq ${wanted}`);
  const isPlace = ({ partitionKey, rowKey }: RowPlace) => partitionKey === partition && rowKey.includes('|');
  const { rows, ...rest } = await readPage(table, filters.join(' and '), page, isPlace);
  return { rows: rows.map((row) => recordOf(row, discrepancySchema)), ...rest };
}
