import { useState } from 'preact/hooks';
import type { QuarantinedMessage, ReplayResult } from '../../../../shared/contracts/quarantine.ts';
import { ApiError, callApi, callForBytes, pathOf } from '../api.ts';
import { download } from '../csv.ts';
import { formatNumber, words } from '../formats.ts';
import { Action } from '../parts/action.tsx';
import { ErrorNotice } from '../parts/notice.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';

type Props = { readonly message: QuarantinedMessage; readonly onReplayed: () => void };

/** Why it was put aside, what is in it, and the way back. */
export function MessageDetail({ message, onReplayed }: Props) {
  const { id, state, reason, detail, subscription, receivedAt, bytes, sequenceNumber } = message;
  const replay = async () => {
    const path = `${pathOf('quarantine', id)}/replay`;
    const { replayed } = await callApi<ReplayResult>(path, { method: 'POST' });
    onReplayed();
    return replayed === 1 ? 'It was sent again.' : 'It was not sent: there was no time for it. Try again.';
  };
  return (
    <>
      <p class="facts">
        <Status state={state} /> <b>{words(reason)}</b>: {detail}
      </p>
      <p class="soft">
        {subscription}, number {sequenceNumber}, taken by the bus <When at={receivedAt} />,{' '}
        {formatNumber(bytes)} bytes
      </p>
      <Body message={message} />
      <Action least="operator" name="Replay" act={replay}>
        <p>Sends it again to its subscription. If nothing has changed, it will be put aside again.</p>
      </Action>
    </>
  );
}

/** The beginning of it, which is all of most; the whole as a file. */
function Body({ message: { id, body, bytes, state } }: { message: QuarantinedMessage }) {
  const [error, setError] = useState<ApiError>();
  const keep = async () => {
    setError(undefined);
    try {
      download(id, await callForBytes(`${pathOf('quarantine', id)}/body`));
    } catch (failure) {
      setError(failure instanceof ApiError ? failure : new ApiError(0, 'Unexpected', String(failure)));
    }
  };
  const isWhole = new TextEncoder().encode(body).length >= bytes;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (axe: scrollable-region-focusable) */}
      <pre class="body" tabIndex={0}>
        {isWhole ? readable(body) : `${body} …`}
      </pre>
      {state === 'parked' && (
        <button type="button" class="button button--small" onClick={keep}>
          Keep the whole body as a file
        </button>
      )}
      {error && <ErrorNotice error={error} />}
    </>
  );
}

function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
