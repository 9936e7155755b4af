/** A further signal within this many milliseconds is the same Ctrl-C, handed on by npm and the bootstrap. */
const SAME_SIGNAL = 1_000;

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/**
 * Calls `stop` at the first signal that asks this process to stop; another one later does not wait for that and exits
 * with code 1. To be called before anything is started, so that no signal comes too early for it.
 */
export function stopOnSignals(stop: (signal: StopSignal) => void): void {
  let first: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (first === undefined) {
        first = Date.now();
        stop(signal);
      } else if (Date.now() - first > SAME_SIGNAL) process.exit(1);
    });
  }
}
