import type { SimulateSettings } from '../settings.ts';
import type { SimulationReport } from '../simulation.ts';
import { callText, failureText } from './failure-text.ts';
import type { Played, Run } from './play-run.ts';
import { playRuns } from './play-runs.ts';
import { emptyScore, type Failed, type Score } from './score.ts';

/** Scans of a run when nobody says how many. */
const SCANS = 5_000;
/** So many runs are told of one by one; of more, how far it is, every so often. */
const MOST_LINES = 50;
const PROGRESS_MS = 30_000;
const MS_A_MINUTE = 60_000;

/** Plays the runs that are asked for and prints how they went. 0 when everything held. */
export async function play(settings: SimulateSettings): Promise<number> {
  const [begun, before] = [performance.now(), process.cpuUsage()];
  const score = emptyScore();
  const failed: Played[] = [];
  let told = begun;
  await playRuns(runsOf(settings), settings.jobs, (played) => {
    score.add(played);
    if (played.failure) {
      failed.push(played);
      if (settings.keepGoing) console.log(`VIOLATED with seed ${played.run.seed}: ${played.failure.message}`);
    } else if (settings.seeds <= MOST_LINES && played.report) console.log(reportText(played.report));
    if (settings.seeds > MOST_LINES && performance.now() - told >= PROGRESS_MS) {
      told = performance.now();
      console.log(progressText(score, told - begun));
    }
    return settings.keepGoing || !played.failure;
  });
  const { user, system } = process.cpuUsage(before);
  console.log(summaryText(score, performance.now() - begun, (user + system) / 1_000));
  const [first] = failed;
  if (!first) return 0;
  console.log(await failureText(first, settings.timeline));
  if (score.failed().length > 1) console.log(tableText(score.failed()));
  return 1;
}

function* runsOf({ seed, seeds, events = SCANS, faults, story, books }: SimulateSettings): Generator<Run> {
  for (let nth = 0; nth < seeds; nth += 1)
    yield { seed: seeds === 1 ? seed : String(Number(seed) + nth), events, faults, story, books };
}

function reportText({ seed, trace, events, steps, virtualMs, faults }: SimulationReport): string {
  const count = Object.values(faults).reduce((sum, one) => sum + one, 0);
  return `seed ${seed}: ${events} events in ${hours(virtualMs)} h of the clock, ${steps} steps, ${count} faults; trace ${trace}; everything held`;
}

function progressText(score: Score, elapsedMs: number): string {
  return [
    `${minutes(elapsedMs)} min: ${number(score.seeds())} seeds`,
    `${number(score.events())} events, ${number((score.events() / elapsedMs) * MS_A_MINUTE)} a minute`,
    `${score.failed().length} violations`,
  ].join('; ');
}

function summaryText(score: Score, elapsedMs: number, processorMs: number): string {
  const met = Object.entries(score.unusual()).map(([what, count]) => `${number(count)} ${what}`);
  return [
    `met: ${met.toSorted().join(', ') || 'nothing unusual'}`,
    `${progressText(score, elapsedMs)}; ${number(score.faults())} faults in ${hours(score.virtualMs())} h of the clocks`,
    `${number((score.events() / processorMs) * MS_A_MINUTE)} events a minute of processor time`,
  ].join('\n');
}

function tableText(failed: readonly Failed[]): string {
  return [
    '| seed | invariant | again |',
    '|---:|---|---|',
    ...failed.map(({ run, invariant }) => `| ${run.seed} | ${invariant} | \`${callText(run)}\` |`),
  ].join('\n');
}

function number(count: number): string {
  return Math.round(count).toLocaleString('en');
}

function hours(ms: number): string {
  return (ms / 3_600_000).toFixed(1);
}

function minutes(ms: number): string {
  return (ms / MS_A_MINUTE).toFixed(1);
}
