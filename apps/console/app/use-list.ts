import { useEffect, useState } from 'preact/hooks';
import { type ApiError, asApiError } from './api.ts';

export type List<Row> = {
  readonly rows: readonly Row[];
  readonly state: 'reading' | 'complete' | 'part' | 'failed';
  readonly error: ApiError | undefined;
  /** Reads the next page, or the one that failed. */
  readonly readOn: () => void;
  /** From the beginning. */
  readonly readAgain: () => void;
};

type Page<Row> = { readonly rows: readonly Row[]; readonly next: string | undefined };
type Read<Row> = Pick<List<Row>, 'rows' | 'state' | 'error'> & { readonly next?: string | undefined };

const NOTHING = { rows: [], state: 'reading', error: undefined } as const;

/**
 * A list that the API gives page by page; the next page when it is asked for.
 *
 * @param key says all that `load` depends on
 */
export function useList<Row>(
  key: string,
  load: (token: string | undefined, signal: AbortSignal) => Promise<Page<Row>>,
): List<Row> {
  const [read, setRead] = useState<Read<Row>>(NOTHING);
  const [turn, setTurn] = useState<{ key: string; from: Read<Row> | undefined }>({ key, from: undefined });
  useEffect(() => {
    const ended = new AbortController();
    const before = turn.key === key && turn.from ? turn.from : NOTHING;
    const tell = (now: Read<Row>) => !ended.signal.aborted && setRead(now);
    tell({ ...before, state: 'reading', error: undefined });
    load('next' in before ? before.next : undefined, ended.signal).then(
      ({ rows, next }) =>
        tell({
          rows: [...before.rows, ...rows],
          state: next === undefined ? 'complete' : 'part',
          error: undefined,
          next,
        }),
      (error) => tell({ ...before, state: 'failed', error: asApiError(error) }),
    );
    return () => ended.abort();
  }, [key, turn]);
  return {
    ...read,
    readOn: () => setTurn({ key, from: read }),
    readAgain: () => setTurn({ key, from: undefined }),
  };
}
