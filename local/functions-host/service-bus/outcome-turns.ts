/** What a delivery can be settled with here. */
type Outcome = 'complete' | 'abandon' | 'give back';

/** Calls `settle`, which settles deliveries with `outcome`, now or in a turn of the event loop soon. */
export type OutcomeTurns = <T>(outcome: Outcome, settle: () => T | Promise<T>) => Promise<T>;

/**
 * Lets each turn of the event loop settle with one outcome only. The AMQP library (rhea 3.0.5, `write_dispositions` of
 * `session.js`) gives two deliveries that are settled in one turn and follow each other the outcome of the first: it would
 * complete, that is lose, what is to be abandoned or given back.
 */
export function createOutcomeTurns(): OutcomeTurns {
  const later: { outcome: Outcome; begun: Promise<void>; begin(): void }[] = [];
  let current: Outcome | undefined;

  const begin = (outcome: Outcome) => {
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
  const turnOf = (outcome: Outcome): Promise<void> | undefined => {
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
