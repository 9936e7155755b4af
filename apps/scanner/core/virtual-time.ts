import type { ClockReading, DeviceClock } from './device-clock.ts';
import type { Cancel } from './sync.ts';

/** Time that stands still until a test moves it. */
export type VirtualTime = DeviceClock & {
  /** Milliseconds since 1970 UTC, the true ones. */
  now(): number;
  /** Sets the device's wall clock ahead by so many milliseconds, or behind. */
  setAhead(ms: number): void;
  after(ms: number, callback: () => void): Cancel;
  sleep(ms: number): Promise<void>;
  /** Lets so many milliseconds pass, with all that happens in them. */
  advance(ms: number): Promise<void>;
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>;
};

export function virtualTime(start: number = Date.UTC(2026, 10, 22, 10)): VirtualTime {
  let now = start;
  let aheadMs = 0;
  let order = 0;
  const timers = new Map<number, { readonly at: number; readonly callback: () => void }>();

  function after(ms: number, callback: () => void): Cancel {
    order += 1;
    const id = order;
    timers.set(id, { at: now + ms, callback });
    return () => timers.delete(id);
  }

  /** The earliest that is due by then; of several the one that was set first. */
  function dueBy(end: number) {
    const due = [...timers].filter(([, { at }]) => at <= end);
    return due.sort(([one, { at }], [other, { at: otherAt }]) => at - otherAt || one - other)[0];
  }

  const settle = async () => {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  return {
    now: () => now,
    setAhead: (ms) => {
      aheadMs = ms;
    },
    read: (): ClockReading => ({ wall: now + aheadMs, run: 'run-1', milliseconds: now - start }),
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    settle,
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (let due = dueBy(end); due; due = dueBy(end)) {
        const [id, { at, callback }] = due;
        timers.delete(id);
        now = at;
        callback();
        await settle();
      }
      now = end;
    },
  };
}
