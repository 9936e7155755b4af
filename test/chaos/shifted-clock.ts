import { readFileSync } from 'node:fs';

/**
 * Moves the wall clock of the process that is started with `--import` of this file: `Date` says what the file named
 * by `CHAOS_CLOCK_FILE` makes of the machine's time. The file is looked at every 50 milliseconds; the monotonic clock, and so every
 * timer, stays as it is.
 */

/** How a clock is off, as JSON. No file: not at all. */
export type ClockShift = {
  /** Milliseconds added to the machine's clock. */
  readonly jump: number;
  /** Milliseconds of this clock in one of the machine's, from `since` on. */
  readonly rate: number;
  /** Milliseconds since 1970 of the machine's clock. */
  readonly since: number;
};

const LOOK_EVERY = 50;

const file = process.env.CHAOS_CLOCK_FILE;
if (file !== undefined) {
  const read = moveClock(() => readShift(file));
  setInterval(read, LOOK_EVERY).unref();
}

/**
 * Puts a `Date` in the place of the machine's that is off by what `read` answers.
 *
 * @returns reads anew
 */
function moveClock(read: () => ClockShift | undefined): () => void {
  const MachineDate = globalThis.Date;
  const machineNow = MachineDate.now.bind(MachineDate);
  let shift = read();
  const now = () => {
    const machine = machineNow();
    if (shift === undefined) return machine;
    const { jump, rate, since } = shift;
    return Math.floor(machine + jump + (rate - 1) * (machine - since));
  };
  MachineDate.now = now;
  globalThis.Date = new Proxy(MachineDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new MachineDate(now()).toString(),
  });
  // `constructor` of every date is the one that others see, too.
  MachineDate.prototype.constructor = globalThis.Date;
  return () => {
    shift = read();
  };
}

/** A file that is not there, or not whole yet, says nothing. */
function readShift(path: string): ClockShift | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ClockShift;
  } catch {
    return undefined;
  }
}
