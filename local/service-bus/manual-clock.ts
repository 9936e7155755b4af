import type { Clock, Timer } from './clock.ts';

/**
 * A clock that stands still until it is advanced. With it in `startServiceBus({…, clock})`, locks, times to live, scheduled messages and
 * duplicate detection pass minutes in no time. It begins at the machine's time, since clients compare the end of a lock with theirs.
 */
export class ManualClock implements Clock {
  #now = Date.now();
  #timers: { dueAt: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  schedule(delay: number, callback: () => void): Timer {
    const timer = { dueAt: this.#now + delay, callback };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((one) => one !== timer);
      },
    };
  }

  /** Lets time pass; timers that fall due are called in their order. */
  advance(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (;;) {
      const next = this.#timers.filter((one) => one.dueAt <= until).sort((a, b) => a.dueAt - b.dueAt)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.dueAt);
      next.callback();
    }
    this.#now = until;
  }
}
