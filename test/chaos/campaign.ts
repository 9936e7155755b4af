import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { wmsFileOf } from '../../local/damage/damage-settings.ts';
import { surveyOf } from '../../local/replay/survey.ts';
import type { PartName } from '../../local/stack/parts.ts';
import { StackError } from '../../local/stack/start-error.ts';
import { commit } from '../command-line/commit.ts';
import { type ChaosStack, startChaosStack } from './chaos-stack.ts';
import { countText, type Finding } from './checks/finding.ts';
import { oldestAt } from './checks/waiting-messages.ts';
import { inflict } from './inflict.ts';
import { type Load, startLoad } from './load.ts';
import { describeFault, FAULTS, type FaultKind, type PlannedFault, planFaults } from './plan.ts';
import { type Normal, openProber, type Prober } from './probe.ts';
import {
  type CampaignResult,
  durationText,
  type FaultOutcome,
  FINDINGS_FILE,
  findingsText,
  isPassed,
  secondsText,
} from './report.ts';
import { openScanBook, type ScanBook } from './scan-book.ts';
import { settle } from './settle.ts';
import { whyNoDisks } from './small-disk.ts';
import { stagesOf } from './stages.ts';
import { watchWms } from './wms-watch.ts';

export type CampaignOptions = {
  readonly minutes: number;
  readonly faults: number;
  readonly kinds: readonly FaultKind[];
  readonly seed: string;
  readonly eventsPerSecond: number;
  readonly ordersPerSecond: number;
  /** Retail data to play. */
  readonly retail: string;
  /** An absolute path of a folder of its own. */
  readonly dataFolder: string;
  /** Leaves in it what was on small disks. */
  readonly keep?: boolean;
  /** Milliseconds that a scan and an order may take in any case; what is promised of them when not given. */
  readonly patience?: number;
  /** Ends it early: everything is stopped, and it rejects. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Told what the state is asked from, once there is one. */
  readonly progress: (state: () => string) => void;
};

/** A scan is visible, an order confirmed in this time; a fault counts as not recovered from after that. Milliseconds. */
const PROMISED = 2_000;
const RECOVERS_WITHIN = 180_000;
/** The subscription of the function that writes the journal. */
const JOURNAL = { name: 'journal', topic: 'inventory-events' };

/** Runs a campaign on a stack of its own. @throws when it could not be carried out; what it finds is no error but a finding */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { dataFolder, say } = options;
  const noDisks = options.kinds.includes('disk') ? whyNoDisks() : undefined;
  const kinds = options.kinds.filter((kind) => kind !== 'disk' || noDisks === undefined);
  if (noDisks !== undefined) say(`No disk is filled: ${noDisks}.`);
  const plan = planFaults({ ...options, kinds });
  const smallDisks: readonly PartName[] = kinds.includes('disk') ? FAULTS.disk.targets : [];
  const stack = await startChaosStack({ dataFolder, smallDisks, say });
  let keep = options.keep ?? false;
  try {
    const played = await play(options, stack, plan);
    const leftOut = new Map(noDisks === undefined ? [] : [['disk' as const, noDisks]]);
    const result = { ...played, leftOut, dataFolder };
    if (result.findings.length > 0)
      writeFileSync(join(dataFolder, FINDINGS_FILE), findingsText(result.findings));
    keep ||= !isPassed(result);
    return result;
  } finally {
    await stack.stop({ keep });
  }
}

/** Load and faults, and then the comparison of everything. */
async function play(
  options: CampaignOptions,
  stack: ChaosStack,
  plan: readonly PlannedFault[],
): Promise<Omit<CampaignResult, 'leftOut' | 'dataFolder'>> {
  const { seed, signal } = options;
  const book = openScanBook();
  const survey = await surveyOf(options.retail);
  const load = await startLoad({ ...options, survey, urls: stack.urls, book });
  const begunAt = Date.now();
  const begun = performance.now();
  const watch = watchWms(wmsFileOf(stack.dataFolder), () => oldestAt(stack.connections.serviceBus, JOURNAL));
  const outcomes: FaultOutcome[] = [];
  let state = () => 'calibrating';
  options.progress(() => progressText({ begun, book, load, outcomes, faults: plan.length, state: state() }));
  const tell = (next: () => string) => {
    state = next;
  };
  const stopped = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  stopped.catch(() => undefined);
  try {
    const faults = underFaults({ ...options, stack, plan, book, load, begun, outcomes, tell });
    const { normal, findings } = await Promise.race([faults, stopped]);
    const loaded = performance.now() - begun;
    const kills = killsOfAzurite(outcomes).map((at) => begunAt + at);
    const stages = stagesOf({ stack, load, book, watch, begunAt, kills });
    const checked = await Promise.race([settle(stages, tell), stopped]);
    return {
      ...{ seed, commit: commit(), loaded, settled: performance.now() - begun - loaded },
      ...{ events: book.events(), orders: load.orders.placed.length, cancelled: load.orders.takenBack.size },
      ...{ outcomes, normal, ownEnds: stack.ownEnds() },
      findings: [...findings, ...checked.flatMap((one) => one.findings)],
      seen: checked.flatMap(({ seen }) => seen),
    };
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    load.abort();
    await watch.stop();
  }
}

