import { parseOptions, UsageError, wholeNumber } from '../command-line/options.ts';

export type FleetOptions = {
  readonly devices: number;
  /** How long the shift without reliable Wi-Fi lasts, in milliseconds of the fleet. */
  readonly offlineMs: number;
  /** Milliseconds of the fleet in one of the machine's. */
  readonly speed: number;
  /** Scans of one worker in an hour. */
  readonly scansPerHour: number;
  readonly seed: string;
  /** The files of devices and adapter stay. */
  readonly keep: boolean;
};

const DEFAULTS = { devices: '40', offline: '8h', speed: '100', scans: '60', seed: '1' };

export const HELP = `Usage: npm run fleet -- [options]

Plays a shift of many scanners against a WMS adapter of its own: the app's queue, checks and sync on a SQLite file a device, without
its pages. Devices are in dead zones for hours, lose answers, are killed between any two statements, asleep, and wrong about the time; two
people work in one aisle; the adapter is killed. Then the Wi-Fi is back, people work off what was refused, and every scan
has to be in the WMS exactly once, and stock what the rules say. Prints a report; the exit code is 1 when anything is wrong.

  --devices N     (${DEFAULTS.devices})
  --offline TIME  length of the shift, such as 8h, 30m or 90s; every third device is without Wi-Fi all the time (${DEFAULTS.offline})
  --speed N       how many times faster than the clock on the wall (${DEFAULTS.speed})
  --scans N       scans of a worker in an hour (${DEFAULTS.scans})
  --seed N        the same seed plans the same work and faults; which of two processes is first is the machine's (${DEFAULTS.seed})
  --keep          leaves the files of devices and adapter
  --help          this text`;

/**
 * The command line, or undefined when it asks for help.
 *
 * @throws {UsageError} naming the option and the value that is wrong
 */
export function readOptions(args: readonly string[]): FleetOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  return {
    devices: wholeNumber('devices', values.devices, 1_000),
    offlineMs: duration(values.offline),
    speed: wholeNumber('speed', values.speed, 1_000),
    scansPerHour: wholeNumber('scans', values.scans, 10_000),
    seed: values.seed,
    keep: values.keep,
  };
}

function parse(args: readonly string[]) {
  const text = (name: keyof typeof DEFAULTS) => ({ type: 'string' as const, default: DEFAULTS[name] });
  return parseOptions({
    args: [...args],
    options: {
      devices: text('devices'),
      offline: text('offline'),
      speed: text('speed'),
      scans: text('scans'),
      seed: text('seed'),
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const LONGEST_MS = 24 * 3_600_000;

/** Milliseconds. */
function duration(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  throw new UsageError(`--offline is "${text}"; say a time up to 24h, such as 8h, 30m or 90s`);
}
