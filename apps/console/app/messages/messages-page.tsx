import { useEffect, useRef, useState } from 'preact/hooks';
import type {
  QuarantineCounts,
  QuarantinedMessage,
  QuarantinePage,
} from '../../../../shared/contracts/quarantine.ts';
import { callApi, queryOf } from '../api.ts';
import { formatNumber, words } from '../formats.ts';
import type { Column } from '../parts/data-table.tsx';
import { Listed } from '../parts/listed.tsx';
import { LiveMark } from '../parts/live-mark.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { ErrorNotice, Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Panel } from '../parts/panel.tsx';
import { ReadAgain } from '../parts/read-again.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/when.tsx';
import { addressOf, setQuery } from '../router.ts';
import { useList } from '../use-list.ts';
import { useResource } from '../use-resource.ts';
import { MessageActions } from './message-actions.tsx';
import { MessageCounts } from './message-counts.tsx';
import { MessageDetail } from './message-detail.tsx';
import { type MessageFilter, readFilter } from './message-filter.ts';
import { MessageFilters } from './message-filters.tsx';
import { useFocusOnOpened } from './use-focus-on-opened.ts';
import { useMessage } from './use-message.ts';

const COUNTS_MS = 5_000;

/** Closes the message that is open, and goes back to its row, if that is on the page. */
function close(): void {
  const row = document.querySelector<HTMLElement>('tr.chosen a') ?? document.querySelector('h1');
  row?.focus();
  setQuery({ id: undefined });
}

/** What the first page of a list says besides the messages. */
type Told = Pick<QuarantinePage, 'deadLettersAvailable' | 'moreDeadLetters' | 'unreadPlaces'>;

/** What was parked, what the bus gave up delivering, and what was deleted. */
export function MessagesPage({ query }: { query: URLSearchParams }) {
  const filter = readFilter(query);
  const key = JSON.stringify(filter);
  const [told, setTold] = useState<Told>({});
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  // What was chosen under one filter is not meant under another.
  useEffect(() => choose(new Set()), [key]);
  const counts = useResource(
    'counts',
    (signal) => callApi<QuarantineCounts>('quarantine/counts', { signal }),
    COUNTS_MS,
  );
  const list = useList<QuarantinedMessage>(key, async (continuationToken, signal) => {
    const path = `quarantine${queryOf({ ...filter, limit: 500, continuationToken })}`;
    const { messages, continuationToken: next, ...first } = await callApi<QuarantinePage>(path, { signal });
    if (continuationToken === undefined) setTold(first);
    return { rows: messages, next };
  });
  const [said, setSaid] = useState<string>();
  const readAgain = () => {
    setSaid(undefined);
    choose(new Set());
    list.readAgain();
    counts.reload();
  };
  // What something was done to is where it was no longer.
  const afterwards = () => {
    setQuery({ id: undefined });
    readAgain();
  };
  const outcome = useRef<HTMLDivElement>(null);
  const afterwardsOfOne = (done: string) => {
    afterwards();
    setSaid(done);
    // The button that was pressed goes with its message.
    outcome.current?.focus({ preventScroll: true });
  };
  const id = query.get('id');
  const linked = useMessage(id, filter.state, list);
  const open = linked.data?.message;
  const place = useFocusOnOpened(id, open?.id);
  return (
    <Page title="Messages" beside={<LiveMark resources={[counts]} everyMs={COUNTS_MS} />}>
      <Panel
        title="How many, and why"
        beside={<a href={addressOf(['actions'])}>Who did what to them</a>}
        about="Counted every 5 s. The list below is read when the filter changes."
      >
        <Loaded resource={counts} what="the counts">
          {(data) => <MessageCounts counts={data} />}
        </Loaded>
      </Panel>
      <MessageFilters
        filter={filter}
        counts={counts.data}
        subscriptions={list.rows.map(({ subscription }) => subscription)}
      />
      <ToldNotices told={told} />
      <div ref={outcome} tabIndex={-1}>
        {said && <Notice kind="good">{said}</Notice>}
      </div>
      {linked.error && <ErrorNotice error={linked.error} onTryAgain={linked.reload} />}
      {linked.data && !open && (
        <Notice kind="wait">
          The message of this link is not here any more; it may have been replayed or deleted.
        </Notice>
      )}
      {open && (
        <div ref={place} tabIndex={-1}>
          <Panel
            title={`Message ${open.messageId || open.id}`}
            beside={
              <button type="button" class="button button--small" onClick={close}>
                Close
              </button>
            }
          >
            <MessageDetail message={open} onDone={afterwardsOfOne} key={open.id} />
          </Panel>
        </div>
      )}
      <Listed
        list={list}
        caption={filter.state === 'deleted' ? 'Messages deleted' : 'Messages parked or dead-lettered'}
        what="the messages"
        columns={columnsOf(filter)}
        keyOf={({ id }) => id}
        classOf={({ id }) => (id === open?.id ? 'chosen' : undefined)}
        choice={{ chosen, choose }}
        beside={<ReadAgain onPress={readAgain} />}
        empty={key === '{}' ? 'None: every message was handled.' : 'No message is like that.'}
      />
      <Panel title="With several at once">
        <MessageActions filter={filter} chosen={chosen} counts={counts.data} onDone={afterwards} />
      </Panel>
    </Page>
  );
}

function ToldNotices({ told: { deadLettersAvailable, moreDeadLetters, unreadPlaces } }: { told: Told }) {
  return (
    <>
      {deadLettersAvailable === false && (
        <Notice kind="wait">Service Bus did not answer: dead letters are not shown.</Notice>
      )}
      {moreDeadLetters && (
        <Notice kind="wait">There are more dead letters than are shown: the oldest are.</Notice>
      )}
      {unreadPlaces && (
        <Notice kind="wait">
          Dead letters of {unreadPlaces.map(({ subscription, why }) => `${subscription} (${why})`).join(', ')}{' '}
          are closed to the fabric.
        </Notice>
      )}
    </>
  );
}

function columnsOf(filter: MessageFilter): readonly Column<QuarantinedMessage>[] {
  const deletion: readonly Column<QuarantinedMessage>[] = [
    { name: 'Deleted by', value: (message) => message.deletion?.by },
    {
      name: 'Deleted',
      value: (message) => message.deletion?.at,
      show: (message) => <When at={message.deletion?.at} />,
    },
    { name: 'Why', isText: true, value: (message) => message.deletion?.why },
  ];
  return [
    {
      name: 'Message',
      value: ({ messageId }) => messageId,
      show: ({ id, messageId }) => <a href={addressOf(['messages'], { ...filter, id })}>{messageId || id}</a>,
    },
    { name: 'State', value: ({ state }) => state, show: ({ state }) => <Status state={state} /> },
    { name: 'Reason', value: ({ reason }) => words(reason) },
    { name: 'Detail', isText: true, value: ({ detail }) => detail },
    ...(filter.state === 'deleted' ? deletion : []),
    {
      name: 'Item',
      value: ({ itemId }) => itemId,
      show: ({ itemId }) => (itemId ? <a href={addressOf(['items', itemId])}>{itemId}</a> : '–'),
    },
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