type UnderFaults = CampaignOptions & {
  stack: ChaosStack;
  plan: readonly PlannedFault[];
  book: ScanBook;
  load: Load;
  /** On the monotonic clock. */
  begun: number;
  outcomes: FaultOutcome[];
  tell: (state: () => string) => void;
};

/** The faults, while the load runs; what makes the load end before its time is a finding, and ends the faults. */
async function underFaults(
  options: UnderFaults,
): Promise<{ normal: Normal | undefined; findings: readonly Finding[] }> {
  const { stack, book, load, begun, minutes, tell, signal } = options;
  const prober = openProber({ urls: stack.urls, book, atLeast: options.patience ?? PROMISED });
  const broken = new AbortController();
  const over = AbortSignal.any([signal, broken.signal]);
  let normal: Normal | undefined;
  const work = async () => {
    normal = await calibrate(prober);
    await inflictAll(options, prober, over);
    tell(() => 'no fault');
    await sleep(Math.max(0, begun + minutes * 60_000 - performance.now()), undefined, { signal: over });
    return [];
  };
  const working = work();
  const broke = load.failed.catch((error: unknown): Finding[] => [
    {
      kind: 'wrong',
      count: 1,
      text: `the load could not go on: ${error instanceof Error ? error.message : error}`,
    },
  ]);
  const findings: readonly Finding[] = await Promise.race([working, broke]);
  if (findings.length > 0) {
    broken.abort();
    await working.catch(() => undefined);
  }
  return { normal, findings };
}

/** The stack works before anything is done to it. */
async function calibrate(prober: Prober): Promise<Normal> {
  try {
    return await prober.calibrate();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StackError(
      `The stack is too slow under this load before any fault (${why}): lower --events-per-second.`,
    );
  }
}

/** One fault after the other: each when it is due, and not before the one before is recovered from. */
async function inflictAll(
  { plan, stack, begun, outcomes, tell, say }: UnderFaults,
  prober: Prober,
  over: AbortSignal,
): Promise<void> {
  for (const fault of plan) {
    tell(() => 'no fault');
    await sleep(Math.max(0, begun + fault.at - performance.now()), undefined, { signal: over });
    const at = performance.now() - begun;
    const what = `${fault.kind} ${describeFault(fault)}`;
    tell(() => what);
    const { from, hit } = await inflict(fault, stack);
    const probing = performance.now();
    tell(() => {
      const seconds = Math.round((performance.now() - probing) / 1_000);
      return `recovering from ${what}, ${seconds} of at most ${RECOVERS_WITHIN / 1_000} s (${prober.lastFailure() || 'probing'})`;
    });
    const limit = AbortSignal.any([over, AbortSignal.timeout(RECOVERS_WITHIN)]);
    const recovered = await prober.recovered(limit);
    const failure = prober.lastFailure();
    if (recovered === undefined) say(`Not recovered from ${what}: ${failure}.`);
    const recovery = recovered === undefined ? undefined : recovered - from;
    outcomes.push({ fault, at, hit, recovery, failure });
  }
}

/** When Azurite was killed, in milliseconds from the beginning. */
function killsOfAzurite(outcomes: readonly FaultOutcome[]): number[] {
  return outcomes.flatMap(({ fault, at, hit }) =>
    hit && fault.kind === 'kill' && fault.target === 'azurite' ? [at] : [],
  );
}

type Progress = {
  begun: number;
  book: ScanBook;
  load: Load;
  outcomes: readonly FaultOutcome[];
  faults: number;
  state: string;
};

function progressText({ begun, book, load, outcomes, faults, state }: Progress): string {
  const last = outcomes.at(-1);
  const recovery =
    last === undefined
      ? ''
      : ` (last ${last.fault.kind}: ${last.recovery === undefined ? 'NOT recovered' : `recovered in ${secondsText(last.recovery)}`})`;
  return [
    durationText(performance.now() - begun),
    `${countText(book.events())} events`,
    `${countText(load.orders.placed.length)} orders`,
    `${outcomes.length} of ${faults} faults${recovery}`,
    state,
  ].join(' · ');
}
