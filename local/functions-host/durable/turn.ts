import type { GroupCommit } from '../../sqlite/group-commit.ts';

/** The transaction of everything written in a turn of the event loop. */
export type Turn = Pick<GroupCommit, 'begin' | 'afterCommit' | 'onCommit' | 'flush'>;

/** @param beforeFirstWrite called when a transaction opens: what it puts into the same turn runs before the commit. */
export function createTurn(commit: GroupCommit, beforeFirstWrite: () => void): Turn {
  return {
    begin() {
      if (!commit.isOpen) beforeFirstWrite();
      commit.begin();
    },
    afterCommit: (callback) => commit.afterCommit(callback),
    onCommit: (work) => commit.onCommit(work),
    flush: () => commit.flush(),
  };
}

/**
 * Ends the process before the turn is committed: memory and disk would no longer agree, and half of an episode must not be kept. What
 * was lost is done again at the next start.
 */
export function abandonTurn(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
