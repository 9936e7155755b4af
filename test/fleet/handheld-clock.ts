import type { DeviceClock } from '../../apps/scanner/core/device-clock.ts';
import { browserClock } from '../../apps/scanner/worker/device-clock.ts';
import type { Chance } from '../simulation/chance.ts';
import type { FleetClock } from './fleet-clock.ts';

/** The clocks of a handheld, which are not right. Milliseconds of the fleet. */
export type HandheldClock = {
  /** The product's clock of the app that runs now, on these clocks. */
  device(): DeviceClock;
  /** The app is started anew. */
  boot(): void;
  /** The monotonic clock stands still for as long as the device was asleep. */
  sleptFor(ms: number): void;
  /** Somebody sets the wall clock, or the network does. */
  set(): void;
  /** When each run began in truth: milliseconds since 1970 UTC. */
  readonly runs: ReadonlyMap<string, number>;
};

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Parts of a million that a quartz is off by, at most. */
const MOST_DRIFT = 60;

/** Milliseconds that monotonic time may be off after so many. */
export function mostDrift(ms: number): number {
  return (ms * MOST_DRIFT) / 1e6;
}

export function handheldClock(clock: FleetClock, chance: Chance): HandheldClock {
  const drift = () => 1 + chance.between(-MOST_DRIFT, MOST_DRIFT) / 1e6;
  const [wallRate, monotonicRate] = [drift(), drift()];
  const made = clock.now();
  let offset = someOffset();
  let slept = 0;
  let current = begin();
  const runs = new Map<string, number>();

  function someOffset(): number {
    const draw = chance.below(100);
    if (draw < 55) return chance.between(-2 * SECOND, 2 * SECOND);
    if (draw < 70) return chance.between(-10, 10) * 60 * SECOND;
    if (draw < 80) return chance.between(-6, 6) * HOUR;
    if (draw < 88) return -2 * DAY;
    if (draw < 96) return -clock.now() + chance.between(0, DAY);
    return chance.between(1, 60) * DAY;
  }

  function begin(): DeviceClock {
    const booted = clock.now();
    const sleptBefore = slept;
    const monotonic = () => (clock.now() - booted - (slept - sleptBefore)) * monotonicRate;
    const wall = () => Math.round(clock.now() + (clock.now() - made) * (wallRate - 1) + offset);
    const product = browserClock({ wall, monotonic, name: () => chance.uuid() });
    return {
      read() {
        const reading = product.read();
        if (!runs.has(reading.run)) runs.set(reading.run, clock.now() - reading.milliseconds / monotonicRate);
        return reading;
      },
    };
  }

  return {
    runs,
    device: () => current,
    boot: () => {
      current = begin();
    },
    sleptFor: (ms) => {
      slept += ms;
    },
    set: () => {
      offset = someOffset();
    },
  };
}
