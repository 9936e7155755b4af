import type { ReaderState } from './reader-state.ts';
import type { PageRange } from './source.ts';

/** Reads again what was read, for rows that came late under a lower number. */
export interface SecondReading {
  /** What to read again now: the next page of the reading under way, or of one that is due; undefined when none is. */
  due(): Omit<PageRange, 'limit'> | undefined;
  /**
   * To be called when the page that `due` named has been read, and its rows sent or parked.
   * @param page its last number, and whether nothing of the range is left
   */
  taken(page: { readonly last: bigint; readonly complete: boolean }): void;
}

export interface SecondReadingOptions {
  readonly state: Pick<ReaderState, 'head' | 'cursor' | 'readBy' | 'settle'>;
  /** A row comes late by at most so much, milliseconds. */
  readonly overlapMs: number;
  /** The youngest rows are read again this often, milliseconds. */
  readonly pollMs: number;
  readonly now: () => Date;
}

/** Reading again rests four times as long as it took, so that it costs the WMS a fifth of one connection at most. */
const REST = 4;

interface Reading {
  readonly startedAt: number;
  readonly upTo: bigint;
  /** Whether it began at the cursor. */
  readonly whole: boolean;
  position: bigint;
}

/**
 * Numbers of an identity column or a sequence are taken before the commit: number 6 may be there, and read, before
 * number 5. The cursor therefore trails. It passes a number only after all above it was read again, and that reading
 * began `overlapMs` or more after the number was read first: a row that comes up to `overlapMs` late is never missed.
 *
 * In between, what was read in the last 2 polls is read again every poll, in the last 4 every second poll, in the last
 * 8 every fourth …: a row that comes t late is found about t later, and no row is read much more often than
 * log2(overlap / poll) times.
 */
export function createSecondReading({ state, overlapMs, pollMs, now }: SecondReadingOptions): SecondReading {
  const tiers = Math.max(1, Math.ceil(Math.log2(overlapMs / pollMs)));
  const lastStarts = Array.from({ length: tiers }, () => Number.NEGATIVE_INFINITY);
  let current: Reading | undefined;
  let notBefore = Number.NEGATIVE_INFINITY;

  function begin(): Reading | undefined {
    const startedAt = now().getTime();
    const tier = lastStarts.findLastIndex((last, index) => startedAt - last >= pollMs * 2 ** index);
    if (tier < 0 || startedAt < notBefore || state.head() === state.cursor()) return undefined;
    lastStarts.fill(startedAt, 0, tier + 1);
    const from =
      tier === tiers - 1 ? undefined : state.readBy(new Date(startedAt - pollMs * 2 ** (tier + 1)));
    return { startedAt, upTo: state.head(), whole: from === undefined, position: from ?? state.cursor() };
  }

  return {
    due() {
      current ??= begin();
      return current && { after: current.position, upTo: current.upTo };
    },
    taken({ last, complete }) {
      if (current === undefined) return;
      current.position = last;
      if (!complete) return;
      const { startedAt, whole } = current;
      const settled = whole ? state.readBy(new Date(startedAt - overlapMs)) : undefined;
      if (settled !== undefined) state.settle(settled);
      const endedAt = now().getTime();
      notBefore = endedAt + REST * (endedAt - startedAt);
      current = undefined;
    },
  };
}
