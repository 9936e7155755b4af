import { namesAmong, parseOptions, wholeNumber } from '../command-line/options.ts';

/** What can be measured; all but the longest belong to a run without `--only`. */
export const WORKLOADS = [
  'retail',
  'spread',
  'hot',
  'latency-50',
  'latency-200',
  'fold',
  'document-size',
  'package',
  'allocation',
  'accept',
  'allocation-growth',
  'outage',
  'outbox-drain',
  'reconcile',
  'reconcile-day',
  'scanner-drain',
  'scanner-page',
  'console-page',
  'telemetry',
] as const;
export type Workload = (typeof WORKLOADS)[number];

/** Measured only when they are named. */
const LONG: readonly Workload[] = [
  'allocation-growth',
  'outage',
  'outbox-drain',
  'reconcile',
  'reconcile-day',
  'scanner-drain',
  'scanner-page',
  'console-page',
  'telemetry',
];

export type Options = {
  readonly workloads: readonly Workload[];
  /** Events of each throughput load. */
  readonly events: number;
  /** Seconds of each latency measurement, after its warm-up. */
  readonly seconds: number;
  readonly outageSeconds: number;
  /** Orders between the two measurements of allocation-growth. */
  readonly orders: number;
  /** Messages that wait in the outbox when outbox-drain begins. */
  readonly messages: number;
  /** Positions that both sides have in reconcile. */
  readonly positions: number;
  /** The Online Retail file. */
  readonly retail: string;
  readonly out: string;
};

const DEFAULTS = {
  events: '20000',
  seconds: '60',
  'outage-seconds': '600',
  orders: '20000',
  messages: '1000000',
  positions: '1000000',
  retail: '../shared/data/online-retail.csv.gz',
  out: 'bench-results.json',
};

export const HELP = `Usage: npm run bench -- [options]

Measures the pipeline over the wire on stacks of its own, and the same loads on a function written as the public
samples are. Prints a table, writes it as JSON; progress goes to standard error.

  --only NAME,…        measure these: ${WORKLOADS.join(', ')}
                       (all but ${new Intl.ListFormat('en-GB').format(LONG)} without this option)
  --events N           events of each of retail, spread and hot (${DEFAULTS.events})
  --seconds N          seconds of each latency measurement, after a warm-up, and twice those of each throughput
                       of orders; a third of it, at least 10, is each of the three runs of accept (${DEFAULTS.seconds})
  --outage-seconds N   how long Cosmos DB is away (${DEFAULTS['outage-seconds']})
  --orders N           orders between the two measurements of allocation-growth (${DEFAULTS.orders})
  --messages N         messages that wait when outbox-drain begins (${DEFAULTS.messages})
  --positions N        positions that both sides have in reconcile (${DEFAULTS.positions})
  --retail FILE        the Online Retail data (${DEFAULTS.retail})
  --out FILE           where the figures go as JSON (${DEFAULTS.out})
  --help               this text`;

/**
 * The command line, or undefined when it asks for help.
 *
 * @throws {UsageError} naming the option and the value that is wrong
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  return {
    workloads: workloadsOf(values.only),
    events: wholeNumber('events', values.events, 1_000_000),
    seconds: wholeNumber('seconds', values.seconds, 3_600),
    outageSeconds: wholeNumber('outage-seconds', values['outage-seconds'], 86_400),
    orders: wholeNumber('orders', values.orders, 1_000_000),
    messages: wholeNumber('messages', values.messages, 10_000_000),
    positions: wholeNumber('positions', values.positions, 10_000_000),
    retail: values.retail,
    out: values.out,
  };
}

function parse(args: readonly string[]) {
  const text = (name: keyof typeof DEFAULTS) => ({ type: 'string' as const, default: DEFAULTS[name] });
  return parseOptions({
    args: [...args],
    options: {
      only: { type: 'string' },
      events: text('events'),
      seconds: text('seconds'),
      'outage-seconds': text('outage-seconds'),
      orders: text('orders'),
      messages: text('messages'),
      positions: text('positions'),
      retail: text('retail'),
      out: text('out'),
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

function workloadsOf(only: string | undefined): readonly Workload[] {
  if (only === undefined) return WORKLOADS.filter((name) => !LONG.includes(name));
  return namesAmong('only', only, WORKLOADS);
}
