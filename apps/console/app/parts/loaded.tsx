import type { ComponentChildren } from 'preact';
import { formatClock } from '../formats.ts';
import type { Resource } from '../use-resource.ts';
import { ErrorNotice, Loading } from './notice.tsx';

type Props<Data> = {
  readonly resource: Resource<Data>;
  /** In a sentence: "Loading the runs …". */
  readonly what: string;
  readonly children: (data: Data) => ComponentChildren;
};

/** What was read, or why it is not there. What was read before stays to be seen when it can not be read again. */
export function Loaded<Data>({ resource: { data, error, at, reload }, what, children }: Props<Data>) {
  return (
    <>
      {error && <ErrorNotice error={error} onTryAgain={reload} />}
      {error && data !== undefined && at !== undefined && (
        <p class="stale">As it was at {formatClock(at)}:</p>
      )}
      {data === undefined ? !error && <Loading what={what} /> : children(data)}
    </>
  );
}
