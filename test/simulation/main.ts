import { execFileSync } from 'node:child_process';
import { findMutant } from './find-mutant.ts';
import { readArguments, type SimulateSettings, USAGE, UsageError } from './settings.ts';
import { type Shrunk, shrink } from './shrink.ts';
import { type SimulationReport, simulate } from './simulation.ts';
import { emptyTally } from './tally.ts';

/** Scans of a run when nobody says how many. */
const SCANS = 5_000;
/** A planted defect is looked for in so many seeds at least. */
const DEFECT_SEEDS = 200;

process.exitCode = await main(process.argv.slice(2));

/** 0: everything held. 1: something did not, or the call was wrong. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const settings = readArguments(args);
    if (settings === 'help') {
      console.log(USAGE);
      return 0;
    }
    return settings.mutants.length > 0 ? await hunt(settings) : await play(settings);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function play(settings: SimulateSettings): Promise<number> {
  const before = process.cpuUsage();
  let events = 0;
  const unusual = emptyTally();
  for (let nth = 0; nth < settings.seeds; nth += 1) {
    const seed = settings.seeds === 1 ? settings.seed : String(Number(settings.seed) + nth);
    const { events: scans = SCANS, faults, story, books } = settings;
    const options = { seed, events: scans, faults, story, books };
    const report = await simulate(options);
    events += report.events;
    for (const [what, count] of Object.entries(report.unusual)) unusual.add(what, count);
    if (report.violation) {
      const shrunk = await shrink(options);
      console.log(shrunk ? failureText(shrunk, settings) : `Seed ${seed} failed once, and not again.`);
      return 1;
    }
    console.log(reportText(report));
  }
  console.log(`met: ${countsText(unusual.counts())}`);
  const { user, system } = process.cpuUsage(before);
  const perMinute = Math.round((events / (user + system)) * 60e6);
  console.log(
    `${events.toLocaleString('en')} events, ${perMinute.toLocaleString('en')} a minute of processor time`,
  );
  return 0;
}

/** 0 when every planted defect was found. */
async function hunt({ mutants, seed, seeds, events, story }: SimulateSettings): Promise<number> {
  const mostSeeds = Math.max(seeds, DEFECT_SEEDS);
  let missed = 0;
  for (const name of mutants) {
    const found = await findMutant(name, { firstSeed: Number(seed), mostSeeds, events, story });
    if (!found) missed += 1;
    console.log(
      `${name.padEnd(34)}${found ? `${found.seeds} ${found.seeds === 1 ? 'seed' : 'seeds'}: ${found.how}` : `not found in ${mostSeeds} seeds`}`,
    );
  }
  return missed === 0 ? 0 : 1;
}

function reportText({ seed, trace, events, steps, virtualMs, faults }: SimulationReport): string {
  const count = Object.values(faults).reduce((sum, one) => sum + one, 0);
  const hours = (virtualMs / 3_600_000).toFixed(1);
  return `seed ${seed}: ${events} events in ${hours} h of the clock, ${steps} steps, ${count} faults; trace ${trace}; everything held`;
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  return texts.toSorted().join(', ') || 'nothing unusual';
}

function failureText({ options, report, violation, timeline }: Shrunk, settings: SimulateSettings): string {
  const { seed, events, faults = [], story, books } = options;
  const left = timeline.length - settings.timeline;
  return [
    `VIOLATED: ${violation.message}`,
    `seed ${seed}, commit ${commit()}, trace ${report.trace}`,
    `again: npm run simulate -- --seed ${seed} --events ${events} --faults ${faults.join(',') || 'none'}${story ? ` --story ${story}` : ''}${books === 'sqlite' ? ' --books sqlite' : ''}`,
    `What happened to ${violation.entities.join(', ')}:`,
    ...(left > 0 ? [`  (${left} lines before these; --timeline ${timeline.length} shows them)`] : []),
    ...timeline.slice(-settings.timeline).map(({ at, text }) => `  ${new Date(at).toISOString()}  ${text}`),
  ].join('\n');
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
