import { type Discrepancy, type Run, reconciliationRuns } from '../../../local/damage/reconciliation-runs.ts';
import { runText } from '../../../local/damage/run-text.ts';
import { type Checked, type Checking, type Finding, type FindingKind, findingAbout } from './finding.ts';

/** A run that left something on its way is followed by another, so often. */
const FURTHER_RUNS = 5;

/** Which of the two a discrepancy stands for: nobody damaged anything, so that each is something lost or doubled. */
const KINDS: Readonly<Record<string, FindingKind>> = {
  'lost-event': 'lost',
  missing: 'lost',
  'hold-without-reservation': 'lost',
  phantom: 'doubled',
  'reservation-without-hold': 'doubled',
};

/**
 * No run of the reconciliation found anything since the campaign began; a sweep of everything now finds nothing, and the
 * run after it has nothing to do.
 *
 * @param begun UTC, ISO 8601
 */
export async function checkReconciliation(
  functionsUrl: string,
  begun: string,
  { tell, signal }: Checking,
): Promise<Checked> {
  const runs = reconciliationRuns(functionsUrl, signal);
  const found: Discrepancy[] = [];
  const seen: string[] = [];
  const failed: string[] = [];
  const underWay: string[] = [];
  const collect = async (run: Run): Promise<Discrepancy[]> => {
    const discrepancies = await runs.discrepancies(run.runId);
    seen.push(runText(run, discrepancies));
    return discrepancies;
  };
  for (const run of (await runs.since(begun)).toReversed()) found.push(...(await collect(run)));
  const noteFailure = (run: Run) => {
    if (run.status === 'failed') failed.push(`${run.runId}: ${run.problem?.detail ?? ''}`);
  };
  const toTheEnd = async (mode: Run['mode']): Promise<void> => {
    for (let left = FURTHER_RUNS; ; left -= 1) {
      tell(`${mode} run, at most ${left} more`);
      const run = await runs.run(mode);
      found.push(...(await collect(run)));
      noteFailure(run);
      const open = run.total.inFlight + run.total.late;
      if (open === 0) return;
      if (left > 0) continue;
      underWay.push(`${run.runId}: ${open}`);
      return;
    }
  };
  await toTheEnd('full');
  tell('delta run, the last');
  const last = await runs.run('delta');
  noteFailure(last);
  const rest = await collect(last);
  return {
    findings: [
      ...findingsOf(found),
      ...findingAbout('wrong', 'runs that failed after the faults', failed),
      ...findingAbout('wrong', 'runs that still found something on its way', underWay),
      ...findingAbout(
        'wrong',
        'corrections of the last run, which should have had nothing to do',
        rest.map(textOf),
      ),
    ],
    seen,
  };
}

function findingsOf(found: readonly Discrepancy[]): Finding[] {
  const byKind = Map.groupBy(found, (one) => KINDS[one.class] ?? 'wrong');
  return [...byKind].flatMap(([kind, all]) =>
    findingAbout(kind, 'found by the reconciliation', all.map(textOf)),
  );
}

function textOf({
  class: name,
  itemId,
  warehouseId,
  locationId,
  allocationId,
  action,
  detail,
}: Discrepancy): string {
  const place = [itemId, warehouseId, locationId ?? allocationId ?? ''].join(' ');
  return `${name} ${place} (${action}: ${detail})`;
}
