import { setTimeout as sleep } from 'node:timers/promises';
import { adapterClient } from '../../local/replay/adapter-client.ts';
import { surveyOf } from '../../local/replay/survey.ts';
import type { PartName } from '../../local/stack/parts.ts';
import { StackError } from '../../local/stack/start-error.ts';
import { commit } from '../command-line/commit.ts';
import { type ChaosStack, startChaosStack } from './chaos-stack.ts';
import { checkBus } from './checks/bus.ts';
import type { Checked } from './checks/finding.ts';
import { checkJournal } from './checks/journal.ts';
import { checkLedger } from './checks/ledger.ts';
import { checkOrders } from './checks/orders.ts';
import { checkPositions, checkPromises, checkReservations } from './checks/positions.ts';
import { checkQuarantine } from './checks/quarantine.ts';
import { checkReconciliation } from './checks/reconciliation.ts';
import { inflict } from './inflict.ts';
import { type Load, startLoad } from './load.ts';
import { describeFault, FAULTS, type FaultKind, type PlannedFault, planFaults } from './plan.ts';
import { type Normal, openProber, type Prober } from './probe.ts';
import { type CampaignResult, durationText, type FaultOutcome, secondsText } from './report.ts';
import { openScanBook, type ScanBook } from './scan-book.ts';
import { whyNoDisks } from './small-disk.ts';

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

/** Runs a campaign on a stack of its own. @throws when it could not be carried out; what it finds is no error but a finding */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { dataFolder, seed, minutes, say, signal } = options;
  const noDisks = options.kinds.includes('disk') ? whyNoDisks() : undefined;
  const kinds = options.kinds.filter((kind) => kind !== 'disk' || noDisks === undefined);
  if (noDisks !== undefined) say(`No disk is filled: ${noDisks}.`);
  const plan = planFaults({ ...options, kinds });
  const smallDisks: readonly PartName[] = kinds.includes('disk') ? FAULTS.disk.targets : [];
  const stack = await startChaosStack({ dataFolder, smallDisks, say });
  const begunAt = new Date().toISOString();
  try {
    const book = openScanBook();
    const survey = await surveyOf(options.retail);
    const load = await startLoad({ ...options, survey, urls: stack.urls, book });
    const outcomes: FaultOutcome[] = [];
    const begun = performance.now();
    let state = 'calibrating';
    let normal: Normal | undefined;
    options.progress(() => progressText(begun, book, load, outcomes, plan.length, state));
    const tell = (next: string) => {
      state = next;
    };
    const prober = openProber({ urls: stack.urls, book, atLeast: options.patience ?? PROMISED });
    const stopped = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    stopped.catch(() => undefined);
    const underLoad = async () => {
      normal = await calibrate(prober);
      await inflictAll({ plan, stack, prober, begun, outcomes, tell, say });
      tell('no fault');
      await sleep(Math.max(0, begun + minutes * 60_000 - performance.now()), undefined, { signal });
    };
    try {
      await Promise.race([underLoad(), load.failed, stopped]);
      const loaded = performance.now() - begun;
      const checked = await Promise.race([
        settle({ stack, load, book, begunAt, tell, killed: isAzuriteKilled(outcomes) }),
        stopped,
      ]);
      return {
        ...{ seed, commit: commit(), loaded, settled: performance.now() - begun - loaded },
        ...{ events: book.events(), orders: load.placed().length, cancelled: load.cancelled() },
        ...{ outcomes, normal, ownEnds: stack.ownEnds() },
        leftOut: new Map(noDisks === undefined ? [] : [['disk' as const, noDisks]]),
        findings: checked.flatMap(({ findings }) => findings),
        seen: checked.flatMap(({ seen }) => seen),
      };
    } finally {
      load.abort();
    }
  } finally {
    await stack.stop({ keep: options.keep ?? false });
  }
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

type Inflicting = {
  plan: readonly PlannedFault[];
  stack: ChaosStack;
  prober: Prober;
  /** On the monotonic clock. */
  begun: number;
  outcomes: FaultOutcome[];
  tell: (state: string) => void;
  say: (line: string) => void;
};

/** One fault after the other: each when it is due, and not before the one before is recovered from. */
async function inflictAll({ plan, stack, prober, begun, outcomes, tell, say }: Inflicting): Promise<void> {
  for (const fault of plan) {
    await sleep(Math.max(0, begun + fault.at - performance.now()));
    const at = performance.now() - begun;
    tell(`${fault.kind} ${describeFault(fault)}`);
    const { from, hit } = await inflict(fault, stack);
    tell(`recovering from ${fault.kind} ${describeFault(fault)}`);
    const recovered = await prober.recovered(AbortSignal.timeout(RECOVERS_WITHIN));
    if (recovered === undefined)
      say(`Not recovered from ${fault.kind} ${describeFault(fault)}: ${prober.lastFailure()}.`);
    outcomes.push({ fault, at, hit, recovery: recovered === undefined ? undefined : recovered - from });
    tell('no fault');
  }
}

type Settling = {
  stack: ChaosStack;
  load: Load;
  book: ScanBook;
  /** UTC, ISO 8601. */
  begunAt: string;
  tell: (state: string) => void;
  /** Whether Azurite was killed. */
  killed: boolean;
};

/** The load ends, everything comes to rest, and both sides are compared. */
async function settle({ stack, load, book, begunAt, tell, killed }: Settling): Promise<Checked[]> {
  const { direct, connections } = stack;
  const client = adapterClient(direct.adapter);
  const checked: Checked[] = [];
  tell('the load ends');
  await load.finish();
  tell('waiting for the bus');
  checked.push(await checkBus(connections.serviceBus, tell));
  tell('comparing positions');
  checked.push(await checkPositions(client, connections.cosmos, tell));
  tell('comparing promises');
  checked.push(await checkPromises(client, connections.cosmos, load.desk));
  checked.push(await checkReservations(client));
  tell('reading all orders');
  checked.push(await checkOrders(direct.functions, load.placed()));
  tell('reading the ledger');
  checked.push(await checkLedger(direct.adapter, book));
  tell('reading the journal');
  checked.push(await checkJournal({ adapterUrl: direct.adapter, connections, storageWasKilled: killed }));
  checked.push(await checkQuarantine(direct.functions));
  tell('reconciling');
  checked.push(await checkReconciliation(direct.functions, begunAt));
  return checked;
}

function isAzuriteKilled(outcomes: readonly FaultOutcome[]): boolean {
  return outcomes.some(({ fault, hit }) => hit && fault.kind === 'kill' && fault.target === 'azurite');
}

function progressText(
  begun: number,
  book: ScanBook,
  load: Load,
  outcomes: readonly FaultOutcome[],
  faults: number,
  state: string,
): string {
  const last = outcomes.at(-1);
  const recovery =
    last === undefined
      ? ''
      : ` (last ${last.fault.kind}: ${last.recovery === undefined ? 'NOT recovered' : `recovered in ${secondsText(last.recovery)}`})`;
  return [
    durationText(performance.now() - begun),
    `${book.events().toLocaleString('en')} events`,
    `${load.placed().length.toLocaleString('en')} orders`,
    `${outcomes.length} of ${faults} faults${recovery}`,
    state,
  ].join(' · ');
}
