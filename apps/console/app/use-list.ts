import { useEffect, useState } from 'preact/hooks';
import { type ApiError, asApiError } from './api.ts';
import { session } from './session.ts';

export type List<Row> = {
  /** What was read last; it stays while it is read anew, and when that fails. */
  readonly rows: readonly Row[];
  readonly state: 'reading' | 'complete' | 'part' | 'failed';
  readonly error: ApiError | undefined;
  /** Reads the next page, or the one that failed. */
  readonly readOn: () => void;
  /** From the beginning. */
  readonly readAgain: () => void;
};

type Page<Row> = { readonly rows: readonly Row[]; readonly next: string | undefined };
type Read<Row> = Pick<List<Row>, 'rows' | 'state' | 'error'> & {
  readonly key: string;
  /** Where the next call goes on. */
  readonly from: Page<Row>;
};

const BEGINNING = { rows: [], next: undefined };

/**
 * A list that the API gives page by page; the next page when it is asked for.
 *
 * @param key says all that `load` depends on
 */
export function useList<Row>(
  key: string,
  load: (token: string | undefined, signal: AbortSignal) => Promise<Page<Row>>,
): List<Row> {
  const [read, setRead] = useState<Read<Row>>(() => unread(key));
  const [turn, setTurn] = useState<{ key: string; from: Page<Row> }>({ key, from: BEGINNING });
  const isSignedIn = session.value.kind === 'signed-in';
  useEffect(() => {
    if (!isSignedIn) return;
    // Of another list. Whoever comes back to that one begins anew, too.
    if (turn.key !== key) return setTurn({ key, from: BEGINNING });
    const ended = new AbortController();
    const { from } = turn;
    const tell = (now: Partial<Read<Row>>) => {
      if (ended.signal.aborted) return;
      setRead((before) => ({ ...(before.key === key ? before : unread<Row>(key)), ...now }));
    };
    tell({ state: 'reading', error: undefined });
    load(from.next, ended.signal).then(
      ({ rows, next }) => {
        const all = [...from.rows, ...rows];
        tell({ rows: all, state: next === undefined ? 'complete' : 'part', from: { rows: all, next } });
      },
      (error) => tell({ state: 'failed', error: asApiError(error), from }),
    );
    return () => ended.abort();
  }, [key, turn, isSignedIn]);
  const { rows, state, error, from } = read.key === key ? read : unread<Row>(key);
  return {
    ...{ rows, state, error },
    readOn: () => setTurn({ key, from }),
    readAgain: () => setTurn({ key, from: BEGINNING }),
  };
}

function unread<Row>(key: string): Read<Row> {
  return { key, rows: [], state: 'reading', error: undefined, from: BEGINNING };
}
