import type { TableEntity } from '@azure/data-tables';
import { type Discrepancy, type Run, runIdSchema } from '../contracts/reconciliation.ts';
import { keyPart, recordColumns } from './record-row.ts';

/** Partitions of table `reconciliation` that are there once; see `tableReconciliationStore`. */
export const RUNS = 'runs';
export const OPEN = 'open';
export const COMPLETED = 'completed';

const BASE_36 = '0123456789abcdefghijklmnopqrstuvwxyz';

/** A run by its id, turned round so that the newest comes first: each digit of the time and letter of the end by its opposite. */
export function runKey(runId: string): string {
  return runId.replace(/[0-9a-z]/g, (digit) => BASE_36[35 - BASE_36.indexOf(digit)] ?? '');
}

/** Whether the text is the id of a run, as far as its form goes. */
export function isRunId(text: string): boolean {
  return runIdSchema.safeParse(text).success;
}

export function runRow(run: Run): TableEntity {
  return { partitionKey: RUNS, rowKey: runKey(run.runId), status: run.status, ...recordColumns(run) };
}

/** Says that a run is open; the run itself says how it stands. */
export function openRow({ runId }: Run): { partitionKey: string; rowKey: string } {
  return { partitionKey: OPEN, rowKey: runId };
}

/** A completed run once more, by when it started, with the oldest first. */
export function completedRow(run: Run & { startedAt: string }): TableEntity {
  return { partitionKey: COMPLETED, rowKey: `${run.startedAt}|${run.runId}`, ...recordColumns(run) };
}

export function discrepancyPartition(runId: string): string {
  return `found|${keyPart(runId)}`;
}

export function discrepancyRow(discrepancy: Discrepancy): TableEntity {
  return {
    partitionKey: discrepancyPartition(discrepancy.runId),
    rowKey: keyPart(discrepancy.discrepancyId),
    class: discrepancy.class,
    warehouseId: discrepancy.warehouseId,
    ...recordColumns(discrepancy),
  };
}
