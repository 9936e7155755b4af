import { formatTime } from '../formats.ts';

/** A time of the API as whoever looks reads it; its UTC is told when pointed at. */
export function When({ at }: { at: string | undefined | null }) {
  if (!at) return <>–</>;
  return (
    <time dateTime={at} title={at}>
      {formatTime(at)}
    </time>
  );
}
