import { vi } from 'vitest';
import type { Clock as HostClock } from '../../local/functions-host/clock.ts';
import type { Clock as ServiceBusClock } from '../../local/service-bus/clock.ts';
import { ManualClock } from '../../local/service-bus/manual-clock.ts';

/** Milliseconds between two moves of the clock when nobody advances it. */
const PACE_MS = 10;

/**
 * The time of this process: what `Date` tells, and what the local Functions host and the local Service Bus run on when
 * they are started with these clocks. It flows as usual, so that retries and locks work, and jumps when it is advanced;
 * timers that fall due in a jump are called in their order, each at its time. The SDKs' own `setTimeout` stays real.
 */
export type VirtualTime = {
  readonly serviceBus: ServiceBusClock;
  readonly host: HostClock;
  /** Milliseconds UTC. */
  now(): number;
  advance(ms: number): void;
  /** `Date` tells the machine's time again. */
  stop(): void;
};

/** Begins at the machine's time. */
export function virtualTime(): VirtualTime {
  const clock = new ManualClock();
  const schedule = (callback: () => void, ms: number) =>
    clock.schedule(ms, () => {
      vi.setSystemTime(clock.now());
      callback();
    });
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
    serviceBus: { now: () => clock.now(), schedule: (delay, callback) => schedule(callback, delay) },
    host: {
      now: () => clock.now(),
      schedule: (callback, ms) => {
        const timer = schedule(callback, ms);
        return () => timer.cancel();
      },
    },
    now: () => clock.now(),
    advance,
    stop: () => {
      clearInterval(flow);
      vi.useRealTimers();
    },
  };
}
