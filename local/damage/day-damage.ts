import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/stack.ts';
import { startDamage } from './damage.ts';
import type { DamageKind, LoggedDamage } from './damage-log.ts';
import { DAMAGE_LOG, longestDelay, wmsFileOf } from './damage-settings.ts';
import { reconciliationRuns } from './reconciliation-runs.ts';
import { accuracyText, runText } from './run-text.ts';
import { type Verified, verifyDamage } from './verify.ts';

/** Damage and reconciliation beside a day that is played. */
export type DayDamage = {
  /** So far, for a progress line. */
  text: () => string;
  /** Ends the damage, and has what was damaged put right, so that the day can come to rest. */
  settle: () => Promise<void>;
  /** Has everything reconciled, and answers what became of the damage, for the ending. */
  finish: () => Promise<string>;
  /** Ends it all at once, when the day is not played to its end. */
  stop: () => Promise<void>;
};

export type DayDamageOptions = {
  stack: Pick<Stack, 'urls' | 'connections' | 'dataFolder'>;
  /** Takes the line of each run. */
  say: (line: string) => void;
  /** Told of each damage when it is done. */
  done: (damage: LoggedDamage) => void;
  signal: AbortSignal;
};

/** Runs that do not end for so long are not waited for. Milliseconds. */
const PATIENCE = 180_000;
/** One event in so many, and a document so often (milliseconds). */
const ONE_IN = 250;
const EDIT_EVERY = 15_000;
/**
 * What leaves the day's orders alone: promises are kept, and what was sold is on the shelf. Most events are picks and
 * halves of transfers, which are only sent twice or late; so the others are lost the more often.
 */
const KINDS: readonly DamageKind[] = [
  ...(['drop', 'drop', 'drop', 'falsify', 'falsify', 'invent', 'run-ahead', 'double', 'delay'] as const),
  ...(['edit-figure', 'remove-position', 'add-position'] as const),
];
const RUN_EVERY = 60_000;

/**
 * Damages a little while the day is played, and has reconciliation look for it every minute.
 * @returns undefined where there are no books of the warehouse to damage: they are in a SQL Server
 */
export function startDayDamage(options: DayDamageOptions): DayDamage | undefined {
  const { stack, say } = options;
  const wmsFile = wmsFileOf(stack.dataFolder);
  if (process.env.WmsSqlConnection || !existsSync(wmsFile)) return undefined;
  const damage = startDamage({
    ...{ wmsFile, kinds: KINDS, rate: 1 / ONE_IN, editEvery: EDIT_EVERY, restingSince: new Date() },
    ...{ seed: Date.now() % 1_000_000, delay: longestDelay(process.env), done: options.done },
    log: join(stack.dataFolder, DAMAGE_LOG),
    serviceBusConnection: stack.connections.serviceBus,
    cosmosConnection: stack.connections.cosmos,
  });
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const runs = reconciliationRuns(stack.urls.functions, signal);
  const settled = new AbortController();
  const minutely = reconcileUntil(AbortSignal.any([signal, settled.signal]), async () => {
    const run = await runs.run('delta');
    say(runText(run, await runs.discrepancies(run.runId)));
  }).catch(tell);

  /** The day is played all the same. */
  function tell(error: unknown): void {
    if (!options.signal.aborted)
      say(`Reconciliation did not get there: ${error instanceof Error ? error.message : error}`);
  }

  async function patiently<Result>(work: Promise<Result>): Promise<Result | undefined> {
    const timer = setTimeout(() => ended.abort(new Error('no answer')), PATIENCE);
    return work
      .catch((error: unknown) => {
        tell(error);
        return undefined;
      })
      .finally(() => clearTimeout(timer));
  }

  return {
    text: () => textOf(damage.damages()),
    async settle() {
      await damage.stop();
      settled.abort();
      await minutely;
      const changed = damage.damages().filter(({ bySweep }) => !bySweep);
      await patiently(verifyDamage({ damages: changed, modes: ['delta'], runs, say }));
    },
    async finish() {
      const verified = await patiently(
        verifyDamage({ damages: damage.damages(), modes: ['full'], runs, say }),
      );
      return verified === undefined ? 'reconciliation did not run' : endingOf(verified);
    },
    async stop() {
      ended.abort();
      await damage.stop();
      await minutely;
    },
  };
}

/** Has reconciliation put right what a day that was broken off left damaged; else the next day's would be mistaken for it. */
export async function repairLastDay({ stack, say, signal }: Omit<DayDamageOptions, 'done'>): Promise<void> {
  if (!existsSync(join(stack.dataFolder, DAMAGE_LOG))) return;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  const runs = reconciliationRuns(stack.urls.functions, patience);
  try {
    const run = await runs.run('full');
    say(runText(run, await runs.discrepancies(run.runId)));
  } catch (error) {
    if (!signal.aborted)
      say(`Reconciliation did not get there: ${error instanceof Error ? error.message : error}`);
  }
}

/** Waits before each run; returns when the signal ends the waiting. */
async function reconcileUntil(signal: AbortSignal, reconcile: () => Promise<void>): Promise<void> {
  for (;;) {
    await sleep(RUN_EVERY, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await reconcile();
  }
}

function textOf(damages: readonly LoggedDamage[]): string {
  const harmless = damages.filter(({ kind }) => kind === 'double' || kind === 'delay').length;
  return `damaged on purpose ${damages.length - harmless} · sent twice or late ${harmless}`;
}

function endingOf({ comparison, last }: Verified): string {
  const { planted, found, falseAlarms } = comparison;
  const missed = found === planted ? '' : `, ${planted - found} NOT FOUND`;
  const wrong = falseAlarms === 0 ? '' : `, ${falseAlarms} FALSE ALARMS`;
  return `${found} of ${planted} damages found and corrected${missed}${wrong}, ${accuracyText(last.total.accuracy)}`;
}
