import { compareWithLog, type LogComparison } from './compare-with-log.ts';
import type { LoggedDamage } from './damage-log.ts';
import type { Discrepancy, ReconciliationRuns, Run } from './reconciliation-runs.ts';
import { runText } from './run-text.ts';

export type VerifyOptions = {
  damages: readonly LoggedDamage[];
  /** The runs that are asked for, one after the other; a delta run cannot find what was deleted. */
  modes: readonly [Run['mode'], ...Run['mode'][]];
  runs: ReconciliationRuns;
  /** Takes a line for each run. */
  say?: (line: string) => void;
};

export type Verified = {
  /** Of what these runs found, and those since the damage began. */
  comparison: LogComparison;
  last: Run;
};

/** So often a run is asked for again, where the one before left something that was in flight or late. */
const FURTHER_RUNS = 5;

/**
 * Has reconciliation look for what was damaged, and compares what it found, in these runs and in those since the
 * damage began, with what was done.
 */
export async function verifyDamage(options: VerifyOptions): Promise<Verified> {
  const { damages, modes, runs, say = () => {} } = options;
  const begun = damages[0]?.at ?? new Date().toISOString();
  const found = new Map<string, Discrepancy[]>();
  const collect = async (run: Run): Promise<void> => {
    const discrepancies = await runs.discrepancies(run.runId);
    const since = discrepancies.filter(({ foundAt }) => foundAt >= begun);
    found.set(run.runId, since);
  };
  const compare = (wanted = damages) => compareWithLog(wanted, [...found.values()].flat());

  async function runUntilFound(mode: Run['mode']): Promise<Run> {
    const wanted = mode === 'full' ? damages : damages.filter(({ bySweep }) => !bySweep);
    for (let left = FURTHER_RUNS; ; left -= 1) {
      const run = await runs.run(mode);
      // The timer's runs too, and only now: one that this run had to wait for was still finding.
      for (const since of await runs.since(begun)) await collect(since);
      say(runText(run, found.get(run.runId) ?? []));
      const { planted, found: seen } = compare(wanted);
      const leftSome = run.total.inFlight + run.total.late > 0;
      if (left === 0 || seen === planted || !leftSome) return run;
    }
  }

  const [first, ...further] = modes;
  let last = await runUntilFound(first);
  for (const mode of further) last = await runUntilFound(mode);
  return { comparison: compare(), last };
}
