import type { ClockReading, DeviceClock } from '../core/device-clock.ts';

/** By so many milliseconds the two clocks may drift apart before the run counts as over. */
const DRIFT = 5_000;

/**
 * The clocks of a browser. `performance.now()` cannot be set, but stands still while the device sleeps, and the wall clock can be
 * set: when the two have drifted apart, nobody knows which of it happened, and a new run begins
 * (https://www.w3.org/TR/hr-time-3/ leaves open whether time asleep counts). They are compared with the beginning of the run, so
 * that many short naps count like a long one.
 *
 * @param sources wall clock and monotonic clock in milliseconds, and a name that no other run has
 */
export function browserClock(
  sources: ClockSources = {
    wall: Date.now,
    monotonic: () => performance.now(),
    name: () => crypto.randomUUID(),
  },
): DeviceClock {
  let run = begin(sources);
  return {
    read(): ClockReading {
      const wall = sources.wall();
      const monotonic = sources.monotonic();
      if (Math.abs(wall - run.wall - (monotonic - run.monotonic)) > DRIFT) run = begin(sources);
      return { wall, run: run.name, milliseconds: Math.max(0, Math.round(monotonic - run.monotonic)) };
    },
  };
}

type ClockSources = {
  readonly wall: () => number;
  readonly monotonic: () => number;
  readonly name: () => string;
};

function begin(sources: ClockSources) {
  return { wall: sources.wall(), monotonic: sources.monotonic(), name: sources.name() };
}
