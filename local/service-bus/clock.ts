/** A timer that can be called off. */
export interface Timer {
  cancel(): void;
}

/** Time as the broker sees it; a simulation passes its own. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** Calls back once, `delay` milliseconds from now or a little later. */
  schedule(delay: number, callback: () => void): Timer;
}

/** The machine's clock. Its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(delay, callback) {
    const timer = setTimeout(callback, delay);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
