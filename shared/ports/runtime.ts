/** Time and chance are passed in, so that a test or a simulation can hold them (architecture, rule 15). */
export type Runtime = {
  /** Milliseconds UTC. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
};

export const systemRuntime: Runtime = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
};
