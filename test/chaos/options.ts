import { namesAmong, parseOptions, UsageError, wholeNumber } from '../command-line/options.ts';
import { FAULT_KINDS, FAULTS, type FaultKind } from './plan.ts';

export type ChaosOptions = {
  readonly minutes: number;
  readonly faults: number;
  readonly kinds: readonly FaultKind[];
  readonly seed: string;
  readonly eventsPerSecond: number;
  readonly ordersPerSecond: number;
  /** Retail data; undefined: the large file beside the repository where it is there, else the sample day. */
  readonly retail: string | undefined;
  /** Where the report goes, too. */
  readonly report: string | undefined;
  /** The data folder stays. */
  readonly keep: boolean;
};

const DEFAULTS = {
  minutes: '30',
  faults: '60',
  kinds: FAULT_KINDS.join(','),
  seed: '1',
  'events-per-second': '200',
  'orders-per-second': '10',
};

export const HELP = `Usage: npm run chaos -- [options]

Starts a stack of its own and plays a day of retail orders on it, with scanners, while faults hit its processes, their
connections, disks and clocks, planned by a seed. After each fault it measures how long it takes until a fresh scan is visible
and a fresh order confirmed in the normal time. At the end everything has to add up: nothing lost, doubled or oversold. Prints
a table in Markdown; the exit code is 1 when anything does not add up, or did not recover.

  --minutes N             how long the load runs; longer when recoveries need it (${DEFAULTS.minutes})
  --faults N              (${DEFAULTS.faults})
  --kinds a,b             only these kinds of faults (all)
  --seed N                the same seed plans the same faults (${DEFAULTS.seed})
  --events-per-second N   inventory events, those of scanners and picks included (${DEFAULTS['events-per-second']})
  --orders-per-second N   orders of one to three lines (${DEFAULTS['orders-per-second']})
  --retail FILE           Online Retail data, played lap after lap (../shared/data/online-retail.csv.gz where it is
                          there, else the sample day of this repository)
  --report FILE           writes the report there, too
  --keep                  leaves the data folder, with the logs and what was on small disks
  --help                  this text

Kinds:
${FAULT_KINDS.map((kind) => `  ${kind.padEnd(10)}${FAULTS[kind].text} (${FAULTS[kind].targets.join(', ')})`).join('\n')}`;

/**
 * The command line, or undefined when it asks for help.
 *
 * @throws {UsageError} naming the option and the value that is wrong
 */
export function readOptions(args: readonly string[]): ChaosOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  return {
    minutes: numberOf('minutes', values.minutes, 24 * 60),
    faults: wholeNumber('faults', values.faults, 10_000),
    kinds: namesAmong('kinds', values.kinds, FAULT_KINDS),
    seed: seedOf(values.seed),
    eventsPerSecond: numberOf('events-per-second', values['events-per-second'], 10_000),
    ordersPerSecond: numberOf('orders-per-second', values['orders-per-second'], 1_000),
    retail: values.retail,
    report: values.report,
    keep: values.keep,
  };
}

function parse(args: readonly string[]) {
  const text = (name: keyof typeof DEFAULTS) => ({ type: 'string' as const, default: DEFAULTS[name] });
  return parseOptions({
    args: [...args],
    options: {
      minutes: text('minutes'),
      faults: text('faults'),
      kinds: text('kinds'),
      seed: text('seed'),
      'events-per-second': text('events-per-second'),
      'orders-per-second': text('orders-per-second'),
      retail: { type: 'string' },
      report: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

/** It becomes a part of order ids. */
function seedOf(text: string): string {
  if (/^\w{1,20}$/.test(text)) return text;
  throw new UsageError(`--seed is "${text}"; it must be up to 20 letters and digits`);
}

function numberOf(name: string, text: string, limit: number): number {
  const value = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= limit) return value;
  throw new UsageError(`--${name} is "${text}"; it must be a number above 0, up to ${limit}`);
}
