import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isProven } from './damage/compare-with-log.ts';
import { startDamage } from './damage/damage.ts';
import { DAMAGE_KINDS, type DamageKind, type LoggedDamage, readDamageLog } from './damage/damage-log.ts';
import { DAMAGE_LOG, longestDelay, wmsFileOf } from './damage/damage-settings.ts';
import { reconciliationRuns } from './damage/reconciliation-runs.ts';
import { comparisonLines, wordsOf } from './damage/run-text.ts';
import { verifyDamage } from './damage/verify.ts';
import { openProgressLine } from './replay/progress-line.ts';
import { connectionsOf } from './stack/connections.ts';
import { exitOnError } from './stack/exit-on-error.ts';
import { readDataFolder, readPorts } from './stack/settings.ts';
import { urlsOf } from './stack/stack.ts';
import { StackError } from './stack/start-error.ts';
import { stopOnSignals } from './stack/stop-on-signals.ts';

const USAGE = `Usage: npm run damage -- [options]
       npm run damage -- --verify [--log FILE]

Damages the stack that is running on this machine, by a seed, and writes down what it did: events are dropped, doubled,
delayed, falsified and invented on their way to the bus; documents of the cloud, rows and reservations of the warehouse
are changed and deleted. --verify has the reconciliation run and compares what it finds with what was done: all of it,
each as its class, and nothing else; the exit code is 1 otherwise. Post transactions meanwhile (npm run replay).

  --kinds LIST   what is done, separated by commas (all): ${DAMAGE_KINDS.slice(0, 6).join(', ')},
                 ${DAMAGE_KINDS.slice(6).join(', ')}
  --rate N       share of the events, up to 1 (0.01)
  --every N      seconds between two damages to what is stored (1)
  --for N        seconds (until Ctrl-C)
  --count N      no more than so many items in warehouses
  --seed N       the same seed draws the same (the time of the start)
  --log FILE     what was done, as JSON lines; emptied first (damage.jsonl in the data folder)
  --verify       compares that log with what reconciliation finds`;

/** Rows of the WMS that had rested for so long at the start may be deleted. Milliseconds. */
const RESTED = 30_000;

await exitOnError(async () => {
  const options = readOptions();
  if (options === undefined) return console.log(USAGE);
  const ended = new AbortController();
  stopOnSignals(() => ended.abort());
  if (options.verify) return verify(options.log, ended.signal);
  await damage(options, ended.signal);
  process.exit();
});

type Options = NonNullable<ReturnType<typeof readOptions>>;

async function damage(options: Options, signal: AbortSignal): Promise<void> {
  const { seed, log, seconds } = options;
  const running = startDamage({
    ...options,
    wmsFile: wmsFileOf(options.dataFolder),
    serviceBusConnection: options.connections.serviceBus,
    cosmosConnection: options.connections.cosmos,
    delay: longestDelay(process.env),
    restingSince: new Date(Date.now() - RESTED),
  });
  console.log(`Damaging the stack in ${options.dataFolder} with seed ${seed}; Ctrl-C ends it.`);
  const progress = openProgressLine(() => countsText(running.damages()));
  const patience = seconds === undefined ? new Promise<void>(() => {}) : sleep(seconds * 1_000);
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  try {
    await Promise.race([running.ended, patience, stopped]);
  } finally {
    await running.stop();
    progress.end();
  }
  console.log(
    `Written down in ${log}; npm run damage -- --verify --log ${log} looks whether all of it is found.`,
  );
}

async function verify(log: string, signal: AbortSignal): Promise<void> {
  const { functions } = urlsOf(readPorts(process.env));
  const runs = reconciliationRuns(functions, signal);
  const { comparison } = await verifyDamage({
    damages: readDamageLog(log),
    modes: ['delta', 'full'],
    runs,
    say: console.log,
  });
  for (const line of comparisonLines(comparison)) console.log(line);
  process.exit(isProven(comparison) ? 0 : 1);
}

function countsText(damages: readonly LoggedDamage[]): string {
  const counts = [...Map.groupBy(damages, ({ kind }) => kind)].map(
    ([kind, all]) => `${wordsOf(kind)} ${all.length}`,
  );
  return `damaged ${damages.length}${counts.length > 0 ? `: ${counts.join(' · ')}` : ''}`;
}

function readOptions() {
  const { values } = parseOptions();
  if (values.help) return undefined;
  const dataFolder = readDataFolder(process.env, join(import.meta.dirname, '..'));
  return {
    dataFolder,
    connections: connectionsOf(readPorts(process.env)),
    kinds: kindsOf(values.kinds),
    rate: numberOf('rate', values.rate, { otherwise: 0.01, max: 1 }),
    editEvery: 1_000 * numberOf('every', values.every, { otherwise: 1, max: 86_400 }),
    seconds:
      values.for === undefined ? undefined : numberOf('for', values.for, { otherwise: 0, max: 86_400 }),
    count: values.count === undefined ? undefined : wholeOf('count', values.count),
    seed: values.seed === undefined ? Date.now() % 1_000_000 : wholeOf('seed', values.seed),
    log: values.log ?? join(dataFolder, DAMAGE_LOG),
    verify: values.verify ?? false,
  };
}

function parseOptions() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    ...{ kinds: text, rate: text, every: text, for: text, count: text, seed: text, log: text },
    ...{ verify: flag, help: flag },
  } as const;
  try {
    return parseArgs({ options });
  } catch (error) {
    throw new StackError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function kindsOf(list: string | undefined): readonly DamageKind[] {
  if (list === undefined) return DAMAGE_KINDS;
  return list.split(',').map((name) => {
    const kind = DAMAGE_KINDS.find((known) => known === name.trim());
    if (kind === undefined)
      throw new StackError(`--kinds names "${name}"; it knows ${DAMAGE_KINDS.join(', ')}.`);
    return kind;
  });
}

function numberOf(
  name: string,
  text: string | undefined,
  { otherwise, max }: { otherwise: number; max: number },
): number {
  if (text === undefined) return otherwise;
  const number = /^\d+(\.\d+)?s?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  if (number > 0 && number <= max) return number;
  throw new StackError(`--${name} is "${text}"; give a number above 0, up to ${max}.`);
}

function wholeOf(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new StackError(`--${name} is "${text}"; give a whole number from 1.`);
}
