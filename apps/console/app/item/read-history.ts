import type {
  HistoryCorrection,
  HistoryEntry,
  HistoryPosition,
  StockHistory,
} from '../../../../shared/contracts/history.ts';
import { type ApiError, asApiError } from '../api.ts';

export type AnyEntry = HistoryEntry | HistoryCorrection;

/** A history as far as it has been read. */
export type HistoryRead = {
  /** What is shown: while more is read, what came first. */
  readonly entries: readonly AnyEntry[];
  readonly positions: readonly HistoryPosition[];
  /** Entries that have come, shown or not yet. */
  readonly count: number;
  readonly state: 'reading' | 'complete' | 'part' | 'failed';
  readonly error: ApiError | undefined;
  /** Where the next call goes on. */
  readonly next?: string | undefined;
};

export const NOTHING_READ: HistoryRead = {
  ...{ entries: [], positions: [], count: 0 },
  ...{ state: 'reading', error: undefined },
};

/** Entries that are read before somebody asks for more. */
const AT_ONCE = 20_000;

/**
 * Reads on from `before`, call by call, and tells how far it is. Between the first call that brings anything and the last
 * one only the count changes: newest first, rows would move with every call, and each time be made and drawn anew.
 */
export async function readHistory(
  before: HistoryRead,
  call: (after: string | undefined) => Promise<StockHistory>,
  tell: (read: HistoryRead) => void,
): Promise<void> {
  const most = before.count + AT_ONCE;
  let read: HistoryRead = { ...before, state: 'reading', error: undefined };
  let shown = read;
  tell(read);
  try {
    while (read.state === 'reading') {
      read = withAnswer(read, await call(read.next), most);
      if (shown.count === 0) shown = read;
      tell(read.state === 'reading' ? { ...shown, count: read.count } : read);
    }
  } catch (error) {
    tell({ ...read, state: 'failed', error: asApiError(error) });
  }
}

function withAnswer(
  read: HistoryRead,
  { entries, positions, next }: StockHistory,
  most: number,
): HistoryRead {
  const count = read.count + entries.length;
  return {
    ...{ entries: [...read.entries, ...entries], positions: [...read.positions, ...positions], count },
    ...{ state: next === undefined ? 'complete' : count < most ? 'reading' : 'part', error: undefined, next },
  };
}
