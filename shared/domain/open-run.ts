import type { Run } from '../contracts/reconciliation.ts';

/** True of a run of the reconciliation that waits or runs; it has not ended yet. */
export function isOpen({ status }: Pick<Run, 'status'>): boolean {
  return status === 'queued' || status === 'running';
}
