import { useState } from 'preact/hooks';
import type { QuarantinedMessage } from '../../../../shared/contracts/quarantine.ts';
import { type ApiError, asApiError, callForBytes, pathOf } from '../api.ts';
import { download } from '../csv.ts';
import { formatNumber, words } from '../formats.ts';
import { ErrorNotice } from '../parts/notice.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { Delete, Replay, Restore } from './message-actions.tsx';

type Props = { readonly message: QuarantinedMessage; readonly onDone: (said: string) => void };

/** Why it was put aside, what is in it, and what can be done with it. */
export function MessageDetail({ message, onDone }: Props) {
  const { id, state, reason, detail, subscription, receivedAt, bytes, sequenceNumber, deletion } = message;
  const one = { meant: { ids: [id] }, what: 'this message', onDone };
  return (
    <>
      <p class="facts">
        <Status state={state} /> <b>{words(reason)}</b>: {detail}
      </p>
      {deletion && (
        <p class="facts">
          Deleted by {deletion.by} <When at={deletion.at} />, was {words(deletion.stateBefore)}:{' '}
          {deletion.why}
        </p>
      )}
      <p class="soft">
        {subscription}, number {sequenceNumber}, taken by the bus <When at={receivedAt} />,{' '}
        {formatNumber(bytes)} bytes
      </p>
      <Body message={message} />
      <div class="columns">
        {state === 'deleted' ? (
          <Restore ids={[id]} onDone={onDone} />
        ) : (
          <>
            <Replay {...one} />
            <Delete {...one} />
          </>
        )}
      </div>
    </>
  );
}

/** The beginning of it, which is all of most; the whole as a file. */
function Body({ message: { id, body, bytes } }: { message: QuarantinedMessage }) {
  const [error, setError] = useState<ApiError>();
  const keep = async () => {
    setError(undefined);
    try {
      download(id, await callForBytes(`${pathOf('quarantine', id)}/body`));
    } catch (failure) {
      setError(asApiError(failure));
    }
  };
  const isWhole = new TextEncoder().encode(body).length >= bytes;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (axe: scrollable-region-focusable) */}
      <pre class="body" tabIndex={0}>
        {isWhole ? readable(body) : `${body} …`}
      </pre>
      <button type="button" class="button button--small" onClick={keep}>
        Keep the whole body as a file
      </button>
      {error && <ErrorNotice error={error} />}
    </>
  );
}

/** In lines, unless that would say anything else: a number may have more digits than a program keeps, a name come twice. */
function readable(body: string): string {
  try {
    const lines = JSON.stringify(JSON.parse(body), null, 2);
    return withoutSpace(lines) === withoutSpace(body) ? lines : body;
  } catch {
    return body;
  }
}

function withoutSpace(text: string): string {
  return text.replaceAll(/\s/g, '');
}
