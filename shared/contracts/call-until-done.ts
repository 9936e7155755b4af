import type { ReplayRequest, ReplayResult } from './quarantine.ts';

/** What one call about messages of the quarantine did, whatever it was asked to do. */
export type CallResult = Omit<ReplayResult, 'replayed'> & {
  /** Messages it was done to. */
  readonly done: number;
};

/** Messages remain, and a further call did nothing to them: another replay may hold them just now. */
export class NotReached extends Error {
  override readonly name = 'NotReached';

  constructor(remaining: number) {
    super(`${remaining} ${remaining === 1 ? 'was' : 'were'} not reached in time: try again later`);
  }
}

type Selected = Pick<ReplayRequest, 'to' | 'continuationToken'> & {
  readonly ids?: readonly string[] | undefined;
};

/**
 * Calls for messages of the quarantine until nothing of them remains, since one call works for a minute at most. What
 * comes into quarantine meanwhile is left alone.
 *
 * @param call makes one call for what it is given
 * @param onProgress told after each call how many messages it was done to so far
 * @throws {NotReached} when a call does nothing although messages remain; and what `call` throws
 */
export async function callUntilDone<Wanted extends Selected>(
  call: (wanted: Wanted) => Promise<CallResult>,
  wanted: Wanted,
  onProgress: (done: number) => void,
): Promise<Pick<CallResult, 'done' | 'unknown'>> {
  const first = await call(wanted);
  let { done } = first;
  onProgress(done);
  for (let last = first; last.remaining > 0; ) {
    const { continuationToken: place } = last;
    last = await call(restOf(wanted, first.startedAt, place));
    done += last.done;
    onProgress(done);
    const isFurther = last.continuationToken !== undefined && last.continuationToken !== place;
    if (last.remaining > 0 && last.done === 0 && !isFurther) throw new NotReached(last.remaining);
  }
  // Those that an earlier call was done to are unknown to a later one.
  return { done, unknown: first.unknown };
}

/** Of ids the same; of a filter what came before the first call began, from where the last one ended. */
function restOf<Wanted extends Selected>(
  wanted: Wanted,
  startedAt: string,
  continuationToken: string | undefined,
): Wanted {
  if (wanted.ids) return wanted;
  const { to } = wanted;
  const isEarlier = to !== undefined && Date.parse(to) < Date.parse(startedAt);
  return { ...wanted, continuationToken, ...(!isEarlier && { to: startedAt }) };
}
