import type { Clock } from './clock.ts';

/**
 * A clock that stands still until it is advanced. With it in `startServiceBus` or `startHost`, locks, times to live, scheduled messages,
 * timers and retries pass minutes in no time. Begins at the machine's time unless told, since clients of the bus compare the end of a
 * lock with theirs.
 */
export class ManualClock implements Clock {
  #now: number;
  readonly #timers = new Set<{ dueAt: number; callback: () => void }>();

  /** @param start ISO time. */
  constructor(start?: string) {
    this.#now = start === undefined ? Date.now() : Date.parse(start);
  }

  now(): number {
    return this.#now;
  }

  schedule(callback: () => void, ms: number): () => void {
    const timer = { dueAt: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that are set and not over. */
  pending(): number {
    return this.#timers.size;
  }

  /** Lets `ms` milliseconds pass; timers that fall due are called in their order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    while (this.#callNext(until)) {}
    this.#now = until;
  }

  /** Lets time pass until the next timer falls due, and calls it; false when none is set. */
  step(): boolean {
    return this.#callNext(Number.POSITIVE_INFINITY);
  }

  #callNext(until: number): boolean {
    const [next] = [...this.#timers].filter(({ dueAt }) => dueAt <= until).sort((a, b) => a.dueAt - b.dueAt);
    if (!next) return false;
    this.#timers.delete(next);
    this.#now = Math.max(this.#now, next.dueAt);
    next.callback();
    return true;
  }
}
