import { type CallResult, callUntilDone, NotReached } from '../../../shared/contracts/call-until-done.ts';
import { chunks } from '../../../shared/domain/chunks.ts';
import { UsageError } from '../command.ts';
import { count } from '../table.ts';
import type { Selection } from './selection.ts';

/** Ids in one call, at most. */
const IDS_AT_ONCE = 1_000;

/**
 * Calls for a selection until nothing of it remains.
 *
 * @param call makes one call
 * @param onProgress told how many messages it was done to so far
 * @throws {UsageError} when a call does nothing although messages remain
 */
export async function callForAll(
  call: (selection: Selection) => Promise<CallResult>,
  selection: Selection,
  onProgress: (done: number) => void,
): Promise<{ done: number; unknown: string[] }> {
  const unknown: string[] = [];
  let done = 0;
  try {
    for (const part of partsOf(selection)) {
      const before = done;
      const answer = await callUntilDone(call, part, (more) => {
        done = before + more;
        onProgress(done);
      });
      unknown.push(...answer.unknown);
    }
  } catch (error) {
    if (!(error instanceof NotReached)) throw error;
    throw new UsageError(`${count(done)} ${done === 1 ? 'is' : 'are'} done; ${error.message}`);
  }
  return { done, unknown };
}

function partsOf({ ids, ...filter }: Selection): Selection[] {
  return ids ? chunks(ids, IDS_AT_ONCE).map((some) => ({ ids: some })) : [filter];
}
