import { vi } from 'vitest';
import type { Clock } from '../../local/clock.ts';
import { ManualClock } from '../../local/manual-clock.ts';

/** Milliseconds between two moves of the clock when nobody advances it. */
const PACE_MS = 10;

/**
 * The time of this process: what `Date` tells, and what the local Functions host and the local Service Bus run on when
 * they are started with its clock. It flows as usual, so that retries and locks work, and jumps when it is advanced;
 * timers that fall due in a jump are called in their order, each at its time. The SDKs' own `setTimeout` stays real.
 */
export type VirtualTime = {
  /** For broker and host. */
  readonly clock: Clock;
  /** Milliseconds UTC. */
  now(): number;
  advance(ms: number): void;
  /** `Date` tells the machine's time again. */
  stop(): void;
};

/** Begins at the machine's time. */
export function virtualTime(): VirtualTime {
  const clock = new ManualClock();
  const advance = (ms: number) => {
    clock.advance(ms);
    vi.setSystemTime(clock.now());
  };
  let last = performance.now();
  const flow = setInterval(() => {
    const passed = Math.floor(performance.now() - last);
    last += passed;
    advance(passed);
  }, PACE_MS);
  return {
    clock: {
      now: () => clock.now(),
      schedule: (callback, ms) =>
        clock.schedule(() => {
          vi.setSystemTime(clock.now());
          callback();
        }, ms),
    },
    now: () => clock.now(),
    advance,
    stop: () => {
      clearInterval(flow);
      vi.useRealTimers();
    },
  };
}
