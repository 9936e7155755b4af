import { countOf, countText, type Finding, type FindingKind, findingText } from './checks/finding.ts';
import { describeFault, FAULT_KINDS, type FaultKind, type PlannedFault } from './plan.ts';
import type { Normal } from './probe.ts';

/** A fault that was inflicted. Times are milliseconds. */
export type FaultOutcome = {
  readonly fault: PlannedFault;
  /** From the beginning of the campaign. */
  readonly at: number;
  /** False: its target was down already, and it does not count as one. */
  readonly hit: boolean;
  /** Until a fresh scan and a fresh order went through in the normal time; undefined: they did not. */
  readonly recovery: number | undefined;
  /** Why the last of those did not. */
  readonly failure?: string;
};

export type CampaignResult = {
  readonly seed: string;
  readonly commit: string;
  /** Milliseconds of load, and from its end until everything was compared. */
  readonly loaded: number;
  readonly settled: number;
  readonly events: number;
  readonly orders: number;
  readonly cancelled: number;
  readonly outcomes: readonly FaultOutcome[];
  /** What counted as recovered. */
  readonly normal: Normal | undefined;
  /** Kinds that were left out, and why. */
  readonly leftOut: ReadonlyMap<FaultKind, string>;
  /** How often each part ended without being told to. */
  readonly ownEnds: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
  readonly seen: readonly string[];
  /** Where the logs and the data of the stack are. */
  readonly dataFolder: string;
};

/** In the data folder: all that the findings of the report give examples of. */
export const FINDINGS_FILE = 'findings.txt';

/** Nothing is lost, doubled, oversold or otherwise wrong, and every fault was recovered from. */
export function isPassed({ findings, outcomes }: CampaignResult): boolean {
  return findings.length === 0 && outcomes.every(({ recovery }) => recovery !== undefined);
}

/** Such as `0 lost, 0 doubled, 0 oversold`, with what else failed. */
export function verdictOf({ findings, outcomes }: CampaignResult): string {
  const sum = (kind: FindingKind) => countOf(kind, findings);
  const unrecovered = outcomes.filter(({ recovery }) => recovery === undefined).length;
  return [
    ...(['lost', 'doubled', 'oversold'] as const).map((kind) => `${countText(sum(kind))} ${kind}`),
    ...(sum('wrong') > 0 ? [`${countText(sum('wrong'))} otherwise wrong`] : []),
    ...(unrecovered > 0 ? [`${unrecovered} faults not recovered from`] : []),
  ].join(', ');
}

/** Such as `60 faults`. */
function faultsText(outcomes: readonly FaultOutcome[]): string {
  const missed = outcomes.filter(({ hit }) => !hit).length;
  const faults = `${outcomes.length - missed} faults`;
  return missed === 0 ? faults : `${faults} and ${missed} that met a process which was down already`;
}

/** The whole report, in Markdown. */
export function reportText(result: CampaignResult): string {
  const { seed, commit, loaded, settled, events, orders, cancelled, outcomes, leftOut, ownEnds } = result;
  const seconds = loaded / 1_000;
  const ends = [...ownEnds].map(([part, count]) => `${part} ${count} ×`).join(', ');
  return [
    `Seed ${seed}, commit ${commit}: ${durationText(loaded)} of load, ${countText(events)} events (${(events / seconds).toFixed(0)}/s), ` +
      `${countText(orders)} orders (${(orders / seconds).toFixed(1)}/s, ${countText(cancelled)} taken back), ${faultsText(outcomes)}; ` +
      `settled and compared ${durationText(settled)} later.`,
    ...(result.normal === undefined ? [] : [recoveredText(result.normal)]),
    '',
    ...kindRows(outcomes),
    '',
    ...[...leftOut].map(([kind, why]) => `Left out: ${kind}, since ${why}.`),
    ...(ends === '' ? [] : [`Ended by themselves under a fault, and were started again: ${ends}.`]),
    ...result.seen,
    '',
    ...faultRows(outcomes),
    '',
    ...outcomes.flatMap(unrecoveredText),
    ...result.findings.map(findingText),
    ...(isPassed(result) ? [] : [whereText(result)]),
    `**${verdictOf(result)}**`,
  ].join('\n');
}

/** Every name of every finding. */
export function findingsText(findings: readonly Finding[]): string {
  return findings
    .map(({ names = [], ...finding }) => [findingText(finding), ...names, ''].join('\n'))
    .join('\n');
}

function unrecoveredText({ fault, at, recovery, failure }: FaultOutcome): string[] {
  if (recovery !== undefined) return [];
  const what = `fault ${fault.number} at ${durationText(at)}, ${fault.kind} ${describeFault(fault)}`;
  return [`NOT RECOVERED from ${what}: ${failure ?? 'it was not asked why'}.`];
}

function whereText({ dataFolder, findings }: CampaignResult): string {
  const names =
    findings.length === 0 ? '' : `; everything that was found, by name: ${dataFolder}/${FINDINGS_FILE}`;
  return `Logs of the parts: ${dataFolder}/logs, with their data beside them${names}.`;
}

function recoveredText({ visible, confirmed }: Normal): string {
  return `Recovered: a fresh scan is visible in the ATP within ${secondsText(visible)}, and then a fresh order confirmed within ${secondsText(confirmed)}.`;
}

function kindRows(outcomes: readonly FaultOutcome[]): string[] {
  const rows = FAULT_KINDS.map((kind) => ({
    kind,
    all: outcomes.filter(({ fault, hit }) => hit && fault.kind === kind),
  }))
    .filter(({ all }) => all.length > 0)
    .map(({ kind, all }) => {
      const times = all.flatMap(({ recovery }) => recovery ?? []).sort((a, b) => a - b);
      const unrecovered = all.length - times.length;
      const cells = [kind, all.length, secondsText(median(times)), secondsText(times.at(-1)), unrecovered];
      return `| ${cells.join(' | ')} |`;
    });
  return ['| kind | faults | recovery p50 | longest | not recovered |', '|---|---:|---:|---:|---:|', ...rows];
}

function faultRows(outcomes: readonly FaultOutcome[]): string[] {
  const rows = outcomes.map(({ fault, at, hit, recovery }) => {
    const cells = [
      fault.number,
      durationText(at),
      fault.kind,
      `${describeFault(fault)}${hit ? '' : ' (was down already)'}`,
    ];
    return `| ${[...cells, secondsText(fault.duration), secondsText(recovery)].join(' | ')} |`;
  });
  return ['| # | at | kind | what | lasted | recovery |', '|---:|---:|---|---|---:|---:|', ...rows];
}

/** The middle of sorted numbers, the lower one of two; undefined for none. */
export function median(sorted: readonly number[]): number | undefined {
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

export function secondsText(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '–' : `${(milliseconds / 1_000).toFixed(1)} s`;
}

/** Such as `4:05`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
