import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ScanState, StoredScan } from '../../core/scan.ts';
import { open } from '../navigation.ts';
import { Icon } from '../parts/icon.tsx';
import { Empty, Loading, Notice } from '../parts/notice.tsx';
import { ScanRow } from '../parts/scan-row.tsx';
import { Screen } from '../parts/screen.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { ask, formats, now, said, status, text } from '../state.ts';
import { troubleWords } from '../text/server-words.ts';

const PAGE = 30;
const STATES = ['refused', 'queued', 'synced', 'dropped'] as const satisfies readonly ScanState[];

/** Every scan of the device and what became of it; what needs a person first, where there is any. */
export function Queue({ state: begunWith }: { readonly state?: ScanState | undefined }) {
  const { queue, states, common } = text.value;
  const filter = useSignal<ScanState | undefined>(begunWith);
  const limit = useSignal(PAGE);
  const scans = useSignal<readonly StoredScan[] | undefined>(undefined);
  const counts = status.value?.counts;
  const countsKey = JSON.stringify([counts, status.value?.held]);
  const wanted = filter.value;
  useEffect(() => {
    let isCurrent = true;
    const query = { limit: limit.value + 1, ...(wanted !== undefined && { state: wanted }) };
    void ask((device) => device.scans(query)).then((found) => {
      if (isCurrent) scans.value = found;
    });
    return () => {
      isCurrent = false;
    };
  }, [wanted, limit.value, countsKey]);

  function choose(state: ScanState | undefined): void {
    filter.value = state;
    limit.value = PAGE;
    scans.value = undefined;
  }

  const isSyncing = status.value?.isSyncing === true;
  const { number } = formats.value;
  return (
    <Screen
      title={queue.title}
      actions={
        <button
          type="button"
          class="button button--primary"
          aria-disabled={isSyncing}
          onClick={() => {
            if (!isSyncing) void ask((device) => device.syncNow());
          }}
        >
          <Icon name="upload" />
          {isSyncing ? queue.syncing : queue.syncNow}
        </button>
      }
    >
      <nav class="tabs" aria-label={queue.title}>
        <button
          type="button"
          class="tab"
          aria-pressed={wanted === undefined}
          onClick={() => choose(undefined)}
        >
          {queue.all}
        </button>
        {STATES.map((state) => (
          <button
            key={state}
            type="button"
            class="tab"
            aria-pressed={wanted === state}
            onClick={() => choose(state)}
          >
            <StateMark state={state} />
            {states[state]} {number(counts?.[state] ?? 0)}
          </button>
        ))}
      </nav>
      <WhatWaits />
      {scans.value === undefined && <Loading label={common.loading} />}
      {scans.value?.length === 0 && (
        <Empty icon="queue" title={queue.empty}>
          <p>{queue.emptyText}</p>
        </Empty>
      )}
      <ul class="rows">
        {scans.value?.slice(0, limit.value).map((scan) => (
          <li key={scan.transaction.transactionId}>
            <ScanRow scan={scan} onOpen={() => open({ kind: 'scan', sequence: scan.transaction.sequence })} />
          </li>
        ))}
      </ul>
      {(scans.value?.length ?? 0) > limit.value && (
        <button
          type="button"
          class="button"
          onClick={() => {
            limit.value += PAGE;
          }}
        >
          {common.more}
        </button>
      )}
    </Screen>
  );
}

/** What a person has to know while something waits. */
function WhatWaits() {
  const { queue, settings } = text.value;
  const { moment, time } = formats.value;
  const told = status.value;
  if (told === undefined || told.counts.queued === 0) return null;
  return (
    <Notice icon="upload" kind="wait">
      <p>{queue.keepOpen}</p>
      {told.storage?.isPersistent === false && <p>{queue.mayBeCleared}</p>}
      <p>
        {told.oldestQueuedAt !== undefined && queue.oldest(moment(told.oldestQueuedAt, now.value))}{' '}
        {told.connection !== 'online' &&
          told.nextSyncAt !== undefined &&
          queue.nextTry(time(told.nextSyncAt))}
      </p>
      {told.lastError !== undefined && told.connection !== 'offline' && (
        <p class="small">
          {settings.lastError}: {troubleWords(said.value, told.lastError)}
        </p>
      )}
    </Notice>
  );
}
