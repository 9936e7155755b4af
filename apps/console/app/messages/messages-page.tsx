import { useState } from 'preact/hooks';
import type { QuarantinedMessage, QuarantinePage } from '../../../../shared/contracts/quarantine.ts';
import { callApi, queryOf } from '../api.ts';
import { formatNumber, words } from '../formats.ts';
import type { Column } from '../parts/data-table.tsx';
import { Listed } from '../parts/listed.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Panel } from '../parts/panel.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { addressOf, setQuery } from '../router.ts';
import { useList } from '../use-list.ts';
import { MessageDetail } from './message-detail.tsx';
import { type MessageFilter, MessageFilters, readFilter } from './message-filters.tsx';

/** What was parked, and what the bus gave up delivering. */
export function MessagesPage({ query }: { query: URLSearchParams }) {
  const [isBusAway, setBusAway] = useState(false);
  const list = useList<QuarantinedMessage>('quarantine', async (continuationToken, signal) => {
    const path = `quarantine${queryOf({ limit: 500, continuationToken })}`;
    const {
      messages,
      deadLettersAvailable,
      continuationToken: next,
    } = await callApi<QuarantinePage>(path, { signal });
    // The first page tells it.
    if (continuationToken === undefined) setBusAway(deadLettersAvailable === false);
    return { rows: messages, next };
  });
  const filter = readFilter(query);
  const chosen = list.rows.find(({ id }) => id === query.get('id'));
  return (
    <Page title="Messages">
      <MessageFilters filter={filter} messages={list.rows} onReadAgain={list.readAgain} />
      {isBusAway && <Notice kind="wait">Service Bus did not answer: dead letters are not shown.</Notice>}
      {query.has('id') && !chosen && list.state === 'complete' && (
        <Notice kind="wait">
          The message of this link is not in quarantine any more; it may have been replayed.
        </Notice>
      )}
      {chosen && (
        <Panel
          title={`Message ${chosen.messageId}`}
          beside={
            <button type="button" class="button button--small" onClick={() => setQuery({ id: undefined })}>
              Close
            </button>
          }
        >
          <MessageDetail message={chosen} onReplayed={list.readAgain} key={chosen.id} />
        </Panel>
      )}
      <Listed
        list={{ ...list, rows: list.rows.filter((message) => isWanted(message, filter)) }}
        caption="Messages parked or dead-lettered"
        what="the messages"
        columns={columnsOf(filter)}
        keyOf={({ id }) => id}
        classOf={({ id }) => (id === chosen?.id ? 'chosen' : undefined)}
        empty={list.rows.length === 0 ? 'None: every message was handled.' : 'No message is like that.'}
      />
    </Page>
  );
}

function isWanted(
  message: QuarantinedMessage,
  { state, reason, subscription, contains }: MessageFilter,
): boolean {
  const texts = [message.id, message.messageId, message.detail, message.body];
  return (
    (!state || message.state === state) &&
    (!reason || message.reason === reason) &&
    (!subscription || message.subscription === subscription) &&
    (!contains || texts.some((text) => text.includes(contains)))
  );
}

function columnsOf(filter: MessageFilter): readonly Column<QuarantinedMessage>[] {
  return [
    {
      name: 'Message',
      value: ({ messageId }) => messageId,
      show: ({ id, messageId }) => <a href={addressOf(['messages'], { ...filter, id })}>{messageId || id}</a>,
    },
    { name: 'State', value: ({ state }) => state, show: ({ state }) => <Status state={state} /> },
    { name: 'Reason', value: ({ reason }) => words(reason) },
    { name: 'Detail', isText: true, value: ({ detail }) => detail },
    { name: 'Subscription', value: ({ subscription }) => subscription },
    {
      name: 'Taken by the bus',
      value: ({ receivedAt }) => receivedAt,
      show: ({ receivedAt }) => <When at={receivedAt} />,
    },
    {
      name: 'Bytes',
      isNumber: true,
      value: ({ bytes }) => bytes,
      show: ({ bytes }) => formatNumber(bytes),
    },
  ];
}
