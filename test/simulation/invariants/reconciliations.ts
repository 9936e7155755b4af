import type { Run } from '../../../shared/contracts/reconciliation.ts';
import type { InMemoryReconciliation } from '../../doubles/reconciliation-store.ts';
import type { DamageLog } from '../damage/damage-log.ts';
import { checkDamageFound } from './damage.ts';
import { Violation } from './violation.ts';
import type { WatchedBooks } from './wms-books.ts';

/** Runs looked at. */
const MOST_RUNS = 1_000;

/**
 * Where nothing was damaged, events come late, twice and in any order, but none is lost: whatever a run meets is on its way, and it
 * corrects nothing. Else it corrects that, and nothing else. Every run that began came to its end; while a side does not answer that may be
 * that it failed, and the next one begins where it did.
 *
 * @param faultsEndedAt milliseconds UTC
 * @returns how many there were
 * @throws {Violation}
 */
export async function checkReconciliations(
  store: InMemoryReconciliation,
  damage: DamageLog,
  books: WatchedBooks,
  faultsEndedAt: number,
): Promise<number> {
  if (damage.all().length > 0) checkDamageFound(damage, store.found(), books);
  const [found] = store.found();
  if (found && damage.all().length === 0)
    throw new Violation(
      'The reconciliation corrects nothing that is only late',
      `${found.class} of ${found.itemId} at ${found.warehouseId}/${found.locationId}, ${found.action}: ${found.detail}`,
      [found.itemId],
    );
  const { rows } = await store.runs({ top: MOST_RUNS });
  const failed = rows.find(
    (run) => run.status === 'failed' && !isExpected(run, damage) && !isOfFaults(run, faultsEndedAt),
  );
  if (failed)
    throw new Violation(
      'A run of the reconciliation ends well',
      `${failed.runId}: ${failed.problem?.detail}`,
      [failed.runId],
    );
  return rows.length;
}

/** A restored WMS fails every run until somebody accepts it. */
function isExpected({ problem }: Run, damage: DamageLog): boolean {
  return problem?.code === 'wms-restored' && damage.all().some(({ kind }) => kind === 'restore');
}

function isOfFaults({ problem, startedAt = '' }: Run, faultsEndedAt: number): boolean {
  return /^(cloud|wms)-unavailable$/.test(problem?.code ?? '') && Date.parse(startedAt) <= faultsEndedAt;
}
