import type { InMemoryReconciliation } from '../../doubles/reconciliation-store.ts';
import { Violation } from './violation.ts';

/** Runs looked at. */
const MOST_RUNS = 1_000;

/**
 * Events come late here, twice and in any order, but none is lost: whatever a run meets is on its way. It corrects nothing, and
 * every run that began came to its end.
 *
 * @returns how many there were
 * @throws {Violation}
 */
export async function checkReconciliations(store: InMemoryReconciliation): Promise<number> {
  const [found] = store.found();
  if (found)
    throw new Violation(
      'The reconciliation corrects nothing that is only late',
      `${found.class} of ${found.itemId} at ${found.warehouseId}/${found.locationId}, ${found.action}: ${found.detail}`,
      [found.itemId],
    );
  const { rows } = await store.runs({ top: MOST_RUNS });
  const failed = rows.find(({ status }) => status === 'failed');
  if (failed)
    throw new Violation(
      'A run of the reconciliation ends well',
      `${failed.runId}: ${failed.problem?.detail}`,
      [failed.runId],
    );
  return rows.length;
}
