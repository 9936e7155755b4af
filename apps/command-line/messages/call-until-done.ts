import { chunks } from '../../../shared/domain/chunks.ts';
import { UsageError } from '../command.ts';
import type { Selection } from './selection.ts';

/** Ids in one call, at most. */
const IDS_AT_ONCE = 1_000;

type Answer = {
  /** Messages it was done to. */
  readonly done: number;
  readonly remaining: number;
  readonly unknown: readonly string[];
  readonly startedAt: string;
};

/**
 * Calls for a selection until nothing remains: one call works for a minute at most. What comes into quarantine meanwhile is left
 * alone.
 *
 * @param call makes one call
 * @param onProgress told how many messages it was done to so far
 * @throws {UsageError} when a call does nothing although messages remain
 */
export async function callUntilDone(
  call: (selection: Selection) => Promise<Answer>,
  selection: Selection,
  onProgress: (done: number) => void,
): Promise<{ done: number; unknown: string[] }> {
  const unknown: string[] = [];
  let done = 0;
  for (const part of partsOf(selection)) {
    const first = await call(part);
    unknown.push(...first.unknown);
    done += first.done;
    onProgress(done);
    for (let { remaining } = first; remaining > 0; ) {
      const next = await call(restOf(part, first.startedAt));
      if (next.done === 0)
        throw new UsageError(`${done} are done; ${next.remaining} were not reached in time: try again later`);
      done += next.done;
      onProgress(done);
      remaining = next.remaining;
    }
  }
  return { done, unknown };
}

function partsOf({ ids, ...filter }: Selection): Selection[] {
  return ids ? chunks(ids, IDS_AT_ONCE).map((some) => ({ ids: some })) : [filter];
}

/** Of ids the same: those that are done are unknown then. */
function restOf(part: Selection, startedAt: string): Selection {
  if (part.ids) return part;
  const isEarlier = part.to !== undefined && Date.parse(part.to) < Date.parse(startedAt);
  return isEarlier ? part : { ...part, to: startedAt };
}
