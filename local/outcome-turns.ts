/**
 * Calls `settle`, which settles deliveries with `outcome`, now or in a turn of the event loop soon. Any text that two outcomes share
 * only when they are the same.
 */
export type OutcomeTurns = <T>(outcome: string, settle: () => T | Promise<T>) => Promise<T>;

/**
 * Lets each turn of the event loop settle with one outcome only. The AMQP library (rhea 3.0.5, `write_dispositions` of
 * `session.js`) gives two deliveries that are settled in one turn and follow each other the outcome of the first: a
 * receiver would complete, that is lose, what is to be abandoned or given back, a broker answer one settlement with the outcome of
 * another.
 */
export function createOutcomeTurns(): OutcomeTurns {
  const later: { outcome: string; begun: Promise<void>; begin(): void }[] = [];
  let current: string | undefined;

  const begin = (outcome: string) => {
    current = outcome;
    setImmediate(() => {
      current = undefined;
      const next = later.shift();
      if (!next) return;
      begin(next.outcome);
      next.begin();
    });
  };

  /** Resolves in a turn of that outcome. */
  const turnOf = (outcome: string): Promise<void> | undefined => {
    if (current === undefined) begin(outcome);
    if (current === outcome && later.length === 0) return undefined;
    const last = later.at(-1);
    if (last?.outcome === outcome) return last.begun;
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    later.push({ outcome, begun, begin: resolve });
    return begun;
  };

  return async (outcome, settle) => {
    await turnOf(outcome);
    return settle();
  };
}
