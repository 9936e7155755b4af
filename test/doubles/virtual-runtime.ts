import type { Runtime } from '../../shared/ports/runtime.ts';

export type VirtualRuntime = Runtime & {
  /** Milliseconds slept through so far, in order. */
  readonly slept: readonly number[];
  /** Moves the clock on. Milliseconds. */
  advance(ms: number): void;
};

/** A clock that stands still but for sleeping, which takes no time; chance always says `chance`. */
export function virtualRuntime({ start = Date.UTC(2024, 10, 18, 10), chance = 0.5 } = {}): VirtualRuntime {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    random: () => chance,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
    // On a virtual clock only work that never ends takes too long: it yields to everything that can still happen.
    within: async (work, ms) => {
      const stalled = Symbol('stalled');
      const result = await Promise.race([
        work,
        new Promise<typeof stalled>((resolve) => setImmediate(() => setImmediate(resolve, stalled))),
      ]);
      if (result !== stalled) return result;
      now += ms;
      return undefined;
    },
    advance: (ms) => {
      now += ms;
    },
  };
}
