import { commit } from '../../command-line/commit.ts';
import { FAULT_KINDS } from '../faults.ts';
import { type Shrunk, shrink } from '../shrink.ts';
import type { Played, Run } from './play-run.ts';

/**
 * Makes a run that failed as small as it can be made, and tells what was violated, in which seed and commit, how to play it again,
 * and what happened: so many lines of it.
 */
export async function failureText({ run, failure }: Played, mostLines: number): Promise<string> {
  const shrunk = await shrink(run).catch(() => undefined);
  if (shrunk) return shrunkText(shrunk, mostLines);
  return [
    `FAILED: ${failure?.message}`,
    `seed ${run.seed}, commit ${commit()}`,
    `again: ${callText(run)}`,
  ].join('\n');
}

/** The call that plays a run again. */
export function callText({ seed, events, faults, story, books }: Run): string {
  const isEverything = faults === undefined || faults.length === FAULT_KINDS.length;
  return [
    `npm run simulate -- --seed ${seed} --events ${events}`,
    ...(isEverything ? [] : [`--faults ${faults.join(',') || 'none'}`]),
    ...(story ? [`--story ${story}`] : []),
    ...(books === 'sqlite' ? ['--books sqlite'] : []),
  ].join(' ');
}

function shrunkText({ options, report, violation, timeline }: Shrunk, mostLines: number): string {
  const left = timeline.length - mostLines;
  return [
    `VIOLATED: ${violation.message}`,
    `seed ${options.seed}, commit ${commit()}, trace ${report.trace}`,
    `again: ${callText(options)}`,
    `What happened to ${violation.entities.join(', ')}:`,
    ...(left > 0 ? [`  (${left} lines before these; --timeline ${timeline.length} shows them)`] : []),
    ...timeline.slice(-mostLines).map(({ at, text }) => `  ${new Date(at).toISOString()}  ${text}`),
  ].join('\n');
}
