import { useSignal } from '@preact/signals';
import { Notice } from '../parts/notice.tsx';
import { ReasonSheet } from '../parts/reason-sheet.tsx';
import { formats, now, said, status, text } from '../state.ts';
import { problemWords } from '../text/server-words.ts';
import type { CountLock, CountLockState } from './use-count-lock.ts';

/** Whether others are warned while this location is counted. */
export function CountLockNotice({ state }: { readonly state: CountLockState }) {
  const { count } = text.value;
  const { time } = formats.value;
  switch (state.kind) {
    case 'asking':
      return <Notice icon="lock">{count.locking}</Notice>;
    case 'running':
      return Date.parse(state.until) > now.value ? (
        <Notice icon="lock" kind="good">
          {count.locked(time(state.until))}
        </Notice>
      ) : (
        <Notice icon="lock" kind="wait">
          {count.ended(time(state.until))}
        </Notice>
      );
    case 'offline':
      return (
        <Notice icon="offline" kind="wait">
          {count.offline}
        </Notice>
      );
    case 'none':
    case 'taken':
    case 'refused':
      return null;
  }
}

/** Another counts there, or it cannot be counted: who, until when, and what can be done. */
export function TakenByAnother({
  lock,
  onElsewhere,
}: {
  readonly lock: CountLock;
  readonly onElsewhere: () => void;
}) {
  const { count } = text.value;
  const isTakingOver = useSignal(false);
  const state = lock.state.value;
  if (state.kind !== 'taken' && state.kind !== 'refused') return null;
  const isSupervisor = status.value?.user?.role === 'supervisor';
  return (
    <div class="stack">
      <Notice icon="lock" kind={state.kind === 'taken' ? 'wait' : 'bad'}>
        {state.kind === 'taken' ? (
          <>
            <p class="notice__title">{count.taken(state.userId, formats.value.time(state.until))}</p>
            <p>{count.takenText(state.scannerId)}</p>
            {isSupervisor && <p>{count.takenSupervisor}</p>}
          </>
        ) : (
          <>
            <p class="notice__title">{count.refused}</p>
            <p>{problemWords(said.value, state.problem, status.value?.user?.userId)}</p>
          </>
        )}
      </Notice>
      {state.kind === 'taken' && isSupervisor && (
        <button
          type="button"
          class="button button--primary"
          onClick={() => {
            isTakingOver.value = true;
          }}
        >
          {count.takeOver}
        </button>
      )}
      <button type="button" class="button" onClick={onElsewhere}>
        {count.other}
      </button>
      <button type="button" class="button" onClick={() => void lock.askAgain()}>
        {count.again}
      </button>
      {isTakingOver.value && (
        <ReasonSheet
          title={count.takeOverReason}
          reasons={count.takeOverReasons}
          other={text.value.adjust.otherReason}
          onClose={() => {
            isTakingOver.value = false;
          }}
          onDone={(reason) => {
            isTakingOver.value = false;
            void lock.takeOver(reason);
          }}
        />
      )}
    </div>
  );
}
