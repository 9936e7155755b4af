/** Time and chance are passed in, so that a test or a simulation can hold them (architecture, rule 15). */
export type Runtime = {
  /** Milliseconds UTC. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** What `work` comes to, or undefined when that takes longer than `ms`; the work is not stopped then. */
  within<T>(work: Promise<T>, ms: number): Promise<T | undefined>;
  /** In [0, 1). */
  random(): number;
};

/** The instant of now, ISO 8601 UTC. */
export function isoNow(runtime: Pick<Runtime, 'now'>): string {
  return new Date(runtime.now()).toISOString();
}

export const systemRuntime: Runtime = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  within: async (work, ms) => {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, ms, undefined);
    });
    try {
      return await Promise.race([work, timeout]);
    } finally {
      clearTimeout(timer);
    }
  },
  random: () => Math.random(),
};
