import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ScanState } from '../../core/scan.ts';
import type { Connection, DeviceStatus } from '../../core/scanner-device.ts';
import { currentScreen, open } from '../navigation.ts';
import { formats, now, status, text } from '../state.ts';
import { Icon, type IconName } from './icon.tsx';
import { StateMark } from './state-mark.tsx';

const CONNECTION_ICONS: Readonly<Record<Connection, IconName>> = {
  online: 'online',
  offline: 'offline',
  'server-failing': 'trouble',
  'key-refused': 'lock',
};

/** The state of the whole device, always in sight: what waits, who works, the connection, and when all was synced last. */
export function StatusBar() {
  const told = status.value;
  const words = text.value.status;
  const progress = useProgress(told);
  if (told === undefined) return null;
  const state = deviceStateOf(told);
  const isOpenable = told.user !== undefined;
  const inside = (
    <>
      <span class="status__state">
        <StateMark state={state} />
        <strong>{stateWords(told, state)}</strong>
      </span>
      <span class="status__who">
        <span class="status__line">
          <span class="status__fact">
            <Icon name={CONNECTION_ICONS[told.connection]} />
            {words.connection[told.connection]}
          </span>
          <span class="status__fact">
            <Icon name="refresh" />
            <span class="unseen">{words.lastSync}</span>
            {told.lastSyncAt === undefined ? '–' : formats.value.moment(told.lastSyncAt, now.value)}
          </span>
        </span>
        <span class="status__user">
          {[
            // What waits beside what is red.
            ...(state === 'refused' && told.counts.queued > 0 ? [words.queued(told.counts.queued)] : []),
            ...(told.user ? [told.user.name] : []),
          ].join(' · ')}
        </span>
      </span>
      {isOpenable && <span class="unseen">{words.open}</span>}
      {progress && (
        <progress
          class="status__progress"
          max={progress.all}
          value={progress.done}
          aria-label={words.uploading(progress.done, progress.all)}
        />
      )}
    </>
  );
  const look = `status status--${state}`;
  return isOpenable ? (
    <button
      type="button"
      class={look}
      onClick={() => {
        if (currentScreen().kind !== 'queue') open({ kind: 'queue', ...(state !== 'synced' && { state }) });
      }}
    >
      {inside}
    </button>
  ) : (
    <div class={look}>{inside}</div>
  );
}

/** Red when a person is needed, yellow while something waits, green when all is synced. */
function deviceStateOf({ counts }: DeviceStatus): Exclude<ScanState, 'dropped'> {
  if (counts.refused > 0) return 'refused';
  return counts.queued > 0 ? 'queued' : 'synced';
}

function stateWords({ counts }: DeviceStatus, state: ScanState): string {
  const words = text.value.status;
  if (state === 'refused') return words.refused(counts.refused);
  if (state === 'queued') return words.queued(counts.queued);
  return counts.synced === 0 ? words.empty : words.synced;
}

/** Fewer are uploaded before anybody looks. */
const WORTH_SHOWING = 20;

/** How far an upload of many has come: what waits, against the most that waited since nothing did. */
function useProgress(
  told: DeviceStatus | undefined,
): { readonly done: number; readonly all: number } | undefined {
  const most = useSignal(0);
  const queued = told?.counts.queued ?? 0;
  useEffect(() => {
    most.value = queued === 0 ? 0 : Math.max(most.value, queued);
  }, [queued]);
  if (told?.isSyncing !== true || most.value < WORTH_SHOWING) return undefined;
  return { done: most.value - queued, all: most.value };
}
