import { useEffect, useState } from 'preact/hooks';
import { formatClock } from '../formats.ts';
import type { Resource } from '../use-resource.ts';

/** After so many missed answers something is no longer live. */
const MISSED = 4;

type Props = {
  readonly resources: readonly Pick<Resource<unknown>, 'at' | 'error'>[];
  readonly everyMs: number;
};

/** Whether what a page shows is of now. */
export function LiveMark({ resources, everyMs }: Props) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(clock);
  }, []);
  const times = resources.flatMap(({ at }) => (at === undefined ? [] : [at]));
  if (times.length === 0) return null;
  const oldest = Math.min(...times);
  const isStale = resources.some(({ error }) => error) || now - oldest > MISSED * everyMs;
  // One element for both: who listens is told when what is in it becomes another.
  return (
    <span class={`mark mark--${isStale ? 'wait' : 'good'}`} role="status">
      {isStale ? `Not live: as at ${formatClock(oldest)}` : 'Live'}
    </span>
  );
}
