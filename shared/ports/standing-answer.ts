/**
 * An answer that stands for a while, so that any number of callers cost as much as one. Who asks while it is being
 * looked for shares it; a failure is told to those who waited for it, and does not stand.
 *
 * @param standsMs for how long, from when it came
 */
export function standingAnswer<Answer>(
  ask: () => Promise<Answer>,
  standsMs: (answer: Answer) => number,
  now: () => number,
): () => Promise<Answer> {
  const askOnce = oneAtATime(ask);
  let last: { readonly answer: Answer; readonly until: number } | undefined;
  return async () => {
    if (last && now() < last.until) return last.answer;
    const answer = await askOnce();
    last = { answer, until: now() + standsMs(answer) };
    return answer;
  };
}

/** Who asks while the work is under way shares its result. */
export function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
}
