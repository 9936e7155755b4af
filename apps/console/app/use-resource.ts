import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type ApiError, asApiError } from './api.ts';
import { session } from './session.ts';

/** Something that is read from the API, as it stands. */
export type Resource<Data> = {
  /** What was read last; it stays while it is read anew, and when that fails. */
  readonly data: Data | undefined;
  readonly error: ApiError | undefined;
  /** When the data came (ms). */
  readonly at: number | undefined;
  readonly reload: () => void;
};

type State<Data> = Omit<Resource<Data>, 'reload'>;
const NOTHING = { data: undefined, error: undefined, at: undefined };

/**
 * Reads something, and again whenever `key` is another, or somebody has signed in again.
 *
 * @param key says all that `load` depends on; undefined: there is nothing to read
 * @param everyMs reads it again that long after each answer, but not while the tab is hidden
 */
export function useResource<Data>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<Data>,
  everyMs?: number,
): Resource<Data> {
  const [state, setState] = useState<{ key: string | undefined } & State<Data>>({ key, ...NOTHING });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const isSignedIn = session.value.kind === 'signed-in';
  useEffect(() => {
    if (key === undefined || !isSignedIn) return;
    const ended = new AbortController();
    setState((before) => (before.key === key ? before : { key, ...NOTHING }));
    const read = async () => {
      try {
        const data = await latest.current(ended.signal);
        if (!ended.signal.aborted) setState({ key, data, error: undefined, at: Date.now() });
      } catch (error) {
        if (ended.signal.aborted) return;
        setState((before) => ({
          ...(before.key === key ? before : NOTHING),
          ...{ key, error: asApiError(error) },
        }));
      }
    };
    void repeat(read, everyMs, ended.signal);
    return () => ended.abort();
  }, [key, everyMs, turn, isSignedIn]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const isOther = state.key !== key;
  return { ...(isOther ? NOTHING : state), reload };
}

async function repeat(
  read: () => Promise<void>,
  everyMs: number | undefined,
  ended: AbortSignal,
): Promise<void> {
  await read();
  while (everyMs !== undefined && !ended.aborted) {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    await whenSeen(ended);
    if (!ended.aborted) await read();
  }
}

/** When the tab is the one that is looked at. */
async function whenSeen(ended: AbortSignal): Promise<void> {
  while (document.hidden && !ended.aborted) {
    await new Promise((resolve) => {
      document.addEventListener('visibilitychange', resolve, { once: true, signal: ended });
      ended.addEventListener('abort', resolve, { once: true });
    });
  }
}
