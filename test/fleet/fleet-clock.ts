import type { ClockShift } from '../chaos/shifted-clock.ts';

/** The time of a fleet, faster than the machine's. Milliseconds are those of the fleet unless said otherwise. */
export type FleetClock = {
  /** Milliseconds of the fleet in one of the machine's. */
  readonly speed: number;
  /** Milliseconds since 1970 UTC. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Calls `callback` once; the answer takes that back. */
  after(ms: number, callback: () => void): () => void;
  /** The same clock, for a process that loads `test/chaos/shifted-clock.ts`. */
  readonly shift: ClockShift;
};

/** Begins now, at the time of the machine. */
export function fleetClock(speed: number): FleetClock {
  const began = Date.now();
  const monotonic = performance.now();
  const after = (ms: number, callback: () => void) => {
    const timer = setTimeout(callback, ms / speed);
    return () => clearTimeout(timer);
  };
  return {
    speed,
    now: () => began + (performance.now() - monotonic) * speed,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    after,
    shift: { jump: 0, rate: speed, since: began },
  };
}
